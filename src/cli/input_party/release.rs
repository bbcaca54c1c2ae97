//! `input-party release`: lets another device with the same link take this one's place.

use std::path::Path;

use serde_json::json;

use super::super::command::command;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use super::unusable;
use crate::files::receipt;
use crate::ids::PartyKey;
use crate::invitation::Handover;

/// `release RECEIPT KEY`
pub(super) fn release(path: &Path, next: &PartyKey, output: &Output) -> Result<(), Failure> {
    let stored = receipt::read(path).map_err(|error| unusable(&error))?;
    let terms = &stored.terms;
    let Some(admission) = &stored.admission else {
        let message = format!(
            "computation {} has no invitations: there is no place to leave to another device",
            terms.manifest.name
        );
        let hint = command("input-party", "withdraw RECEIPT");
        return Err(Failure::new(Exit::Failed, "not_invited", message)
            .hint(format!("to take the submission back: {hint}")));
    };
    let consent = Handover::sign(
        &stored.keys,
        &terms.fingerprint,
        &admission.key,
        next,
        stored.last_sequence(),
    );
    if consent.party_key == *next {
        let message = "that is this device's own key";
        return Err(Failure::new(Exit::Usage, "own_key", message)
            .hint("give the key that the other device has shown"));
    }
    output.event(
        "released",
        json!({ "to": next, "consent": consent.to_string() }),
    );
    output.result(&consent.to_string());
    output.note(
        "Give this word to the other device alone: with it, it takes this one's place, and what was \
         submitted here no longer counts. A correction from here makes the word worthless.",
    );
    Ok(())
}
