//! The content of a key file.

#[path = "../keyfile/format.rs"]
mod format;

use zeroize::Zeroizing;

use self::format::Refusal;
use crate::crypto::{Analyst, Identity};

/// The content of a key file cannot be used. Nothing of it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// It has a zero key.
    #[error("this is the example: make a key of your own")]
    Example,
    /// It holds the key pair of JIFF's demo.
    #[error("this is the key pair that is published with JIFF's demo: everybody has its secret")]
    Published,
    /// It is encrypted.
    #[error("it needs a passphrase")]
    Passphrase,
    /// A later version of the program wrote it.
    #[error("it has the newer version {0}: it needs a newer program")]
    NewerVersion(u64),
    /// Whose it is.
    #[error("it holds the keys of a {0}, not of an analyst")]
    WrongRole(&'static str),
    /// Anything else.
    #[error("it is not a key file")]
    BadFormat,
}

impl From<Refusal> for KeyFileError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Example => Self::Example,
            Refusal::Published => Self::Published,
            Refusal::Passphrase => Self::Passphrase,
            Refusal::NewerVersion(version) => Self::NewerVersion(version),
            Refusal::WrongRole(role) => Self::WrongRole(role),
            Refusal::BadFormat => Self::BadFormat,
        }
    }
}

/// The content of a new key file.
#[must_use]
pub fn write(identity: &Identity<Analyst>) -> Zeroizing<Vec<u8>> {
    format::write(identity)
}

/// Reads the content of a key file. Anything may stand there.
pub fn read(bytes: &[u8]) -> Result<Identity<Analyst>, KeyFileError> {
    Ok(format::parse(bytes)?)
}
