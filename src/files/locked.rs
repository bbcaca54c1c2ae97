//! How what a passphrase keeps closed stands in a file.
//!
//! ```json
//! {"kdf": "argon2id", "passes": 3, "memory": 262144, "salt": "<base64url>",
//!  "cipher": "xchacha20poly1305", "nonce": "<base64url>", "sealed": "<base64url>"}
//! ```
//!
//! `memory` is in KiB.

use serde::{Deserialize, Serialize};

use crate::crypto::{Cost, Locked};
use crate::ids::Blob;

/// The only ways that this version knows.
const KDF: &str = "argon2id";
const CIPHER: &str = "xchacha20poly1305";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedDocument {
    kdf: String,
    passes: u32,
    memory: u32,
    salt: Blob,
    cipher: String,
    nonce: Blob,
    sealed: Blob,
}

impl From<Locked> for LockedDocument {
    fn from(locked: Locked) -> Self {
        Self {
            kdf: KDF.to_owned(),
            passes: locked.cost.passes,
            memory: locked.cost.memory,
            salt: Blob(locked.salt.to_vec()),
            cipher: CIPHER.to_owned(),
            nonce: Blob(locked.nonce.to_vec()),
            sealed: Blob(locked.sealed),
        }
    }
}

impl LockedDocument {
    /// What it stands for, if this version knows how it was closed.
    pub(super) fn into_locked(self) -> Option<Locked> {
        let known = self.kdf == KDF && self.cipher == CIPHER;
        known.then_some(Locked {
            cost: Cost {
                passes: self.passes,
                memory: self.memory,
            },
            salt: self.salt.0.try_into().ok()?,
            nonce: self.nonce.0.try_into().ok()?,
            sealed: self.sealed.0,
        })
    }
}
