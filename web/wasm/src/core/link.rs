//! What a link leads to.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_mpc::ids::{ComputationName, Fingerprint, FingerprintPin};
use web_mpc::protocol::Which;
use web_mpc::session::{Pins, Sought};

use crate::failure::{Failure, json};

/// Where a computation is, and what is known of it beforehand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Target {
    /// Where its server is: `ws://..` or `wss://..`.
    pub server: String,
    /// Its name.
    pub computation: ComputationName,
    /// Which of that name.
    pub fingerprint: Option<Fingerprint>,
}

impl Target {
    /// What to ask for.
    pub fn sought(&self) -> Sought {
        let fingerprint = self.fingerprint.map(FingerprintPin::Full);
        Sought {
            which: match self.fingerprint {
                Some(fingerprint) => Which::Fingerprint(fingerprint),
                None => Which::Name(self.computation.clone()),
            },
            pins: Pins {
                fingerprint,
                ..Pins::default()
            },
        }
    }
}

/// What a link leads to, as JSON.
#[wasm_bindgen]
pub fn target(link: &str) -> Result<String, Failure> {
    read(link)
        .map(|target| json(&target))
        .ok_or_else(|| Failure::new("link_invalid", "this is not a whole link to a computation"))
}

/// `http(s)://host/path#<computation>.<fingerprint>`
fn read(link: &str) -> Option<Target> {
    let (page, fragment) = link.trim().split_once('#')?;
    let (scheme, rest) = page.split_once("://")?;
    let scheme = match scheme {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return None,
    };
    let host = rest.split('/').next()?;
    let plain = !host.is_empty() && !rest.contains(['?', '@', ' ', '\\']);
    let (computation, fingerprint) = fragment.split_once('.')?;
    plain.then_some(Target {
        server: format!("{scheme}://{host}/"),
        computation: computation.parse().ok()?,
        fingerprint: Some(fingerprint.parse().ok()?),
    })
}
