//! The database's file and the lock beside it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::store::{Result, StoreError};

/// Makes the file if there is none, and returns its path without links, so that one file has one
/// lock. It is never opened here when it exists: closing it again would end SQLite's own locks in
/// this process.
pub(super) fn create(path: &Path) -> Result<PathBuf> {
    match private().create_new(true).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    Ok(fs::canonicalize(path)?)
}

/// Locks the file beside it, until what is returned is dropped.
pub(super) fn lock(path: &Path) -> Result<File> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = private().create(true).truncate(false).open(beside)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Opens files for writing that their owner alone may read. SQLite gives its log the database's mode.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
