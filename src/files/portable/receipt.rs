//! The content of a receipt file.

#[expect(dead_code, reason = "what finding a file needs too")]
#[path = "../receipt/format.rs"]
mod format;
#[path = "../receipt/stored.rs"]
mod stored;

use zeroize::Zeroizing;

use self::format::Refusal;
pub use self::stored::{Progress, StoredReceipt, Version};

/// The content of a receipt file cannot be used. Nothing of it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// A later version of the program wrote it.
    #[error("the receipt has the newer version {0}: it needs a newer program")]
    NewerVersion(u64),
    /// It was not written by a program of ours, or was changed since.
    #[error("this is not a receipt file")]
    NotAReceipt,
}

impl From<Refusal> for ReceiptError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NewerVersion(version) => Self::NewerVersion(version),
            Refusal::NotAReceipt => Self::NotAReceipt,
        }
    }
}

/// The content of a receipt file.
#[must_use]
pub fn write(stored: &StoredReceipt) -> Zeroizing<Vec<u8>> {
    format::write(stored)
}

/// Reads the content of a receipt file. Anything may stand there.
pub fn read(bytes: &[u8]) -> Result<StoredReceipt, ReceiptError> {
    Ok(format::parse(bytes)?)
}
