//! The native backend: libsodium through sodiumoxide. Nothing else in the crate names it.

use std::sync::Once;

use sodiumoxide::crypto::aead::xchacha20poly1305_ietf as aead;
use sodiumoxide::crypto::pwhash::argon2id13 as argon2id;
use sodiumoxide::crypto::{box_, generichash, scalarmult, sealedbox, sign};
use zeroize::Zeroizing;

/// Lets libsodium choose its implementations for this processor; without it, it is slow.
fn ready() {
    static READY: Once = Once::new();
    READY.call_once(|| {
        #[expect(
            clippy::let_underscore_must_use,
            reason = "it fails for want of randomness only, which this backend never asks for"
        )]
        let _ = sodiumoxide::init();
    });
}

/// X25519 of the base point.
pub(super) fn box_public_key(secret: &[u8; 32]) -> [u8; 32] {
    ready();
    scalarmult::scalarmult_base(&scalarmult::Scalar(*secret)).0
}

/// `epk || crypto_box(plaintext, nonce = BLAKE2b-24(epk || public), public, ephemeral)`
pub(super) fn seal(ephemeral: &[u8; 32], public: &[u8; 32], plaintext: &[u8]) -> Vec<u8> {
    let ephemeral_public = box_public_key(ephemeral);
    let mut hashed = [0; 64];
    let (first, second) = hashed.split_at_mut(32);
    first.copy_from_slice(&ephemeral_public);
    second.copy_from_slice(public);
    #[expect(
        clippy::expect_used,
        reason = "BLAKE2b gives any length from 16 to 64 bytes"
    )]
    let nonce = generichash::hash(&hashed, Some(box_::NONCEBYTES), None)
        .ok()
        .and_then(|digest| box_::Nonce::from_slice(digest.as_ref()))
        .expect("a digest of 24 bytes");
    let sealed = box_::seal(
        plaintext,
        &nonce,
        &box_::PublicKey(*public),
        &box_::SecretKey(*ephemeral),
    );
    [&ephemeral_public[..], &sealed].concat()
}

/// `crypto_box_seal_open`
pub(super) fn open(public: &[u8; 32], secret: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
    ready();
    sealedbox::open(sealed, &box_::PublicKey(*public), &box_::SecretKey(*secret)).ok()
}

/// The Ed25519 public key of a seed.
pub(super) fn signing_public_key(seed: &[u8; 32]) -> [u8; 32] {
    ready();
    sign::keypair_from_seed(&sign::Seed(*seed)).0.0
}

/// Ed25519 (RFC 8032).
pub(super) fn sign(seed: &[u8; 32], public: &[u8; 32], message: &[u8]) -> [u8; 64] {
    ready();
    // libsodium's secret key is seed || public key; given so, it need not derive the latter again.
    let mut secret = sign::SecretKey([0; sign::SECRETKEYBYTES]);
    let (first, second) = secret.0.split_at_mut(32);
    first.copy_from_slice(seed);
    second.copy_from_slice(public);
    sign::sign_detached(message, &secret).to_bytes()
}

/// Ed25519 with libsodium's checks: canonical, no key of small order.
pub(super) fn verify(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    ready();
    sign::Signature::from_bytes(signature).is_ok_and(|signature| {
        sign::verify_detached(&signature, message, &sign::PublicKey(*public))
    })
}

/// Argon2id (RFC 9106) with one lane, version 0x13; `memory` in bytes. Nothing if the machine has not
/// that much.
pub(super) fn argon2id(
    passphrase: &[u8],
    salt: &[u8; 16],
    passes: usize,
    memory: usize,
) -> Option<Zeroizing<[u8; 32]>> {
    ready();
    let mut key = Zeroizing::new([0; 32]);
    let (passes, memory) = (argon2id::OpsLimit(passes), argon2id::MemLimit(memory));
    let salt = argon2id::Salt(*salt);
    argon2id::derive_key(&mut *key, passphrase, &salt, passes, memory).ok()?;
    Some(key)
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): the ciphertext with its MAC behind it.
pub(super) fn encrypt(key: &[u8; 32], nonce: &[u8; 24], about: &[u8], plaintext: &[u8]) -> Vec<u8> {
    ready();
    let (key, nonce) = (aead::Key(*key), aead::Nonce(*nonce));
    aead::seal(plaintext, Some(about), &nonce, &key)
}

/// The plaintext, if nothing of this was changed.
pub(super) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 24],
    about: &[u8],
    ciphertext: &[u8],
) -> Option<Vec<u8>> {
    ready();
    let (key, nonce) = (aead::Key(*key), aead::Nonce(*nonce));
    aead::open(ciphertext, Some(about), &nonce, &key).ok()
}

#[cfg(test)]
mod tests {
    use super::super::low_order::{LOW_ORDER, has_full_order};
    use super::*;

    #[test]
    fn keys_of_low_order_are_those_with_which_nothing_is_secret() {
        // Any scalar will do: they are all multiples of the cofactor once clamped.
        let gives_zero = |public: [u8; 32]| {
            let public = scalarmult::GroupElement(public);
            scalarmult::scalarmult(&scalarmult::Scalar([8; 32]), &public).is_err()
        };
        ready();
        for mut public in LOW_ORDER {
            for high_bit in [0, 0x80] {
                public[31] = public[31] & 0x7f | high_bit;
                assert!(gives_zero(public), "{public:?}");
                assert!(!has_full_order(&public), "{public:?}");
            }
        }
        // All that encode a number below 2^255 in two ways, and the neighbours of all the others.
        let neighbours = LOW_ORDER.iter().flat_map(|public| {
            (0..=u8::MAX).map(move |first| {
                let mut public = *public;
                public[0] = first;
                public
            })
        });
        for public in neighbours {
            assert_eq!(has_full_order(&public), !gives_zero(public), "{public:?}");
        }
        assert!(has_full_order(&box_public_key(&[5; 32])));
    }

    #[test]
    fn our_sealed_boxes_are_libsodiums() {
        let secret = [5; 32];
        let public = box_public_key(&secret);
        let ours = seal(&[9; 32], &public, b"plaintext");
        assert_eq!(open(&public, &secret, &ours).unwrap(), b"plaintext");
        let theirs = sealedbox::seal(b"plaintext", &box_::PublicKey(public));
        assert_eq!(open(&public, &secret, &theirs).unwrap(), b"plaintext");
        assert_eq!(ours.len(), theirs.len());
        assert_eq!(
            seal(&[9; 32], &public, b"plaintext"),
            ours,
            "the same for the same randomness"
        );
    }
}
