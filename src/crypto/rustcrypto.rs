//! The backend of wasm32: what `sodium.rs` does, byte for byte, with the primitives of `RustCrypto`
//! and dalek. Natively it is there for tests alone, which hold the two equal.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use blake2::digest::consts::U24;
use blake2::{Blake2b, Digest};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, Payload};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::montgomery::MontgomeryPoint;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use salsa20::cipher::consts::U10;
use salsa20::cipher::{KeyIvInit, StreamCipher};
use salsa20::{XSalsa20, hsalsa};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes of an X25519 public key.
const KEY: usize = 32;

/// Bytes of a MAC.
const MAC: usize = 16;

/// Bytes of the nonce of `XSalsa20`.
const NONCE: usize = 24;

/// X25519 of the base point.
pub(super) fn box_public_key(secret: &[u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(*secret).to_bytes()
}

/// `epk || crypto_box(plaintext, nonce = BLAKE2b-24(epk || public), public, ephemeral)`
pub(super) fn seal(ephemeral: &[u8; 32], public: &[u8; 32], plaintext: &[u8]) -> Vec<u8> {
    let ephemeral_public = box_public_key(ephemeral);
    let shared = MontgomeryPoint(*public).mul_clamped(*ephemeral);
    let mut stream = Stream::new(&shared, &ephemeral_public, public);
    let mut sealed = Vec::with_capacity(plaintext.len().saturating_add(KEY).saturating_add(MAC));
    sealed.extend_from_slice(&ephemeral_public);
    sealed.extend_from_slice(&[0; MAC]);
    sealed.extend_from_slice(plaintext);
    if let Some((head, ciphertext)) = sealed.split_at_mut_checked(KEY.saturating_add(MAC)) {
        stream.cipher.apply_keystream(ciphertext);
        let mac = stream.mac.compute_unpadded(ciphertext);
        for (to, from) in head.iter_mut().skip(KEY).zip(mac) {
            *to = from;
        }
    }
    sealed
}

/// `crypto_box_seal_open`
pub(super) fn open(public: &[u8; 32], secret: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
    let (ephemeral_public, rest) = sealed.split_first_chunk::<KEY>()?;
    let (mac, ciphertext) = rest.split_first_chunk::<MAC>()?;
    let shared = MontgomeryPoint(*ephemeral_public).mul_clamped(*secret);
    if bool::from(shared.as_bytes().ct_eq(&[0; 32])) {
        return None;
    }
    let mut stream = Stream::new(&shared, ephemeral_public, public);
    let expected = stream.mac.compute_unpadded(ciphertext);
    if !bool::from(expected.as_slice().ct_eq(mac)) {
        return None;
    }
    let mut plaintext = ciphertext.to_vec();
    stream.cipher.apply_keystream(&mut plaintext);
    Some(plaintext)
}

/// XSalsa20-Poly1305 at the place where the plaintext begins: its first 32 bytes are the MAC's key.
struct Stream {
    cipher: XSalsa20,
    mac: Poly1305,
}

impl Stream {
    fn new(shared: &MontgomeryPoint, ephemeral_public: &[u8; 32], public: &[u8; 32]) -> Self {
        let shared = Zeroizing::new(shared.to_bytes());
        let key = Zeroizing::new(<[u8; 32]>::from(hsalsa::<U10>(
            (&*shared).into(),
            &[0; 16].into(),
        )));
        let nonce = nonce(ephemeral_public, public);
        let mut cipher = XSalsa20::new((&*key).into(), (&nonce).into());
        let mut mac_key = Zeroizing::new([0; 32]);
        cipher.apply_keystream(&mut *mac_key);
        Self {
            cipher,
            mac: Poly1305::new((&*mac_key).into()),
        }
    }
}

/// BLAKE2b-24(epk || public)
fn nonce(ephemeral_public: &[u8; 32], public: &[u8; 32]) -> [u8; NONCE] {
    let hasher = Blake2b::<U24>::new().chain_update(ephemeral_public);
    hasher.chain_update(public).finalize().into()
}

/// The Ed25519 public key of a seed.
pub(super) fn signing_public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// Ed25519 (RFC 8032).
pub(super) fn sign(seed: &[u8; 32], _public: &[u8; 32], message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed).sign(message).to_bytes()
}

/// Ed25519 with libsodium's checks: canonical, no key of small order.
pub(super) fn verify(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    // dalek takes a key in any spelling, libsodium in one.
    let canonical = CompressedEdwardsY(*public)
        .decompress()
        .is_some_and(|point| point.compress().as_bytes() == public);
    canonical
        && VerifyingKey::from_bytes(public).is_ok_and(|key| {
            key.verify_strict(message, &Signature::from_bytes(signature))
                .is_ok()
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
    let kibibytes = u32::try_from(memory.checked_div(1024)?).ok()?;
    let params = Params::new(kibibytes, u32::try_from(passes).ok()?, 1, Some(32)).ok()?;
    let mut blocks = Vec::new();
    blocks.try_reserve_exact(params.block_count()).ok()?;
    blocks.resize(params.block_count(), Block::default());
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(passphrase, salt, &mut *key, &mut blocks)
        .ok()?;
    Some(key)
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): the ciphertext with its MAC behind it.
pub(super) fn encrypt(key: &[u8; 32], nonce: &[u8; 24], about: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let payload = Payload {
        msg: plaintext,
        aad: about,
    };
    #[cfg_attr(
        not(test),
        expect(
            clippy::expect_used,
            reason = "it fails for messages of 256 GiB and more"
        )
    )]
    XChaCha20Poly1305::new(key.into())
        .encrypt(nonce.into(), payload)
        .expect("a message that fits the memory")
}

/// The plaintext, if nothing of this was changed.
pub(super) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 24],
    about: &[u8],
    ciphertext: &[u8],
) -> Option<Vec<u8>> {
    let payload = Payload {
        msg: ciphertext,
        aad: about,
    };
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(nonce.into(), payload).ok()
}
