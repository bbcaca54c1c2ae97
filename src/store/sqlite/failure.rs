//! What SQLite reports, without what it reports about: its messages name files and columns.

use rusqlite::ErrorCode;

use crate::store::StoreError;

/// A failure of SQLite.
#[derive(Debug, thiserror::Error)]
#[error("SQLite: {what} (code {code})")]
struct Failure {
    /// SQLite's extended result code.
    code: i32,
    /// The same in words.
    what: &'static str,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            // All others are values that do not have the type that this program writes.
            return Self::Corrupt("row");
        };
        let what = match failure.code {
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => {
                return Self::Corrupt("database file");
            }
            ErrorCode::ConstraintViolation => {
                return Self::Corrupt("row: a constraint is violated");
            }
            ErrorCode::DiskFull => "the disk is full",
            ErrorCode::SystemIoFailure => "input or output failed",
            ErrorCode::CannotOpen => "the file cannot be opened",
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => "the file cannot be written",
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => "the file is locked",
            ErrorCode::OutOfMemory => "out of memory",
            ErrorCode::TooBig => "a value is too large",
            _ => "unexpected failure",
        };
        Self::Backend(Box::new(Failure {
            code: failure.extended_code,
            what,
        }))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        // The kind only: the text may carry a path.
        Self::Backend(Box::new(std::io::Error::from(error.kind())))
    }
}
