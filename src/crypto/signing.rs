//! Signatures: Ed25519 over a tag and a body.

use std::fmt;

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::{Invitation, Party, Role, Tag, VerifyingKey, backend};
use crate::ids::{InvitationKey, PartyKey, Signature};

impl<R: Role> VerifyingKey<R> {
    /// Whether the owner of this key signed `tag || 0x00 || body`.
    #[must_use]
    pub fn verify(&self, tag: Tag, body: &[u8], signature: &Signature) -> bool {
        backend::verify(self.as_bytes(), &tagged(tag, body), signature.as_bytes())
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

impl From<InvitationKey> for VerifyingKey<Invitation> {
    fn from(key: InvitationKey) -> Self {
        Self::new(*key.as_bytes())
    }
}

impl From<VerifyingKey<Invitation>> for InvitationKey {
    fn from(key: VerifyingKey<Invitation>) -> Self {
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

/// `tag || 0x00 || body`
fn tagged(tag: Tag, body: &[u8]) -> Vec<u8> {
    [tag.as_str().as_bytes(), &[0], body].concat()
}
