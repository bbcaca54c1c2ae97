//! What events are signed with, as the Standard Webhooks specification has it
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>):
//! a key as `whsec_` and base64, and HMAC-SHA-256 over `id.timestamp.body`.

use std::fmt;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::crypto::hmac_sha256_untagged;
use crate::files::{self, FileError};

/// What stands before a key.
const PREFIX: &str = "whsec_";

/// Bytes of a key: what the specification allows.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Most keys: the one in use and the one before, while a receiver changes over.
const MOST: usize = 2;

/// Longest file of keys, in bytes: many times what two of them need.
const MAX_LEN: u64 = 4096;

/// The keys of a webhook.
#[derive(Clone)]
pub struct Secrets(Vec<Zeroizing<Vec<u8>>>);

/// A file does not hold the keys of a webhook. Its content is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is none.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// It holds something else.
    #[error(
        "{} must hold one or two secrets, each on a line: `{PREFIX}` and 24 to 64 bytes as base64",
        .0.display()
    )]
    Malformed(PathBuf),
}

impl Secrets {
    /// Reads the keys in a file, one on each line.
    pub fn read(path: &Path) -> Result<Self, SecretsError> {
        let bytes = files::read_small(path, MAX_LEN)?;
        let bytes = bytes.ok_or_else(|| SecretsError::Missing(path.to_owned()))?;
        Self::parse(&bytes).ok_or_else(|| SecretsError::Malformed(path.to_owned()))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let keys = lines.map(|line| {
            let key = BASE64.decode(line.strip_prefix(PREFIX)?.as_bytes());
            let key = Zeroizing::new(key.ok()?);
            KEY_BYTES.contains(&key.len()).then_some(key)
        });
        let keys: Vec<_> = keys.collect::<Option<_>>()?;
        (1..=MOST).contains(&keys.len()).then_some(Self(keys))
    }

    /// The header `webhook-signature`: one signature for each key.
    pub(super) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let said = format!("{id}.{timestamp}.");
        let signatures = self.0.iter().map(|key| {
            let mac = hmac_sha256_untagged(key, &[said.as_bytes(), body]);
            format!("v1,{}", BASE64.encode(&*mac))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_specification() {
        // The example of the specification's reference libraries.
        let secrets = Secrets::parse(b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = secrets.sign(id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{secrets:?}"), "Secrets(..)");
    }

    #[test]
    fn two_secrets_are_for_a_receiver_that_changes_over() {
        let key = |byte: u8| format!("whsec_{}", BASE64.encode(&[byte; 32]));
        let (one, two) = (key(1), key(2));
        let both = Secrets::parse(format!("{one}\r\n\n  {two}\n").as_bytes()).unwrap();
        let alone = |key: &str| Secrets::parse(key.as_bytes()).unwrap().sign("a", 1, b"");
        assert_eq!(
            both.sign("a", 1, b""),
            format!("{} {}", alone(&one), alone(&two))
        );
        let too_many = [one, two, key(3)].join("\n");
        assert!(Secrets::parse(too_many.as_bytes()).is_none());
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_shown() {
        let short = format!("whsec_{}", BASE64.encode(&[1; 23]));
        let long = format!("whsec_{}", BASE64.encode(&[1; 65]));
        let bare = BASE64.encode(&[1; 32]);
        let file = tempfile::NamedTempFile::new().unwrap();
        for bad in [
            "",
            "\n\n",
            "whsec_",
            "whsec_====",
            &short,
            &long,
            &bare,
            "whsec_\u{e9}",
        ] {
            std::fs::write(file.path(), bad).unwrap();
            let error = Secrets::read(file.path()).unwrap_err();
            assert!(matches!(error, SecretsError::Malformed(_)), "{bad:?}");
            assert!(!error.to_string().contains(&bare));
        }
        let missing = Secrets::read(Path::new("/no/such/file"));
        assert!(matches!(missing, Err(SecretsError::Missing(_))));
    }
}
