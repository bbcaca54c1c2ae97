//! Secret bytes as they stand in a file, wiped when dropped.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// Characters of 32 bytes as base64url without padding.
const TEXT_LEN: usize = 43;

/// 32 secret bytes; base64url in JSON.
pub(super) struct Secret(pub(super) Zeroizing<[u8; 32]>);

impl Secret {
    /// Whether it is no secret at all.
    pub(super) fn is_zero(&self) -> bool {
        *self.0 == [0; 32]
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(BASE64URL_NOPAD.encode(&*self.0)))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = Zeroizing<[u8; 32]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 bytes as base64url")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let mut bytes = Zeroizing::new([0; 32]);
        let fits = text.len() == TEXT_LEN;
        let decoded = fits.then(|| BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut *bytes));
        match decoded {
            Some(Ok(32)) => Ok(bytes),
            // The usual message would repeat the text.
            _ => Err(E::custom("not 32 bytes as base64url")),
        }
    }
}

/// 32 secret bytes as JIFF writes them: an array of numbers.
pub(super) struct SecretArray(pub(super) Zeroizing<[u8; 32]>);

impl<'de> Deserialize<'de> for SecretArray {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ArrayVisitor).map(Self)
    }
}

struct ArrayVisitor;

impl<'de> de::Visitor<'de> for ArrayVisitor {
    type Value = Zeroizing<[u8; 32]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("32 numbers from 0 to 255")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut numbers: A) -> Result<Self::Value, A::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = numbers
                .next_element()?
                .ok_or_else(|| de::Error::invalid_length(index, &self))?;
        }
        if numbers.next_element::<de::IgnoredAny>()?.is_some() {
            return Err(de::Error::invalid_length(33, &self));
        }
        Ok(bytes)
    }
}

/// Writes a document that holds secrets, on lines of its own for people. The buffer is large enough
/// from the start: growing would leave copies behind.
pub(super) fn write_json(document: &impl Serialize, room: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    #[expect(
        clippy::expect_used,
        reason = "our documents have text keys, no failing serialiser, and memory does not fail"
    )]
    serde_json::to_writer_pretty(&mut *bytes, document).expect("a document is JSON");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_one_spelling_and_no_debug() {
        let secret = Secret(Zeroizing::new([0xff; 32]));
        let text = serde_json::to_string(&secret).unwrap();
        let read: Secret = serde_json::from_str(&text).unwrap();
        assert_eq!(*read.0, [0xff; 32]);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        for bad in [
            "\"\"",
            "7",
            "\"_w\"",
            &text.replace('8', "9"),
            &text.replace('_', "/"),
        ] {
            let error = serde_json::from_str::<Secret>(bad).unwrap_err().to_string();
            assert!(!error.contains("___") && !error.contains("///"), "{error}");
        }
    }

    #[test]
    fn an_array_has_32_bytes() {
        let text = |count: usize| format!("[{}]", vec!["255"; count].join(","));
        let read = |text: &str| serde_json::from_str::<SecretArray>(text).ok();
        assert_eq!(*read(&text(32)).unwrap().0, [255; 32]);
        assert!(read(&text(31)).is_none());
        assert!(read(&text(33)).is_none());
        assert!(read(&text(32).replacen("255", "256", 1)).is_none());
        assert!(read(&text(32).replacen("255", "1.0", 1)).is_none());
    }
}
