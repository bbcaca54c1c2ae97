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
mod entropy;
mod tag;

use std::fmt;
use std::marker::PhantomData;

use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

pub use self::entropy::Entropy;
pub use self::tag::Tag;
use crate::ids::{Digest, KeyBytes, KeyId, PartyKey, Signature};

/// How much longer a sealed box is than its plaintext: an ephemeral public key and a MAC.
pub const SEAL_OVERHEAD: usize = 48;

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
}

/// A public key to which boxes are sealed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct BoxPublicKey<R> {
    bytes: KeyBytes,
    #[serde(skip)]
    role: PhantomData<fn() -> R>,
}

impl<R: Role> BoxPublicKey<R> {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self {
            bytes: KeyBytes::new(bytes),
            role: PhantomData,
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.bytes.as_bytes()
    }

    /// Whether a box can be sealed to this key: not zero and not of low order, with which everybody
    /// could open the box.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        backend::has_full_order(self.as_bytes())
    }

    /// Seals to the owner of this key. The length is that of the plaintext plus [`SEAL_OVERHEAD`].
    ///
    /// This is libsodium's `crypto_box_seal` with the ephemeral key taken from `rng`.
    /// The key must be usable (see [`Self::is_usable`]).
    #[must_use]
    pub fn seal(&self, plaintext: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut ephemeral = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *ephemeral);
        backend::seal(&ephemeral, self.as_bytes(), plaintext)
    }
}

impl<R> fmt::Display for BoxPublicKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.fmt(f)
    }
}

impl<R: Role> fmt::Debug for BoxPublicKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoxPublicKey<{}>({self})", R::NAME)
    }
}

/// A key pair that opens sealed boxes.
#[derive(Clone)]
pub struct BoxKeyPair<R> {
    public: BoxPublicKey<R>,
    secret: Zeroizing<[u8; 32]>,
}

impl<R: Role> BoxKeyPair<R> {
    /// Draws a key pair.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *secret);
        Self::from_secret(secret)
    }

    /// The key pair of an X25519 secret scalar.
    #[must_use]
    pub fn from_secret(secret: Zeroizing<[u8; 32]>) -> Self {
        Self {
            public: BoxPublicKey::new(backend::box_public_key(&secret)),
            secret,
        }
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &BoxPublicKey<R> {
        &self.public
    }

    /// The secret scalar, for a key file.
    #[must_use]
    pub fn secret(&self) -> &Zeroizing<[u8; 32]> {
        &self.secret
    }

    /// Opens a sealed box; nothing if it was not sealed to this key or was changed.
    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        backend::open(self.public.as_bytes(), &self.secret, sealed).map(Zeroizing::new)
    }

    /// Opens many sealed boxes: the seam for an opener that works on several at a time.
    #[must_use]
    pub fn open_batch(&self, sealed: &[&[u8]]) -> Vec<Option<Zeroizing<Vec<u8>>>> {
        sealed.iter().map(|sealed| self.open(sealed)).collect()
    }
}

impl<R: Role> fmt::Debug for BoxKeyPair<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoxKeyPair<{}>(..)", R::NAME)
    }
}

/// A public key that verifies signatures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct VerifyingKey<R> {
    bytes: KeyBytes,
    #[serde(skip)]
    role: PhantomData<fn() -> R>,
}

impl<R: Role> VerifyingKey<R> {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self {
            bytes: KeyBytes::new(bytes),
            role: PhantomData,
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.bytes.as_bytes()
    }

    /// Whether the owner of this key signed `tag || 0x00 || body`.
    #[must_use]
    pub fn verify(&self, tag: Tag, body: &[u8], signature: &Signature) -> bool {
        backend::verify(self.as_bytes(), &tagged(tag, body), signature.as_bytes())
    }
}

impl<R> fmt::Display for VerifyingKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.fmt(f)
    }
}

impl<R: Role> fmt::Debug for VerifyingKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey<{}>({self})", R::NAME)
    }
}

impl From<PartyKey> for VerifyingKey<Party> {
    fn from(key: PartyKey) -> Self {
        Self::new(*key.as_bytes())
    }
}

impl From<VerifyingKey<Party>> for PartyKey {
    fn from(key: VerifyingKey<Party>) -> Self {
        Self::new(*key.as_bytes())
    }
}

/// A key pair that signs.
#[derive(Clone)]
pub struct SigningKeyPair<R> {
    public: VerifyingKey<R>,
    seed: Zeroizing<[u8; 32]>,
}

impl<R: Role> SigningKeyPair<R> {
    /// Draws a key pair.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *seed);
        Self::from_seed(seed)
    }

    /// The key pair of an Ed25519 seed.
    #[must_use]
    pub fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        Self {
            public: VerifyingKey::new(backend::signing_public_key(&seed)),
            seed,
        }
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &VerifyingKey<R> {
        &self.public
    }

    /// The seed, for a key file.
    #[must_use]
    pub fn seed(&self) -> &Zeroizing<[u8; 32]> {
        &self.seed
    }

    /// Signs `tag || 0x00 || body`. Deterministic.
    #[must_use]
    pub fn sign(&self, tag: Tag, body: &[u8]) -> Signature {
        Signature::new(backend::sign(
            &self.seed,
            self.public.as_bytes(),
            &tagged(tag, body),
        ))
    }
}

impl<R: Role> fmt::Debug for SigningKeyPair<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKeyPair<{}>(..)", R::NAME)
    }
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

/// SHA-256 of `tag || 0x00 || parts`. Where it matters, all parts but the last have a fixed length.
#[must_use]
pub fn sha256(tag: Tag, parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(tag.as_str());
    hasher.update([0]);
    for part in parts {
        hasher.update(part);
    }
    Digest::new(hasher.finalize().into())
}

/// SHA-256 of bytes that are not ours to tag: a box, a public part, a node of an RFC 9162 tree.
#[must_use]
pub fn sha256_untagged(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Digest::new(hasher.finalize().into())
}

/// HMAC-SHA-256 with `key` of `tag || 0x00 || parts`: a secret derived from a secret.
#[must_use]
pub fn hmac_sha256(key: &[u8; 32], tag: Tag, parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    // A 32-byte key is shorter than SHA-256's block: it is padded with zeros, never hashed.
    let mut block = Zeroizing::new([0_u8; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(tag.as_str().as_bytes());
    mac.update(&[0]);
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// `tag || 0x00 || body`
fn tagged(tag: Tag, body: &[u8]) -> Vec<u8> {
    [tag.as_str().as_bytes(), &[0], body].concat()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

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
    fn debug_shows_no_secret() {
        let keys = Identity::<Server>::generate(&mut rng());
        let shown = format!("{keys:?}");
        assert_eq!(
            shown,
            "Identity { boxes: BoxKeyPair<server>(..), signing: SigningKeyPair<server>(..) }"
        );
    }
}
