//! SHA-256 and HMAC-SHA-256, the only hashes of the protocol.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Tag;
use crate::ids::Digest;

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
    let mut mac = keyed(key);
    mac.update(tag.as_str().as_bytes());
    mac.update(&[0]);
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// HMAC-SHA-256 of bytes whose form another specification gives: that of a webhook.
#[must_use]
pub fn hmac_sha256_untagged(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = keyed(key);
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// HMAC (RFC 2104) with a key: padded with zeros to SHA-256's block, hashed first if it is longer.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0_u8; 64]);
    let hashed = (key.len() > block.len()).then(|| sha256_untagged(&[key]));
    let key = hashed.as_ref().map_or(key, |digest| digest.as_bytes());
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::<Sha256>::new((&*block).into())
}
