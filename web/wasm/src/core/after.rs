//! What an input party asks once there was a reveal: a module that its page loads then.

use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::batch::Batch;
use web_mpc::client::{self, ClientError, inquire};
use web_mpc::files::receipt;
use web_mpc::ids::Fingerprint;
use web_mpc::measurement::Rejection;
use web_mpc::session::{self, Evidence, Fate, fate_of_withdrawal};

use super::link::Target;
use super::outcome::Outcome;
use super::wire::{Socket, connection};
use crate::failure::{Failure, json};

/// What became of the newest version of a receipt file that the server has confirmed, as JSON. On a
/// new connection.
#[wasm_bindgen]
pub async fn fate(socket: Socket, file: Vec<u8>) -> Result<String, Failure> {
    let stored = receipt::read(&file)?;
    let unfinished = || Failure::new("unfinished", "the submission is not finished");
    if stored.is_pending() && !stored.is_refused() {
        return Err(unfinished());
    }
    let receipt = stored.newest_receipt().ok_or_else(unfinished)?;
    let mut connection = connection(socket);
    let party_key = (*stored.keys.public()).into();
    let terms = &stored.terms;
    let inclusion = inquire(&mut connection, terms.fingerprint, party_key).await?;
    connection.close().await;
    let invitation = stored.admission.map(|admission| admission.key);
    let fate = match stored.newest_withdrawal() {
        Some(withdrawn) => fate_of_withdrawal(terms, withdrawn, &inclusion),
        None => session::fate(terms, receipt, invitation.as_ref(), &inclusion),
    };
    Ok(json(&match fate.map_err(ClientError::from)? {
        Fate::Counted => {
            let server = &terms.manifest.server.identity.signing_key;
            let batch = inclusion.batch.open(server).ok();
            let invitations = batch.as_ref().and_then(|batch| batch.invitations);
            let near_round = batch.as_ref().and_then(Batch::near_round);
            json!({
                "fate": "counted",
                "parties": batch.map_or(0, |batch| batch.parties),
                "takeovers": invitations.map(|counts| counts.takeovers),
                "nearRound": near_round,
            })
        }
        Fate::Rejected(reason) => {
            let describe = reason.map_or("the server does not say why", Rejection::describe);
            json!({ "fate": "rejected", "reason": reason, "describe": describe })
        }
        Fate::Withdrawn => json!({ "fate": "withdrawn" }),
        Fate::TakenOver { released, .. } => {
            json!({ "fate": "replaced", "byTakeover": true, "released": released })
        }
        Fate::Replaced(evidence) => broken("replaced", &evidence),
        Fate::Missing(evidence) => broken("missing", &evidence),
        Fate::Kept(evidence) => broken("kept", &evidence),
    }))
}

fn broken(fate: &str, evidence: &Evidence) -> serde_json::Value {
    json!({
        "fate": fate,
        "byTakeover": false,
        "evidence": { "receipt": evidence.receipt, "batch": evidence.batch },
    })
}

/// The published result of the computation with that fingerprint, for what the page was opened with.
/// On a new connection.
#[wasm_bindgen]
pub async fn published(
    socket: Socket,
    target: String,
    fingerprint: String,
) -> Result<Outcome, Failure> {
    let unknown = |_| Failure::new("usage", "this is no fingerprint");
    let fingerprint: Fingerprint = fingerprint.parse().map_err(unknown)?;
    let target = Target::read(&target)?;
    let mut connection = connection(socket);
    let told = client::published(&mut connection, fingerprint, target.invitation.as_ref()).await?;
    connection.close().await;
    Ok(Outcome::new(
        &told.terms,
        &told.commit,
        Some(&told.aggregate),
        None,
        None,
    ))
}
