//! Sealed boxes: X25519 keys, libsodium's `crypto_box_seal`.

use std::fmt;

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::low_order::has_full_order;
use super::{BoxPublicKey, Role, backend};

/// How much longer a sealed box is than its plaintext: an ephemeral public key and a MAC.
pub const SEAL_OVERHEAD: usize = 48;

impl<R: Role> BoxPublicKey<R> {
    /// Whether a box can be sealed to this key: not zero and not of low order, with which everybody
    /// could open the box.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        has_full_order(self.as_bytes())
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
