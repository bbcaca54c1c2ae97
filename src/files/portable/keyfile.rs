//! The content of a key file.

#[path = "../keyfile/format.rs"]
mod format;

use rand::CryptoRng;
use zeroize::Zeroizing;

use self::format::Refusal;
use crate::crypto::{Analyst, Identity, Passphrase, UnlockError};

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
    /// The passphrase does not open it.
    #[error(transparent)]
    Locked(UnlockError),
    /// It is a backup, with a journal in it that a browser has no use for.
    #[error("it is a backup: `analyst keys restore` makes a key file of it")]
    Backup,
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
            Refusal::Locked(error) => Self::Locked(error),
            Refusal::Backup => Self::Backup,
            Refusal::NewerVersion(version) => Self::NewerVersion(version),
            Refusal::WrongRole(role) => Self::WrongRole(role),
            Refusal::BadFormat => Self::BadFormat,
        }
    }
}

/// The content of a new key file, closed with a passphrase if there is one.
pub fn write(
    identity: &Identity<Analyst>,
    passphrase: Option<&Passphrase>,
    rng: &mut impl CryptoRng,
) -> Result<Zeroizing<Vec<u8>>, UnlockError> {
    match passphrase {
        None => Ok(format::write(identity)),
        Some(passphrase) => format::write_protected(identity, passphrase, rng),
    }
}

/// Reads the content of a key file, which `passphrase` opens where it needs one. Anything may stand
/// there.
pub fn read(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<Identity<Analyst>, KeyFileError> {
    Ok(format::parse(bytes, passphrase)?)
}
