//! Identifiers: byte strings of a fixed length that travel as base64url without padding, and the
//! names of computations. Each is its own type, so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use rand::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text is not a base64url byte string of the length that its type asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {bytes} bytes as base64url without padding ({characters} characters)")]
pub struct ParseIdError {
    /// Length in bytes that the type asks for.
    bytes: usize,
    /// The same as characters of base64url.
    characters: usize,
}

/// Declares byte strings of one fixed length each: strict base64url in text and JSON.
macro_rules! byte_ids {
    ($($(#[$doc:meta])* $name:ident[$len:literal];)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// Takes the bytes as they are.
            #[must_use]
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Takes the bytes of a slice, if it has the right length.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Draws one uniformly.
            pub fn random(rng: &mut impl CryptoRng) -> Self {
                let mut bytes = [0; $len];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE64URL_NOPAD.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                BASE64URL_NOPAD
                    .decode(text.as_bytes())
                    .ok()
                    .and_then(|bytes| Self::from_slice(&bytes))
                    .ok_or(ParseIdError {
                        bytes: $len,
                        characters: BASE64URL_NOPAD.encode_len($len),
                    })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor(std::marker::PhantomData))
            }
        }
    )+};
}

/// Parses a JSON string with [`FromStr`], without copying it first.
struct TextVisitor<T>(std::marker::PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

byte_ids! {
    /// Names one version of one party's data, and makes sending it idempotent; drawn at random by
    /// the party. It is the nonce of a VDAF.
    SubmissionId[16];
    /// Names a computation and all its parameters: SHA-256 of its manifest's bytes.
    Fingerprint[32];
    /// Names an analyst or a server: SHA-256 of its two public keys.
    KeyId[32];
    /// An input party's Ed25519 verification key, fresh for each computation.
    PartyKey[32];
    /// An invitation's Ed25519 verification key: who holds its secret may submit once, as one party.
    InvitationKey[32];
    /// What a party signs: SHA-256 over everything that it uploads.
    SubmissionHash[32];
    /// A SHA-256 digest with no name of its own.
    Digest[32];
    /// A public key: what it is for and whose it is stands in the type that wraps it.
    KeyBytes[32];
    /// Random bytes against replays.
    Nonce[32];
    /// An Ed25519 signature.
    Signature[64];
}

/// How many bits one BIP-39 word stands for.
const BITS_PER_WORD: usize = 11;

impl Fingerprint {
    /// How many words are shown for a human glance: 66 bits.
    pub const WORDS_SHOWN: usize = 6;
    /// How many words pin a computation: 132 bits.
    pub const WORDS_PINNED: usize = 12;

    /// The first `count` BIP-39 words of the fingerprint, 11 bits each from the front.
    ///
    /// The six words that are shown are the first six of the twelve that can be pinned. There is no
    /// checksum word: these are a digest to compare, not a seed to type.
    #[must_use]
    pub fn words(&self, count: usize) -> String {
        let words: Vec<&str> = (0..count).filter_map(|index| self.word(index)).collect();
        words.join(" ")
    }

    fn word(&self, index: usize) -> Option<&'static str> {
        let first_bit = index.checked_mul(BITS_PER_WORD)?;
        let mut number = 0_usize;
        for bit in first_bit..first_bit.checked_add(BITS_PER_WORD)? {
            let byte = self.0.get(bit / 8)?;
            number = number << 1 | usize::from(byte >> (7 - bit % 8) & 1);
        }
        bip39::Language::English.word_list().get(number).copied()
    }
}

/// What a person gives to say which computation they mean: the whole fingerprint, or its first
/// twelve words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FingerprintPin {
    /// The whole value.
    Full(Fingerprint),
    /// The first twelve words, in lower case with single spaces.
    Words(String),
}

/// A text is neither a fingerprint nor twelve of its words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a fingerprint: 43 characters of base64url, or twelve words of the BIP-39 list (the six that are shown are too few)"
)]
pub struct ParsePinError;

