//! `analyst verify-page`: whether a server serves the pages of this program.

use serde_json::json;

use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use crate::client::{self, ServerUrl, SiteError};
use crate::web;

/// `verify-page`
pub(super) async fn verify_page(url: &ServerUrl, output: &Output) -> Result<(), Failure> {
    let served = client::served(url).await.map_err(|error| match error {
        SiteError::Client(error) => error.into(),
        other => Failure::new(Exit::Failed, "no_pages", other.to_string())
            .hint("is it the address of a web-mpc server that was built after `make web`?"),
    })?;
    let ours = web::hash();
    output.event(
        "pages",
        json!({
            "bundle": served.bundle,
            "ours": ours,
            "altered": served.altered,
            "analyst_pages": served.analyst_pages,
        }),
    );
    output.result(&format!("bundle {}, {} files", served.bundle, served.files));
    if served.analyst_pages {
        output.warning(
            "it serves the pages that open an analyst's key too: who can change it could take the key",
        );
    }
    if let Some(first) = served.altered.first() {
        let message = format!("{first} is not what the server's own list of pages says");
        return Err(Failure::new(Exit::Failed, "pages_altered", message)
            .hint("do not use these pages, and tell whoever runs the server"));
    }
    match ours {
        Some(ours) if ours == served.bundle => {
            output.result("these are the pages of this program");
            Ok(())
        }
        Some(ours) => {
            let message =
                format!("these are not the pages of this program, whose bundle is {ours}");
            Err(Failure::new(Exit::Failed, "other_pages", message).hint(
                "another version has other pages: compare with the hash that was published for it",
            ))
        }
        None => {
            output.note("This program was built without pages: compare the hash yourself.");
            Ok(())
        }
    }
}
