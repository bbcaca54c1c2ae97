//! The files that the three programs keep beside themselves: keys, journals and receipts.
//!
//! Invariants:
//!
//! 1. A small file is there whole or not at all, whenever the machine stops ([`atomic`]); a log
//!    loses at most the line that was being written ([`append_log`]).
//! 2. What holds a secret has mode 0600 from the moment it exists, and is never overwritten by
//!    anything but its own next version.
//! 3. A file of which two processes must not make different things is locked while they decide.
//! 4. Every file is read with a limit on its size, and whatever it holds, reading ends in a value
//!    or in an error that names the file and nothing of its content.
//!
//! Everything here blocks: on the disk, and for the short time that another process holds a lock.

pub mod append_log;
pub mod atomic;
mod secret;
mod locked;
pub mod keyfile;
pub mod public_key;
pub mod computation_keys;
mod facts;
pub mod journal;
pub mod backup;
pub mod ledger;
pub mod pem;
pub mod roots;
pub mod receipt;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The operating system refused something that a program needs to do with a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {cause}", .path.display())]
pub struct FileError {
    /// Which file, as the user named it.
    pub path: PathBuf,
    /// What was tried: a verb.
    pub action: &'static str,
    /// Why it failed.
    pub cause: io::Error,
}

impl FileError {
    fn new(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self {
            path: path.to_owned(),
            action,
            cause,
        }
    }

    /// For `map_err`.
    fn at<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |cause| Self::new(action, path, cause)
    }
}

/// Opens a file for reading; nothing if there is none.
///
/// Only regular files (or links to one) are opened: a pipe would wait for a writer for ever.
fn open_existing(path: &Path) -> Result<Option<File>, FileError> {
    open_regular(path, OpenOptions::new().read(true))
}

/// The same with other options, which must not create the file.
fn open_regular(path: &Path, options: &OpenOptions) -> Result<Option<File>, FileError> {
    let opened = fs::metadata(path).and_then(|metadata| {
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        options.open(path)
    });
    match opened {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::new("read", path, error)),
    }
}

/// Everything in a file; nothing if that is more than `limit` bytes.
fn read_up_to(file: &File, limit: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let length = file.metadata()?.len();
    if length > limit {
        return Ok(None);
    }
    // Room for one byte more, so that a secret is not left behind by a buffer that grows.
    let room = usize::try_from(length).unwrap_or(0).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    Ok(fits.then_some(bytes))
}

/// Everything in a small file of the operator's or a person's; nothing if there is none. One that is
/// longer than `limit` bytes is an error.
pub fn read_small(path: &Path, limit: u64) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
    let Some(file) = open_existing(path)? else {
        return Ok(None);
    };
    let bytes = read_up_to(&file, limit).map_err(FileError::at("read", path))?;
    let bytes =
        bytes.ok_or_else(|| FileError::new("read", path, io::ErrorKind::FileTooLarge.into()));
    bytes.map(Some)
}

/// Which file it is, whatever its name.
#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// Elsewhere a file that somebody has open keeps its name.
#[cfg(not(unix))]
fn identity(_metadata: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

/// Whether `path` still names the file that was opened as `file`. Asked after locking it: the one
/// who had the lock before may have moved the file away.
fn still_names(path: &Path, file: &File) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(identity(&metadata) == identity(&file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// `path` with more text at its end: `keys.json` and `.journal` make `keys.json.journal`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_regular_file_is_not_opened() {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("missing");
        assert!(open_existing(&missing).unwrap().is_none());
        let error = open_existing(directory.path()).unwrap_err();
        assert!(error.to_string().contains("is a directory"), "{error}");
        let below_a_file = directory.path().join("file");
        fs::write(&below_a_file, "x").unwrap();
        assert!(open_existing(&below_a_file.join("x")).is_err());
        #[cfg(unix)]
        assert!(open_existing(Path::new("/dev/null")).is_err());
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let path = tempfile::NamedTempFile::new().unwrap();
        fs::write(&path, "12345").unwrap();
        let file = open_existing(path.path()).unwrap().unwrap();
        assert!(read_up_to(&file, 4).unwrap().is_none());
        assert_eq!(read_up_to(&file, 5).unwrap().unwrap().as_slice(), b"12345");
    }

    #[test]
    fn a_name_may_come_to_mean_another_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "x").unwrap();
        let file = open_existing(&path).unwrap().unwrap();
        assert!(still_names(&path, &file).unwrap());
        fs::rename(&path, beside(&path, ".old")).unwrap();
        assert!(!still_names(&path, &file).unwrap());
        fs::write(&path, "x").unwrap();
        assert!(!still_names(&path, &file).unwrap());
    }
}
