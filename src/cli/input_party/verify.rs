//! `input-party verify`: what became of a submission.

use std::path::Path;

use serde_json::json;

use super::super::arguments::InputParty;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::{again, given, result, unusable};
use crate::batch::Batch;
use crate::client::{self, ClientError};
use crate::files::receipt::{self, StoredReceipt};
use crate::protocol::Inclusion;
use crate::session::{Evidence, Fate, fate, fate_of_unfinished, fate_of_withdrawal};

/// `verify RECEIPT`
pub(super) async fn verify(
    arguments: &InputParty,
    path: &Path,
    output: &Output,
) -> Result<(), Failure> {
    let stored = receipt::read(path).map_err(|error| unusable(&error))?;
    let url = given::server(Some(&stored), arguments);
    output.mind_exposure(&url);
    let party_key = (*stored.keys.public()).into();
    let fingerprint = stored.terms.fingerprint;
    let inclusion = match client::inclusion(&url, fingerprint, party_key).await {
        Ok(inclusion) => inclusion,
        // A correction that the server refused leaves the version before it standing.
        Err(_) if stored.is_pending() && !stored.is_refused() => {
            let message = format!("{} has a submission that is not finished", path.display());
            return Err(Failure::new(Exit::NotReady, "unfinished", message)
                .hint(format!("finish it with: {}", again(&stored, path, &url))));
        }
        Err(error) => return Err(error.into()),
    };
    let name = &stored.terms.manifest.name;
    let fate = what_became(&stored, &inclusion, output)?;
    match fate {
        Fate::Counted => {
            output.event("verified", json!({ "fate": "counted" }));
            output.result(&format!("Counted in computation {name}."));
            mention_takeovers(&stored, &inclusion, output);
            mention_rounds(&stored, &inclusion, output);
            result::after_verification(&url, &stored.terms, output).await;
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
        Fate::Withdrawn => {
            output.event("verified", json!({ "fate": "withdrawn" }));
            output.result(&format!("Withdrawn: not part of computation {name}."));
            Ok(())
        }
        Fate::TakenOver { released, .. } => {
            let members = json!({ "fate": "replaced", "takeover": true, "released": released });
            output.event("verified", members);
            let message = if released {
                "not counted: another device took this one's place, with its consent"
            } else {
                "not counted: another device with the same link took this one's place"
            };
            Err(Failure::new(Exit::Failed, "replaced", message)
                .hint("the receipt that the other device has says whether it was counted"))
        }
        Fate::Kept(evidence) => Err(broken_promise(output, "kept", &evidence)
            .hint("if you never submitted again with a copy of this file, show the evidence")),
        Fate::Replaced(evidence) => Err(broken_promise(output, "replaced", &evidence)
            .hint("if you never corrected it with a copy of this file, show the evidence")),
        Fate::Missing(evidence) => Err(broken_promise(output, "missing", &evidence)
            .hint("show the evidence to the analyst and the other parties")),
    }
}

/// A place that was taken over may not be its owner's: the analyst, who can make every link again,
/// could have waited for it too.
fn mention_takeovers(stored: &StoredReceipt, inclusion: &Inclusion, output: &Output) {
    let server = &stored.terms.manifest.server.identity.signing_key;
    let batch = inclusion.batch.open(server).ok();
    let takeovers = batch.and_then(|batch: Batch| Some(batch.invitations?.takeovers));
    let places = match takeovers {
        None | Some(0) => return,
        Some(1) => "1 place was".to_owned(),
        Some(several) => format!("{several} places were"),
    };
    output.note(&format!(
        "note: {places} taken over by another device with the same link; whoever holds a link can do \
         that, the analyst too"
    ));
}

/// Whoever has the results of two rounds with nearly the same people has their difference.
fn mention_rounds(stored: &StoredReceipt, inclusion: &Inclusion, output: &Output) {
    let server = &stored.terms.manifest.server.identity.signing_key;
    let batch = inclusion.batch.open(server).ok();
    if let Some(round) = batch.and_then(|batch: Batch| batch.near_round()) {
        output.note(&format!(
            "note: nearly the same people took part in round {round}; the difference of both results is \
             about fewer of them than the minimum"
        ));
    }
}

/// What became of the newest version: of the one whose answer never came, if the batch has it, or else
/// of the last one that the server has answered.
fn what_became(
    stored: &StoredReceipt,
    inclusion: &Inclusion,
    output: &Output,
) -> Result<Fate, Failure> {
    let (terms, party) = (&stored.terms, (*stored.keys.public()).into());
    if let Some(submission) = stored.pending() {
        let found = fate_of_unfinished(terms, &party, &submission.hash(), inclusion);
        if let Some(fate) = found.map_err(ClientError::from)? {
            return Ok(fate);
        }
    }
    let invitation = stored.admission.map(|admission| admission.key);
    let fate = match (stored.newest_withdrawal(), stored.newest_receipt()) {
        (Some(withdrawn), _) => fate_of_withdrawal(terms, withdrawn, inclusion),
        (None, Some(receipt)) => fate(terms, receipt, invitation.as_ref(), inclusion),
        (None, None) => {
            let message = "not counted: it was not finished before the analyst revealed";
            return Err(Failure::new(Exit::Failed, "not_submitted", message)
                .hint("submit in the next round"));
        }
    };
    if stored.is_pending() && !stored.is_refused() {
        output.note("note: the last change was not finished before the analyst revealed");
    }
    Ok(fate.map_err(ClientError::from)?)
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
        "kept" => {
            "the server signed that this submission is taken back and then a batch with it; \
             the line on standard output is the evidence"
        }
        _ => {
            "the server signed a receipt for this submission and then a batch without it; \
              the line on standard output is the evidence"
        }
    };
    Failure::new(Exit::Failed, fate, message)
}
