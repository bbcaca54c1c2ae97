//! Cryptography: key pairs by role, sealed boxes, signatures and hashes, over bytes and tags.
//!
//! The formats are libsodium's own: X25519 keys and sealed boxes
//! (<https://doc.libsodium.org/public-key_cryptography/sealed_boxes>), Ed25519 signatures (RFC 8032).
//! Invariants:
//!
//! 1. Every signature and every hash is over `tag || 0x00 || body`, so that what was signed as one
//!    thing cannot be shown as another ([`Tag`]).
//! 2. A key carries the role of its owner in its type: a share for the server cannot be sealed to
//!    the analyst.
//! 3. Secrets are wiped when dropped and have no `Debug` that shows them.
//! 4. Randomness is a parameter.
//!
//! Only the backend, chosen by target, names a cryptographic library.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

#[cfg(not(target_family = "wasm"))]
#[path = "crypto/sodium.rs"]
mod backend;
#[cfg(target_family = "wasm")]
#[path = "crypto/rustcrypto.rs"]
mod backend;
mod boxes;
mod entropy;
mod hash;
mod low_order;
#[cfg(test)]
mod rustcrypto;
mod passphrase;
mod signing;
mod tag;
#[cfg(test)]
mod twins;

use std::fmt;
use std::marker::PhantomData;

use rand::CryptoRng;
use serde::{Deserialize, Serialize};

pub use self::boxes::{BoxKeyPair, SEAL_OVERHEAD};
pub use self::entropy::Entropy;
pub use self::hash::{hmac_sha256, hmac_sha256_untagged, sha256, sha256_untagged};
pub use self::passphrase::{Cost, Locked, Passphrase, PassphraseError, UnlockError};
pub use self::signing::SigningKeyPair;
pub use self::tag::Tag;
use crate::ids::{KeyBytes, KeyId};

/// Whose key it is.
pub trait Role: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// The role's name in a sealed plaintext.
    const NAME: &'static str;
}

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $role {}

        impl Role for $role {
            const NAME: &'static str = $name;
        }
    )+};
}

roles! {
    /// The relay, a compute party (a VDAF's leader).
    Server = "server";
    /// The compute party that learns the aggregate (a VDAF's helper).
    Analyst = "analyst";
    /// An input party.
    Party = "party";
    /// Whoever holds an invitation's link.
    Invitation = "invitation";
}

/// Declares public keys: 32 bytes with one use and the role of their owner in the type.
macro_rules! public_keys {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent, bound = "")]
        pub struct $name<R> {
            bytes: KeyBytes,
            #[serde(skip)]
            role: PhantomData<fn() -> R>,
        }

        impl<R: Role> $name<R> {
            /// Takes the bytes as they are.
            #[must_use]
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self { bytes: KeyBytes::new(bytes), role: PhantomData }
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                self.bytes.as_bytes()
            }
        }

        impl<R> fmt::Display for $name<R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.bytes.fmt(f)
            }
        }

        impl<R: Role> fmt::Debug for $name<R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "<{}>({})"), R::NAME, self)
            }
        }
    )+};
}

public_keys! {
    /// A public key to which boxes are sealed.
    BoxPublicKey;
    /// A public key that verifies signatures.
    VerifyingKey;
}

/// The public keys that name a compute party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PublicIdentity<R: Role> {
    /// What is sealed to it.
    #[serde(rename = "box")]
    pub box_key: BoxPublicKey<R>,
    /// What it signs.
    #[serde(rename = "sign")]
    pub signing_key: VerifyingKey<R>,
}

impl<R: Role> PublicIdentity<R> {
    /// SHA-256(tag, box key, signing key).
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        let parts: [&[u8]; 2] = [self.box_key.as_bytes(), self.signing_key.as_bytes()];
        KeyId::new(*sha256(Tag::KEY_ID, &parts).as_bytes())
    }
}