impl FingerprintPin {
    /// Whether this pin names the computation with that fingerprint.
    #[must_use]
    pub fn matches(&self, fingerprint: &Fingerprint) -> bool {
        match self {
            Self::Full(full) => full == fingerprint,
            Self::Words(words) => *words == fingerprint.words(Fingerprint::WORDS_PINNED),
        }
    }
}

impl FromStr for FingerprintPin {
    type Err = ParsePinError;

    fn from_str(text: &str) -> Result<Self, ParsePinError> {
        if let Ok(full) = text.trim().parse() {
            return Ok(Self::Full(full));
        }
        let words: Vec<String> = text
            .split(|c: char| c.is_whitespace() || c == '-')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let list = bip39::Language::English;
        let known = words.iter().all(|word| list.find_word(word).is_some());
        if words.len() == Fingerprint::WORDS_PINNED && known {
            Ok(Self::Words(words.join(" ")))
        } else {
            Err(ParsePinError)
        }
    }
}

/// The name of a computation, for people: 1 to 64 of `a-z`, `0-9` and `-`. Rounds of one name
/// differ in their fingerprints.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComputationName(String);

/// A text is not a computation's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a computation's name has 1 to 64 of the characters a-z, 0-9 and -")]
pub struct ParseNameError;

impl ComputationName {
    /// Longest name, in characters: fits a file name beside a submission id.
    pub const MAX_LEN: usize = 64;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ComputationName {
    /// The name that all three programs use when none is given.
    fn default() -> Self {
        Self("web-mpc".to_owned())
    }
}

impl fmt::Display for ComputationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ComputationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ComputationName({self})")
    }
}

impl FromStr for ComputationName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseNameError)
        }
    }
}

impl Serialize for ComputationName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ComputationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(std::marker::PhantomData))
    }
}

/// Bytes of any length that travel as base64url: a record nobody re-serialises, a sealed box, a
/// proof. `Debug` tells the length only, since nobody needs the content in a log.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Blob {
    type Err = data_encoding::DecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        BASE64URL_NOPAD.decode(text.as_bytes()).map(Self)
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = SubmissionId::new([0xff; 16]);
        let text = id.to_string();
        assert_eq!(text, "_____________________w");
        assert_eq!(text.parse(), Ok(id));
        // The same bytes with other trailing bits, padded, and in the other alphabet.
        for bad in [
            "_____________________x",
            "_____________________w==",
            "/////////////////////w",
            "",
        ] {
            assert!(bad.parse::<SubmissionId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn six_words_are_the_first_of_twelve() {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&[0b0000_0000, 0b0011_1111]);
        let fingerprint = Fingerprint::new(bytes);
        assert!(
            fingerprint.words(6).starts_with("ability "),
            "{}",
            fingerprint.words(6)
        );
        let twelve = fingerprint.words(12);
        assert!(twelve.starts_with(&fingerprint.words(6)));
        let pin: FingerprintPin = twelve.to_uppercase().replace(' ', "-").parse().unwrap();
        assert!(pin.matches(&fingerprint));
        assert!(!pin.matches(&Fingerprint::new([1; 32])));
        assert!(fingerprint.words(6).parse::<FingerprintPin>().is_err());
        assert!(
            fingerprint
                .to_string()
                .parse::<FingerprintPin>()
                .unwrap()
                .matches(&fingerprint)
        );
    }

    #[test]
    fn names_are_plain() {
        let longest = "a".repeat(64);
        for good in ["web-mpc", "a", "0-9", &longest] {
            assert!(good.parse::<ComputationName>().is_ok(), "{good:?}");
        }
        let too_long = "a".repeat(65);
        for bad in ["", "Web", "a b", "a/b", "..", "ä", &too_long] {
            assert!(bad.parse::<ComputationName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn debug_of_a_blob_hides_its_content() {
        assert_eq!(format!("{:?}", Blob(vec![42; 7])), "Blob(7 bytes)");
    }
}
