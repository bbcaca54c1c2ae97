//! Invitations: who may submit to a computation with `access` `invited`.
//!
//! An invitation is an Ed25519 key. The server knows the public half. The secret half is a seed that
//! the analyst derives from its own box key and puts in a link, so that its key file makes every link
//! again and no secret is stored anywhere.
//!
//! ```text
//! seed      = HMAC-SHA-256(analyst's box secret,
//!                          "web-mpc/1/invitation-seed" 0x00 || fingerprint || number (8))
//! signature = Ed25519(seed, "web-mpc/1/invitation" 0x00 || fingerprint || party key)
//! ```
//!
//! The signature admits one party key, at its first use for good. It stands outside the submission
//! hash: the server keeps it, and the analyst, who knows whose invitation is whose, never sees it
//! beside a submission.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod admission;
mod label;
mod link;
mod list;
mod roster;

use serde::{Deserialize, Serialize};

pub use self::admission::{Admission, Handover, ParseHandoverError, Takeover};
pub use self::label::{Email, Label, ParseEmailError, ParseLabelError};
pub use self::link::{Link, ParseLinkError};
pub use self::list::{InvitationList, Invited, ListError, list_hash, revocation_hash};
pub use self::roster::{NewInvitation, Person, lists};
use crate::crypto::{
    Analyst, BoxKeyPair, Invitation, PublicIdentity, Server, SigningKeyPair, Tag, VerifyingKey,
    hmac_sha256,
};
use crate::ids::{Fingerprint, InvitationKey, Nonce, Signature};
use crate::measurement::groups::Groups;

/// Most invitations in one list: its message and its transaction stay small, and more lists may
/// follow.
pub const INVITATIONS_PER_LIST: usize = 5_000;

/// Longest list, in bytes: as base64url it fits every message with room to spare.
pub const LIST_LEN: usize = 2 * 1024 * 1024;

/// Most invitations that one notice revokes.
pub const REVOCATIONS_PER_NOTICE: usize = 1_000;

/// How often one invitation may pass to another device: more than a person has, and a limit to what
/// who holds it can make a server keep.
pub const MAX_TAKEOVERS: u64 = 100;

/// The key pair of invitation `number` of a computation.
#[must_use]
pub fn invitation_keys(
    analyst: &BoxKeyPair<Analyst>,
    fingerprint: &Fingerprint,
    number: u64,
) -> SigningKeyPair<Invitation> {
    let parts: [&[u8]; 2] = [fingerprint.as_bytes(), &number.to_be_bytes()];
    let seed = hmac_sha256(analyst.secret(), Tag::INVITATION_SEED, &parts);
    SigningKeyPair::from_seed(seed)
}

/// The name of an invitation on the wire.
#[must_use]
pub fn key_of(keys: &SigningKeyPair<Invitation>) -> InvitationKey {
    (*keys.public()).into()
}

/// Signs the question what an invitation is worth, for one connection to one server.
#[must_use]
pub fn sign_lookup(
    keys: &SigningKeyPair<Invitation>,
    server: &PublicIdentity<Server>,
    fingerprint: &Fingerprint,
    server_nonce: &Nonce,
) -> Signature {
    let body = lookup_body(server, fingerprint, server_nonce);
    keys.sign(Tag::INVITATION_LOOKUP, &body)
}

/// Whether it was asked by who holds the invitation.
#[must_use]
pub fn is_lookup(
    key: InvitationKey,
    server: &PublicIdentity<Server>,
    fingerprint: &Fingerprint,
    server_nonce: &Nonce,
    signature: &Signature,
) -> bool {
    let body = lookup_body(server, fingerprint, server_nonce);
    VerifyingKey::<Invitation>::from(key).verify(Tag::INVITATION_LOOKUP, &body, signature)
}

/// `server's signing key || fingerprint || server's nonce`
fn lookup_body(
    server: &PublicIdentity<Server>,
    fingerprint: &Fingerprint,
    server_nonce: &Nonce,
) -> Vec<u8> {
    [
        &server.signing_key.as_bytes()[..],
        fingerprint.as_bytes(),
        server_nonce.as_bytes(),
    ]
    .concat()
}

/// What an invitation is worth, in the server's words. Whether it was used is not told: who asks may
/// not be who used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationStanding {
    /// Its number, from 0 through the computation.
    pub number: u64,
    /// The option that it fixes in each dimension, or nothing in one; empty where it fixes none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohorts: Vec<Option<u32>>,
    /// When it can no longer be used for the first time, in seconds since 1970.
    pub expires: Option<u64>,
    /// Whether the analyst has revoked it, which has effect only if it was not used before.
    pub revoked: bool,
}

/// Whether options could be fixed in a computation with these groups.
#[must_use]
pub fn can_be_fixed(cohorts: &[Option<u32>], groups: &Groups) -> bool {
    let options = groups.dimensions();
    let within = |(fixed, options): (&Option<u32>, &usize)| {
        fixed.is_none_or(|fixed| usize::try_from(fixed).is_ok_and(|fixed| fixed < *options))
    };
    cohorts.is_empty() || cohorts.len() == options.len() && cohorts.iter().zip(&options).all(within)
}

/// Whether a cohort is one that the fixed options leave.
#[must_use]
pub fn agrees(cohorts: &[Option<u32>], chosen: &[u32]) -> bool {
    let same = |(fixed, chosen): (&Option<u32>, &u32)| fixed.is_none_or(|fixed| fixed == *chosen);
    cohorts.iter().zip(chosen).all(same)
}

#[cfg(test)]
mod tests;
