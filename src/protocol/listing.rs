//! The list of an analyst's computations.

use serde::{Deserialize, Serialize};

use crate::crypto::{PublicIdentity, Server};
use crate::ids::{ComputationName, Fingerprint, KeyId, Nonce};
use crate::manifest::Phase;

/// A computation in a list, in the server's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name.
    pub name: ComputationName,
    /// Its round.
    pub round: u32,
    /// Names it.
    pub fingerprint: Fingerprint,
    /// State.
    pub phase: Phase,
    /// How many have submitted, where its manifest lets the analyst know.
    pub parties: Option<u64>,
}

/// What an analyst signs to see its computations: `server's signing key || analyst's key id ||
/// analyst's nonce || server's nonce`.
#[must_use]
pub fn list_challenge(
    server: &PublicIdentity<Server>,
    analyst: &KeyId,
    analyst_nonce: &Nonce,
    server_nonce: &Nonce,
) -> Vec<u8> {
    [
        &server.signing_key.as_bytes()[..],
        analyst.as_bytes(),
        analyst_nonce.as_bytes(),
        server_nonce.as_bytes(),
    ]
    .concat()
}
