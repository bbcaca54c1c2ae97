//! A secret in every spelling that a log or a file might give it.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use num_bigint::BigUint;

use super::find;

/// What is searched for.
pub(crate) struct Needle {
    pub(crate) name: String,
    spellings: Vec<Vec<u8>>,
    /// Parts of the names of artifacts that may hold it.
    pub(crate) allowed: Vec<String>,
    pub(crate) must_be_found: bool,
}

impl Needle {
    pub(crate) fn text(name: &str, text: &str, allowed: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            spellings: vec![text.as_bytes().to_vec()],
            allowed: allowed.iter().map(|&name| name.to_owned()).collect(),
            must_be_found: false,
        }
    }

    /// Every way in which it might be written.
    pub(crate) fn spellings(&self) -> &[Vec<u8>] {
        &self.spellings
    }

    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.spellings.iter().any(|spelling| find(bytes, spelling))
    }
}

/// Bytes that are secret.
pub(crate) fn secret(name: &str, bytes: &[u8], allowed: &[&str]) -> Needle {
    assert!(bytes.len() >= 8, "too short not to be found by chance");
    let listed = format!("{bytes:?}");
    let listed = listed.trim_matches(['[', ']']);
    let mut spellings = vec![
        bytes.to_vec(),
        HEXLOWER.encode(bytes).into_bytes(),
        HEXUPPER.encode(bytes).into_bytes(),
        // As a list of numbers, with and without blanks.
        listed.as_bytes().to_vec(),
        listed.replace(' ', "").into_bytes(),
    ];
    for offset in 0..3 {
        // Amid other bytes: what depends on the neighbours is left out.
        let padded = [&vec![0; offset][..], bytes].concat();
        let (from, to) = ((offset * 8).div_ceil(6), padded.len() * 8 / 6);
        for encoded in [BASE64.encode(&padded), BASE64URL_NOPAD.encode(&padded)] {
            spellings.push(encoded.as_bytes()[from..to].to_vec());
        }
    }
    Needle {
        spellings,
        ..Needle::text(name, "", allowed)
    }
}

/// A number that is secret, in big-endian bytes.
pub(crate) fn number(name: &str, bytes: &[u8], allowed: &[&str]) -> Needle {
    let mut needle = secret(name, bytes, allowed);
    let decimal = BigUint::from_bytes_be(bytes).to_string();
    needle.spellings.push(decimal.into_bytes());
    needle
}

#[test]
fn every_spelling_is_found_amid_other_bytes() {
    let bytes = [0xfb, 0xff, 0x01, 0x80, 0x7e, 0x9c, 0x3d, 0xee, 0x55];
    let needle = number("it", &bytes, &[]);
    let decimal = BigUint::from_bytes_be(&bytes);
    let mut texts = vec![format!("value={decimal}"), format!("{:?}", (1, bytes))];
    for before in 0..4 {
        let amid = [&vec![7; before][..], &bytes, b"more"].concat();
        texts.push(BASE64.encode(&amid));
        texts.push(BASE64URL_NOPAD.encode(&amid));
        texts.push(HEXLOWER.encode(&amid));
        texts.push(HEXUPPER.encode(&amid));
    }
    for text in texts {
        assert!(needle.is_in(text.as_bytes()), "{text}");
    }
    assert!(needle.is_in(&[&[1, 2][..], &bytes].concat()));
    assert!(!needle.is_in(b"nothing of the kind"));
}
