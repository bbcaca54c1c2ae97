//! A backup of the analyst's: one file with keys and journal, always closed with a passphrase.
//!
//! ```json
//! {"version": 1, "role": "analyst", "backup": {"kdf": "argon2id", ..., "sealed": "<base64url>"}}
//! ```
//!
//! Inside, where the journal is the text of `<keys>.journal`:
//!
//! ```json
//! {"made": 1764400000, "protected": false, "keys": {"version": 1, ...}, "journal": "..."}
//! ```

mod remembered;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::remembered::Remembered;
use super::append_log::LogError;
use super::journal::{Journal, JournalError};
use super::keyfile::{self, Document, KeyFileError};
use super::locked::LockedDocument;
use super::secret::write_json;
use super::{FileError, atomic, open_existing, read_up_to};
use crate::crypto::{Analyst, Cost, Entropy, Identity, Locked, Passphrase, Role, Tag, UnlockError};

/// The version that this program writes.
const VERSION: u64 = 1;

/// Longest backup, in bytes: twice the longest journal.
const MAX_LEN: u64 = 256 * 1024 * 1024;

/// More than what is beside the journal has bytes.
const ROOM: usize = 2048;

/// Keys and journal of an analyst, as they were at one moment.
#[derive(Clone)]
pub struct Backup {
    /// The keys.
    pub identity: Identity<Analyst>,
    /// Whether a passphrase kept their file closed.
    pub protected: bool,
    /// When this was, in seconds since 1970.
    pub made: u64,
    /// The text of the journal.
    journal: String,
}

/// What was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Whether the keys were: the same ones may have been there.
    pub keys: bool,
    /// So many lines of the journal.
    pub lines: usize,
    /// Whether the journal is not what it was: what came after the backup is not known.
    pub marked: bool,
}

/// A backup cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The journal cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The journal does not go together with that of the backup.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The keys cannot be written, or those that are there cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// There is a file of that name.
    #[error("{} exists: it is left as it is", .0.display())]
    Exists(PathBuf),
    /// There is no file of that name.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// There are other keys where these belong.
    #[error("{} holds other keys than the backup: it is left as it is", .0.display())]
    OtherKeys(PathBuf),
    /// It is none.
    #[error("{} is not a backup of an analyst's keys", .0.display())]
    BadFormat(PathBuf),
    /// A later version of this program made it.
    #[error("{} has the newer version {version}: it needs a newer program", .path.display())]
    NewerVersion {
        /// The backup.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// The passphrase does not open it, or does not close it.
    #[error("{}: {why}", .path.display())]
    Locked {
        /// The backup.
        path: PathBuf,
        /// Why.
        why: UnlockError,
    },
}

