//! Telling an analyst which computations are its own.

use super::Shared;
use crate::crypto::{Analyst, PublicIdentity, Tag};
use crate::ids::{Fingerprint, Nonce, Signature};
use crate::protocol::{ErrorCode, Listed, Refusal, ServerMessage, limits, list_challenge};
use crate::store;

/// What an analyst proves its identity with.
pub(super) struct Proof {
    pub(super) analyst: PublicIdentity<Analyst>,
    pub(super) nonce: Nonce,
    pub(super) signature: Signature,
}

/// The computations of the analyst that signed, after that one.
pub(super) async fn list(
    shared: &Shared,
    server_nonce: &Nonce,
    proof: Proof,
    after: Option<Fingerprint>,
) -> Result<ServerMessage, Refusal> {
    let Proof {
        analyst,
        nonce,
        signature,
    } = proof;
    let owner = analyst.key_id();
    let body = list_challenge(&shared.identity.public(), &owner, &nonce, server_nonce);
    let check = move || analyst.signing_key.verify(Tag::LIST, &body, &signature);
    if !shared.workers.run(check).await? {
        let message = "the list is not asked for by the analyst whose it is";
        return Err(Refusal::new(ErrorCode::LoginRefused, message));
    }
    let limit = limits::COMPUTATIONS_PER_MESSAGE;
    let found = shared.store.list(&owner, after, limit).await?;
    Ok(ServerMessage::Computations(
        found.into_iter().map(listed).collect(),
    ))
}

fn listed(stored: store::Listed) -> Listed {
    let is_shown = stored.counted || stored.phase.is_frozen();
    Listed {
        name: stored.name,
        round: stored.round,
        fingerprint: stored.fingerprint,
        phase: stored.phase,
        parties: is_shown.then_some(stored.parties),
    }
}
