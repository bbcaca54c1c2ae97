//! What a page was opened for.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_mpc::crypto::{Invitation, SigningKeyPair};
use web_mpc::ids::{ComputationName, Fingerprint, FingerprintPin};
use web_mpc::invitation::{Link, ParseLinkError};
use web_mpc::protocol::Which;
use web_mpc::session::{Pins, Sought};

use crate::failure::{Failure, json};

/// What a page gives: a link, or where to look.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Link {
        link: String,
    },
    Name {
        server: String,
        computation: ComputationName,
        #[serde(default)]
        fingerprint: Option<Fingerprint>,
    },
}

/// Where a computation is, and what is known of it beforehand.
#[derive(Debug)]
pub struct Target {
    /// Where its server is: `ws://..` or `wss://..`.
    pub server: String,
    /// Its name.
    computation: ComputationName,
    /// Which of that name.
    fingerprint: Option<Fingerprint>,
    /// What admits to it.
    pub invitation: Option<SigningKeyPair<Invitation>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    server: &'a str,
    computation: &'a ComputationName,
    fingerprint: Option<Fingerprint>,
}

impl Target {
    /// Reads what a page gives.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let nowhere = || Failure::new("link_invalid", "there is no computation of that name");
        match web_mpc::json::read(text.as_bytes()).map_err(|_| nowhere())? {
            Given::Link { link } => {
                let bad = |error: ParseLinkError| Failure::new("link_invalid", error);
                let link: Link = link.parse().map_err(bad)?;
                Ok(Self {
                    // `http` becomes `ws`, `https` becomes `wss`.
                    server: format!("{}/", link.origin().replacen("http", "ws", 1)),
                    computation: link.computation,
                    fingerprint: Some(link.fingerprint),
                    invitation: link.invitation,
                })
            }
            Given::Name {
                server,
                computation,
                fingerprint,
            } => Ok(Self {
                server,
                computation,
                fingerprint,
                invitation: None,
            }),
        }
    }

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

/// Where a page's link leads, as JSON, without what is secret in it.
#[wasm_bindgen]
pub fn target(given: &str) -> Result<String, Failure> {
    let target = Target::read(given)?;
    Ok(json(&Shown {
        server: &target.server,
        computation: &target.computation,
        fingerprint: target.fingerprint,
    }))
}
