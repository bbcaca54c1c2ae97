//! The two backends are one: what either makes the other takes, byte for byte, and both refuse the
//! same. `tests/vectors/crypto.json` holds both to the same frozen bytes.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use proptest::prelude::*;
use serde_json::Value;

use super::low_order::LOW_ORDER;
use super::{backend as sodium, rustcrypto};

/// Encodings of the points of order 1, 2, 4 and 8, also those that are not canonical
/// (<https://eprint.iacr.org/2020/1244>, table 6).
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// The order of Ed25519's group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn hex(text: &str) -> [u8; 32] {
    let bytes = HEXLOWER.decode(text.as_bytes()).unwrap();
    bytes.try_into().unwrap()
}

/// What both say, which must be the same.
fn verify(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let said = sodium::verify(public, message, signature);
    let ours = rustcrypto::verify(public, message, signature);
    assert_eq!(said, ours, "{public:?} {signature:?}");
    said
}

fn joined(first: &[u8; 32], second: &[u8; 32]) -> [u8; 64] {
    [*first, *second].concat().try_into().unwrap()
}

/// S + the order of the group: the same signature in another spelling.
fn not_reduced(signature: &[u8; 64]) -> [u8; 64] {
    let (mut changed, mut carry) = (*signature, 0_u16);
    for (digit, add) in changed[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(add) + carry;
        *digit = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    changed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn keys_and_boxes_are_the_same(
        secret: [u8; 32],
        ephemeral: [u8; 32],
        plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        flip in any::<prop::sample::Index>(),
    ) {
        let public = sodium::box_public_key(&secret);
        prop_assert_eq!(rustcrypto::box_public_key(&secret), public);
        let sealed = sodium::seal(&ephemeral, &public, &plaintext);
        prop_assert_eq!(&rustcrypto::seal(&ephemeral, &public, &plaintext), &sealed);
        prop_assert_eq!(rustcrypto::open(&public, &secret, &sealed), Some(plaintext.clone()));
        prop_assert_eq!(sodium::open(&public, &secret, &sealed), Some(plaintext));
        let mut changed = sealed.clone();
        changed[flip.index(sealed.len())] ^= 1;
        prop_assert_eq!(rustcrypto::open(&public, &secret, &changed), None);
        prop_assert_eq!(sodium::open(&public, &secret, &changed), None);
        let short = &sealed[..flip.index(sealed.len())];
        prop_assert_eq!(rustcrypto::open(&public, &secret, short), sodium::open(&public, &secret, short));
    }

    #[test]
    fn signatures_are_the_same(
        seed: [u8; 32],
        message in proptest::collection::vec(any::<u8>(), 0..300),
        flip in 0_usize..96,
    ) {
        let public = sodium::signing_public_key(&seed);
        prop_assert_eq!(rustcrypto::signing_public_key(&seed), public);
        let signature = sodium::sign(&seed, &public, &message);
        prop_assert_eq!(rustcrypto::sign(&seed, &public, &message), signature);
        prop_assert!(verify(&public, &message, &signature));
        prop_assert!(!verify(&public, &message, &not_reduced(&signature)));
        let (mut key, mut changed) = (public, signature);
        match flip.checked_sub(64) {
            Some(place) => key[place] ^= 1,
            None => changed[flip] ^= 1,
        }
        prop_assert!(!verify(&key, &message, &changed));
    }

    #[test]
    fn nothing_random_is_judged_differently(public: [u8; 32], s: [u8; 32], message: [u8; 8]) {
        verify(&public, &message, &joined(&public, &s));
        let sealed = [&public[..], &s, &message].concat();
        prop_assert_eq!(
            rustcrypto::open(&public, &s, &sealed),
            sodium::open(&public, &s, &sealed)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn passphrases_are_the_same(
        passphrase in ".{0,40}",
        salt: [u8; 16],
        nonce: [u8; 24],
        passes in 1_usize..4,
        memory in 8_usize..64,
        plaintext in proptest::collection::vec(any::<u8>(), 0..200),
        flip in any::<prop::sample::Index>(),
    ) {
        let (passphrase, memory) = (passphrase.as_bytes(), memory * 1024);
        let key = sodium::argon2id(passphrase, &salt, passes, memory).unwrap();
        prop_assert_eq!(&rustcrypto::argon2id(passphrase, &salt, passes, memory).unwrap(), &key);
        let closed = sodium::encrypt(&key, &nonce, b"about", &plaintext);
        prop_assert_eq!(&rustcrypto::encrypt(&key, &nonce, b"about", &plaintext), &closed);
        prop_assert_eq!(
            rustcrypto::decrypt(&key, &nonce, b"about", &closed),
            Some(plaintext.clone())
        );
        prop_assert_eq!(sodium::decrypt(&key, &nonce, b"about", &closed), Some(plaintext));
        prop_assert_eq!(rustcrypto::decrypt(&key, &nonce, b"other", &closed), None);
        let mut changed = closed.clone();
        changed[flip.index(closed.len())] ^= 1;
        prop_assert_eq!(rustcrypto::decrypt(&key, &nonce, b"about", &changed), None);
        prop_assert_eq!(sodium::decrypt(&key, &nonce, b"about", &changed), None);
    }
}

#[test]
fn points_of_small_order_sign_nothing() {
    let public = sodium::signing_public_key(&[7; 32]);
    let points: Vec<[u8; 32]> = SMALL_ORDER.map(hex).to_vec();
    for message in (0..32_u8).map(|byte| [byte]) {
        for key in &points {
            for r in &points {
                // With a key and an R of small order, S = 0 holds for one message in eight or more.
                assert!(!verify(key, &message, &joined(r, &[0; 32])));
            }
            assert!(!verify(&public, &message, &joined(key, &[0; 32])));
        }
    }
}

#[test]
fn a_key_has_one_spelling() {
    // y + p for every y below 19, with both signs: those that are points at all are refused.
    for low in 0xed..=0xff_u8 {
        for sign in [0x7f, 0xff_u8] {
            let mut key = [0xff; 32];
            key[0] = low;
            key[31] = sign;
            for byte in 0..16_u8 {
                assert!(!verify(&key, &[byte], &joined(&key, &[byte; 32])));
            }
        }
    }
}

#[test]
fn keys_of_low_order_open_nothing() {
    for public in LOW_ORDER {
        let sealed = [&public[..], &[0; 40]].concat();
        assert_eq!(sodium::open(&public, &[8; 32], &sealed), None);
        assert_eq!(rustcrypto::open(&public, &[8; 32], &sealed), None);
    }
}

/// A member of a vector's input, decoded.
fn bytes(vector: &Value, name: &str) -> Vec<u8> {
    let text = vector["input"][name].as_str().unwrap();
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
}

fn array<const N: usize>(vector: &Value, name: &str) -> [u8; N] {
    bytes(vector, name).try_into().unwrap()
}

/// What is signed: `tag || 0x00 || body`.
fn message(vector: &Value) -> Vec<u8> {
    let tag = vector["input"]["tag"].as_str().unwrap();
    [tag.as_bytes(), &[0], &bytes(vector, "body")].concat()
}

/// What the backend of wasm makes of a vector; nothing for what does not concern it.
fn made(vector: &Value) -> Option<Vec<u8>> {
    Some(match vector["kind"].as_str().unwrap() {
        "box_key" => rustcrypto::box_public_key(&array(vector, "secret")).to_vec(),
        "signing_key" => rustcrypto::signing_public_key(&array(vector, "seed")).to_vec(),
        "sealed_box" => {
            let secret = array(vector, "recipient_secret");
            let public = rustcrypto::box_public_key(&secret);
            let plaintext = bytes(vector, "plaintext");
            let sealed = rustcrypto::seal(&array(vector, "ephemeral"), &public, &plaintext);
            assert_eq!(rustcrypto::open(&public, &secret, &sealed), Some(plaintext));
            sealed
        }
        "signature" => {
            rustcrypto::sign(&array(vector, "seed"), &[0; 32], &message(vector)).to_vec()
        }
        _ => return None,
    })
}

/// Whether the backend of wasm takes what must be refused; nothing for what does not concern it.
fn taken(vector: &Value) -> Option<bool> {
    Some(match vector["kind"].as_str().unwrap() {
        "bad_sealed_box" => {
            let secret = array(vector, "recipient_secret");
            let public = rustcrypto::box_public_key(&secret);
            rustcrypto::open(&public, &secret, &bytes(vector, "sealed")).is_some()
        }
        "bad_signature" => {
            let (public, signature) = (array(vector, "public"), array(vector, "signature"));
            verify(&public, &message(vector), &signature)
        }
        _ => return None,
    })
}

#[test]
fn the_frozen_vectors_hold_for_both() {
    // That they hold for libsodium is tested from outside.
    let text = include_str!("../../tests/vectors/crypto.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let mut seen = 0;
    for vector in document["vectors"].as_array().unwrap() {
        let name = &vector["name"];
        if let Some(made) = made(vector) {
            let output = BASE64URL_NOPAD.encode(&made);
            assert_eq!(vector["output"].as_str(), Some(output.as_str()), "{name}");
            seen += 1;
        } else if let Some(taken) = taken(vector) {
            assert!(!taken, "{name}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} vectors concern the backend");
}
