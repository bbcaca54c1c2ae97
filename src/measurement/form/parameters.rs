//! What a manifest says of a form, and the verify key.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{CIRCUIT, SEED};
use crate::crypto::{Analyst, BoxKeyPair, BoxPublicKey, Server, Tag, hmac_sha256, sha256};
use crate::form::Form;
use crate::ids::{Blob, Digest, Nonce};

/// What a manifest says of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormParameters {
    /// What is asked, and what is made of it.
    pub form: Form,
    /// [`CIRCUIT`].
    pub circuit: u32,
    /// H("verify-key-hash", verify key).
    pub verify_key: Digest,
    /// The verify key, sealed to the server's key for this computation.
    pub sealed_verify_key: Blob,
}

impl FormParameters {
    /// The parameters of a new computation.
    pub fn new(
        form: Form,
        nonce: &Nonce,
        analyst: &BoxKeyPair<Analyst>,
        server: &BoxPublicKey<Server>,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let key = analysts_key(analyst, nonce);
        Self {
            form,
            circuit: CIRCUIT,
            verify_key: key_hash(&key),
            sealed_verify_key: Blob(server.seal(&*key, rng)),
        }
    }
}

/// The key with which both compute parties draw the questions that a proof must answer.
pub(super) type VerifyKey = Zeroizing<[u8; SEED]>;

pub(super) fn analysts_key(keys: &BoxKeyPair<Analyst>, nonce: &Nonce) -> VerifyKey {
    hmac_sha256(keys.secret(), Tag::VERIFY_KEY, &[nonce.as_bytes()])
}

pub(super) fn key_hash(key: &VerifyKey) -> Digest {
    sha256(Tag::VERIFY_KEY_HASH, &[&**key])
}