/// The key pairs of a compute party.
#[derive(Debug, Clone)]
pub struct Identity<R: Role> {
    /// Opens what is sealed to it.
    pub boxes: BoxKeyPair<R>,
    /// Signs in its name.
    pub signing: SigningKeyPair<R>,
}

impl<R: Role> Identity<R> {
    /// Draws both key pairs.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self {
            boxes: BoxKeyPair::generate(rng),
            signing: SigningKeyPair::generate(rng),
        }
    }

    /// The public halves.
    #[must_use]
    pub fn public(&self) -> PublicIdentity<R> {
        PublicIdentity {
            box_key: *self.boxes.public(),
            signing_key: *self.signing.public(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    use super::*;

    fn rng() -> StdRng {
        StdRng::seed_from_u64(7)
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_only() {
        let mut rng = rng();
        let keys = BoxKeyPair::<Server>::generate(&mut rng);
        let other = BoxKeyPair::<Server>::generate(&mut rng);
        let sealed = keys.public().seal(b"share", &mut rng);
        assert_eq!(sealed.len(), 5 + SEAL_OVERHEAD);
        assert_eq!(keys.open(&sealed).unwrap().as_slice(), b"share");
        assert!(other.open(&sealed).is_none());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(keys.open(&changed).is_none(), "byte {index}");
        }
        for short in 0..SEAL_OVERHEAD {
            assert!(keys.open(&sealed[..short]).is_none());
        }
    }

    #[test]
    fn a_batch_opens_as_its_boxes_do() {
        let mut rng = rng();
        let keys = BoxKeyPair::<Analyst>::generate(&mut rng);
        let first = keys.public().seal(b"one", &mut rng);
        let second = vec![0; 60];
        let opened = keys.open_batch(&[&first, &second]);
        assert_eq!(opened[0].as_ref().unwrap().as_slice(), b"one");
        assert!(opened[1].is_none());
    }

    #[test]
    fn a_signature_holds_for_its_tag_key_and_body() {
        let mut rng = rng();
        let keys = SigningKeyPair::<Analyst>::generate(&mut rng);
        let signature = keys.sign(Tag::COMMIT, b"body");
        assert!(keys.public().verify(Tag::COMMIT, b"body", &signature));
        assert!(!keys.public().verify(Tag::RELEASE, b"body", &signature));
        assert!(!keys.public().verify(Tag::COMMIT, b"Body", &signature));
        let other = SigningKeyPair::<Analyst>::generate(&mut rng);
        assert!(!other.public().verify(Tag::COMMIT, b"body", &signature));
    }

    #[test]
    fn low_order_keys_are_not_usable() {
        let mut one = [0; 32];
        one[0] = 1;
        for bytes in [[0; 32], one] {
            assert!(!BoxPublicKey::<Server>::new(bytes).is_usable());
        }
        assert!(
            BoxKeyPair::<Server>::generate(&mut rng())
                .public()
                .is_usable()
        );
    }

    #[test]
    fn hmac_agrees_with_rfc_4231_on_its_inputs() {
        // RFC 4231 has no tag; the same bytes come out when the tag is part of the message.
        let key = [0x0b; 32];
        let ours = hmac_sha256(&key, Tag::RESULT_KEY, &[b"a", b"b"]);
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(b"web-mpc/1/result-key\0ab");
        assert_eq!(ours.as_slice(), mac.finalize().into_bytes().as_slice());
    }

    #[test]
    fn hmac_without_a_tag_is_that_of_rfc_4231() {
        // Its test cases 2 and 6: a short key, and one that is longer than a block.
        for (key, text, mac) in [
            (
                &b"Jefe"[..],
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let ours = hmac_sha256_untagged(key, &[text.as_bytes()]);
            let expected = data_encoding::HEXLOWER.decode(mac.as_bytes()).unwrap();
            assert_eq!(ours.as_slice(), expected);
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let keys = Identity::<Server>::generate(&mut rng());
        let shown = format!("{keys:?}");
        assert_eq!(
            shown,
            "Identity { boxes: BoxKeyPair<server>(..), signing: SigningKeyPair<server>(..) }"
        );
    }
}