#[derive(Deserialize)]
struct AnyVersion {
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outside {
    version: u64,
    role: String,
    backup: LockedDocument,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inside {
    made: u64,
    protected: bool,
    keys: Document,
    journal: String,
}

impl Backup {
    /// Takes these keys and the journal that is beside their file now.
    pub fn take(
        keys: &Path,
        identity: Identity<Analyst>,
        protected: bool,
        made: u64,
    ) -> Result<Self, BackupError> {
        let journal = String::from_utf8(Journal::text(keys)?);
        Ok(Self {
            identity,
            protected,
            made,
            journal: journal.map_err(|_| JournalError::BadText)?,
        })
    }

    /// How many batches and commits the journal knows.
    pub fn entries(&self) -> Result<usize, BackupError> {
        Ok(Journal::check(self.journal.as_bytes())?)
    }

    /// Writes it to a file that must not exist. It gets its name after it was read back from the
    /// disk and opened, and all was found in it.
    pub fn save(
        &self,
        path: &Path,
        passphrase: &Passphrase,
        entropy: &Entropy,
    ) -> Result<(), BackupError> {
        let inside = Inside {
            made: self.made,
            protected: self.protected,
            keys: Document::of(&self.identity),
            journal: self.journal.clone(),
        };
        // Each character of the journal takes two at most.
        let inside = write_json(&inside, ROOM + 2 * self.journal.len());
        let (cost, rng) = (Cost::DEFAULT, &mut entropy.rng());
        let locked = Locked::new(passphrase, cost, Tag::LOCKED_BACKUP, &inside, rng);
        let outside = Outside {
            version: VERSION,
            role: Analyst::NAME.to_owned(),
            backup: locked.map_err(|why| locked_at(path, why))?.into(),
        };
        let bytes = write_json(&outside, ROOM + 2 * inside.len());
        let good = |read: &[u8]| {
            Self::parse(read, path, passphrase)
                .is_ok_and(|read| read.is_same(self) && read.entries().ok() == self.entries().ok())
        };
        if atomic::create_checked(path, &bytes, good)? {
            Ok(())
        } else {
            Err(BackupError::Exists(path.to_owned()))
        }
    }

    /// Opens a backup.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, BackupError> {
        let file = open_existing(path)?;
        let file = file.ok_or_else(|| BackupError::Missing(path.to_owned()))?;
        let bytes = read_up_to(&file, MAX_LEN).map_err(FileError::at("read", path))?;
        let bytes = bytes.ok_or_else(|| BackupError::BadFormat(path.to_owned()))?;
        Self::parse(&bytes, path, passphrase)
    }

    /// Puts keys and journal back where they belong. Keys that are there are never overwritten: the
    /// same ones stay as they are, others are an error before anything is changed. `passphrase`
    /// opens those that are there, and closes what is made if what was lost was closed.
    ///
    /// The journal comes first: keys without it would agree to everything.
    pub fn restore(
        &self,
        keys: &Path,
        passphrase: &Passphrase,
        entropy: &Entropy,
    ) -> Result<Restored, BackupError> {
        let there = keyfile::unlock::<Analyst>(keys, Some(passphrase))?;
        let other = || BackupError::OtherKeys(keys.to_owned());
        if let Some(there) = &there
            && !same_keys(&there.identity, &self.identity)
        {
            return Err(other());
        }
        let added = Journal::restore(keys, self.journal.as_bytes(), self.made)?;
        let missing = there.is_none();
        let passphrase = self.protected.then_some(passphrase);
        if missing && !keyfile::create(keys, &self.identity, passphrase, entropy)? {
            return Err(other());
        }
        Ok(Restored {
            keys: missing,
            lines: added.lines,
            marked: added.marked,
        })
    }

    fn parse(bytes: &[u8], path: &Path, passphrase: &Passphrase) -> Result<Self, BackupError> {
        let bad = || BackupError::BadFormat(path.to_owned());
        let any: AnyVersion = json(bytes).ok_or_else(bad)?;
        if any.version > VERSION {
            let (path, version) = (path.to_owned(), any.version);
            return Err(BackupError::NewerVersion { path, version });
        }
        let outside: Outside = json(bytes).ok_or_else(bad)?;
        if outside.version != VERSION || outside.role != Analyst::NAME {
            return Err(bad());
        }
        let locked = outside.backup.into_locked().ok_or_else(bad)?;
        let inside: Zeroizing<Vec<u8>> = locked
            .open(passphrase, Tag::LOCKED_BACKUP)
            .map_err(|why| locked_at(path, why))?;
        let inside: Inside = json(&inside).ok_or_else(bad)?;
        Ok(Self {
            identity: inside.keys.keys().map_err(|_| bad())?,
            protected: inside.protected,
            made: inside.made,
            journal: inside.journal,
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        same_keys(&self.identity, &other.identity)
            && (self.protected, self.made) == (other.protected, other.made)
            && self.journal == other.journal
    }
}

impl fmt::Debug for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Backup({}, made {})",
            self.identity.public().key_id(),
            self.made
        )
    }
}

fn same_keys(one: &Identity<Analyst>, other: &Identity<Analyst>) -> bool {
    one.boxes.secret() == other.boxes.secret() && one.signing.seed() == other.signing.seed()
}

fn locked_at(path: &Path, why: UnlockError) -> BackupError {
    let path = path.to_owned();
    BackupError::Locked { path, why }
}

/// What serde says of a failure may repeat what stands in the file: it goes no further.
fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    // Serde would also take an array for a structure.
    let object = bytes.trim_ascii_start().first() == Some(&b'{');
    object.then(|| serde_json::from_slice(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests;
