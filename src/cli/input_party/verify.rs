//! `input-party verify`: what became of a submission.

use std::path::Path;

use serde_json::json;

use super::super::arguments::InputParty;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::{again, server_of, unusable};
use crate::client::{self, ClientError};
use crate::files::receipt;
use crate::session::{Evidence, Fate, fate};

/// `verify RECEIPT`
pub(super) async fn verify(
    arguments: &InputParty,
    path: &Path,
    output: &Output,
) -> Result<(), Failure> {
    let stored = receipt::read(path).map_err(|error| unusable(&error))?;
    let url = server_of(Some(&stored), arguments);
    // A correction that the server refused leaves the version before it standing.
    let unfinished = stored.pending().is_some() && !stored.is_refused();
    let Some(signed) = stored.newest_receipt().filter(|_| !unfinished) else {
        let message = format!("{} has a submission that is not finished", path.display());
        return Err(Failure::new(Exit::NotReady, "unfinished", message)
            .hint(format!("finish it with: {}", again(&stored, path, &url))));
    };
    output.mind_exposure(&url);
    let party_key = (*stored.keys.public()).into();
    let fingerprint = stored.terms.fingerprint;
    let inclusion = client::inclusion(&url, fingerprint, party_key).await?;
    let name = &stored.terms.manifest.name;
    match fate(&stored.terms, signed, &inclusion).map_err(ClientError::from)? {
        Fate::Counted => {
            output.event("verified", json!({ "fate": "counted" }));
            output.result(&format!("Counted in computation {name}."));
            Ok(())
        }
        Fate::Rejected(reason) => {
            let why = reason.map_or("the server does not say why", |reason| reason.describe());
            output.event("verified", json!({ "fate": "rejected", "reason": reason }));
            Err(Failure::new(
                Exit::Failed,
                "rejected",
                format!("not counted: {why}"),
            ))
        }
        Fate::Replaced(evidence) => Err(broken_promise(output, "replaced", &evidence)
            .hint("if you never corrected it with a copy of this file, show the evidence")),
        Fate::Missing(evidence) => Err(broken_promise(output, "missing", &evidence)
            .hint("show the evidence to the analyst and the other parties")),
    }
}

/// The batch is not what the receipt promises. Prints the evidence.
fn broken_promise(output: &Output, fate: &str, evidence: &Evidence) -> Failure {
    let evidence = json!({ "receipt": evidence.receipt, "batch": evidence.batch });
    output.event("verified", json!({ "fate": fate, "evidence": evidence }));
    output.result(&evidence.to_string());
    let message = match fate {
        "replaced" => {
            "the batch has another submission of this party; \
                       the line on standard output is the evidence"
        }
        _ => {
            "the server signed a receipt for this submission and then a batch without it; \
              the line on standard output is the evidence"
        }
    };
    Failure::new(Exit::Failed, fate, message)
}
