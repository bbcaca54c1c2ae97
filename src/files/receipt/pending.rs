//! Finding what earlier runs left unfinished.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::FileError;
use super::format::PENDING;
use super::read;
use crate::ids::{ComputationName, Fingerprint};

/// How many names of a directory are looked at: it may hold the receipts of a whole survey, and a
/// run should not wait for more.
const MAX_NAMES: usize = 10_000;

/// How many files are looked into, the newest first.
const MAX_GLANCES: usize = 1_000;

/// How many pending files are told of.
const MAX_PENDING: usize = 16;

/// A run that has not finished, and is not running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingFile {
    /// The receipt file.
    pub path: PathBuf,
    /// URL of the server.
    pub server: String,
    /// Name of the computation.
    pub computation: ComputationName,
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// Whether the server has refused what it holds.
    pub refused: bool,
}

/// The pending files of a directory that no process is working with, the newest first. One that
/// does not exist has none; files that cannot be read are passed over, since this is advice.
pub fn find_pending(directory: &Path) -> Result<Vec<PendingFile>, FileError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FileError::new("read", directory, error)),
    };
    let mut files: Vec<_> = entries
        .take(MAX_NAMES)
        .filter_map(|entry| receipt_file(&entry.ok()?))
        .collect();
    files.sort_by(|one, other| other.cmp(one));
    let pending = files
        .into_iter()
        .take(MAX_GLANCES)
        .filter_map(|(_, path)| pending_file(path));
    Ok(pending.take(MAX_PENDING).collect())
}

/// The newest file of a directory that says that a party has submitted to a computation; a file that
/// cannot be read says nothing.
#[must_use]
pub fn find_submitted(directory: &Path, fingerprint: &Fingerprint) -> Option<PathBuf> {
    let entries = fs::read_dir(directory).ok()?.take(MAX_NAMES);
    let files = entries.filter_map(|entry| receipt_file(&entry.ok()?));
    let mut files: Vec<_> = files.collect();
    files.sort_by(|one, other| other.cmp(one));
    let wanted = fingerprint.to_string();
    let mut paths = files.into_iter().take(MAX_GLANCES).map(|(_, path)| path);
    paths.find(|path| {
        // Reading one whole is much work where it holds a form.
        let names = fs::read(path).is_ok_and(|bytes| {
            let mut places = bytes.windows(wanted.len());
            places.any(|place| place == wanted.as_bytes())
        });
        names
            && read(path).is_ok_and(|stored| {
                stored.terms.fingerprint == *fingerprint && stored.newest_receipt().is_some()
            })
    })
}

/// When it was last written, if it may be a receipt.
fn receipt_file(entry: &DirEntry) -> Option<(SystemTime, PathBuf)> {
    let path = entry.path();
    let metadata = entry.metadata().ok()?;
    let named = path.extension().is_some_and(|ending| ending == "json");
    (named && metadata.is_file()).then_some((metadata.modified().ok()?, path))
}

fn pending_file(path: PathBuf) -> Option<PendingFile> {
    let mut file = File::open(&path).ok()?;
    let mut start = [0; PENDING.len()];
    file.read_exact(&mut start).ok()?;
    if start != PENDING {
        return None;
    }
    // Whoever works with it has the lock; it is free again when `file` is dropped.
    file.try_lock_shared().ok()?;
    let stored = read(&path).ok()?;
    if !stored.is_pending() {
        return None;
    }
    Some(PendingFile {
        path,
        refused: stored.is_refused(),
        server: stored.server,
        computation: stored.terms.manifest.name,
        fingerprint: stored.terms.fingerprint,
    })
}
