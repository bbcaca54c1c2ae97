//! A copy of the database, as it is at one moment.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::Backup;
use tempfile::NamedTempFile;

use super::schema;
use crate::store::{Result, StoreError};

/// Every page at once: the source is one snapshot, which nobody waits for.
const ALL: std::ffi::c_int = -1;

/// Copies what a connection sees into a file that must not exist. The copy appears whole or not at
/// all, for its owner alone.
pub(super) fn copy(from: &Connection, to: &Path) -> Result<()> {
    if to.try_exists()? {
        return Err(StoreError::Exists);
    }
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let file = NamedTempFile::new_in(folder)?;
    let mut copy = schema::open_copy(file.path())?;
    Backup::new(from, &mut copy)?.step(ALL)?;
    schema::finish_copy(&copy)?;
    drop(copy);
    file.as_file().sync_all()?;
    match file.persist_noclobber(to) {
        Ok(_) => {}
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Exists);
        }
        Err(error) => return Err(error.error.into()),
    }
    sync(folder)
}

/// Makes the copy's name durable.
#[cfg(unix)]
fn sync(folder: &Path) -> Result<()> {
    Ok(std::fs::File::open(folder)?.sync_all()?)
}

#[cfg(not(unix))]
fn sync(_folder: &Path) -> Result<()> {
    Ok(())
}
