//! The key file of a compute party: `keys.json` of the analyst, `server-keys.json` of the server.
//!
//! ```json
//! {"version": 1, "role": "analyst",
//!  "box":  {"public": "<base64url>", "secret": "<base64url>"},
//!  "sign": {"public": "<base64url>", "seed":   "<base64url>"}}
//! ```
//!
//! With a passphrase ([`protect`]) all but version and role is closed:
//!
//! ```json
//! {"version": 1, "role": "analyst",
//!  "encrypted": {"kdf": "argon2id", "passes": 3, "memory": 262144, "salt": "<base64url>",
//!                "cipher": "xchacha20poly1305", "nonce": "<base64url>", "sealed": "<base64url>"}}
//! ```
//!
//! The `keys.json` of JIFF's demo, `{"public_key": [32 numbers], "secret_key": [32 numbers]}`, is an
//! analyst's too. A file is never overwritten but by the same keys, read back from the disk first:
//! losing the keys of a computation is losing its result. What cannot be read as keys is set aside
//! under a new name; what could be keys (another version, another passphrase, another role) is an
//! error.

mod format;
mod protection;

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use self::format::Refusal;
pub(super) use self::format::{Document, known_role};
pub use self::protection::{create, protect};
use super::{FileError, atomic, beside, open_existing, read_up_to, still_names};
use crate::crypto::{Analyst, Entropy, Identity, Passphrase, Role, UnlockError};

/// Largest key file, in bytes: a hundred times what one needs.
const MAX_LEN: u64 = 64 * 1024;

/// How often loading starts again because another process changed what is there. Two processes
/// need three rounds; what needs more is a link to nowhere, which neither exists nor can be made.
const ATTEMPTS: u32 = 16;

/// Keys, and what a person should hear about their file.
#[derive(Debug)]
pub struct Loaded<R: Role> {
    /// The keys.
    pub identity: Identity<R>,
    /// Whether they were made just now.
    pub created: bool,
    /// Whether a passphrase keeps the file closed.
    pub protected: bool,
    /// To be shown.
    pub warnings: Vec<Warning>,
}

/// Something about a key file that its owner should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// It could not be read as keys.
    SetAside {
        /// The key file.
        path: PathBuf,
        /// Where its content is now.
        moved_to: PathBuf,
    },
    /// Others on this machine may read or change it.
    OpenToOthers {
        /// The key file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetAside { path, moved_to } => write!(
                f,
                "{} is not a key file: it is now {}, and new keys were made",
                path.display(),
                moved_to.display()
            ),
            Self::OpenToOthers { path, mode } => write!(
                f,
                "{} has mode {mode:03o}, so that others may use your keys: chmod 600 {}",
                path.display(),
                shell_word(path)
            ),
        }
    }
}

/// A path as one word of a shell's command.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    let prefix = if text.starts_with('-') { "./" } else { "" };
    if text.chars().all(plain) {
        format!("{prefix}{text}")
    } else {
        format!("'{prefix}{}'", text.replace('\'', r"'\''"))
    }
}

/// A key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It has a zero key: a copy of `keys.json.example`.
    #[error("{}: this is the example: delete it, the {role} makes its own", .path.display())]
    Example {
        /// The key file.
        path: PathBuf,
        /// Whose it should be.
        role: &'static str,
    },
    /// It holds the key pair of JIFF's demo.
    #[error(
        "{}: this is the key pair that is published with JIFF's demo: everybody has its secret",
        .path.display()
    )]
    Published {
        /// The key file.
        path: PathBuf,
    },
    /// It needs a passphrase, and none was given.
    #[error("{} is protected by a passphrase", .path.display())]
    Passphrase {
        /// The key file.
        path: PathBuf,
        /// Whose it is.
        role: &'static str,
    },
    /// The passphrase does not open it, or does not close it.
    #[error("{}: {why}", .path.display())]
    Locked {
        /// The key file.
        path: PathBuf,
        /// Why.
        why: UnlockError,
    },
    /// It is a backup of one.
    #[error("{} is a backup, not a key file", .path.display())]
    Backup {
        /// The file.
        path: PathBuf,
    },
    /// There is none, where there must be one.
    #[error("there is no key file {}", .path.display())]
    Missing {
        /// The key file.
        path: PathBuf,
    },
    /// A later version of this program wrote it.
    #[error("{} has the newer version {version}: it needs a newer program", .path.display())]
    NewerVersion {
        /// The key file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// It is somebody else's.
    #[error("{} holds the keys of the {found}, not of the {expected}", .path.display())]
    WrongRole {
        /// The key file.
        path: PathBuf,
        /// Whose it should be.
        expected: &'static str,
        /// Whose it is.
        found: &'static str,
    },
    /// It cannot be read as keys, and was not set aside.
    #[error("{} is not a key file", .path.display())]
    BadFormat {
        /// The key file.
        path: PathBuf,
    },
}

impl KeyFileError {
    fn refused<R: Role>(refusal: Refusal, path: &Path) -> Self {
        let path = path.to_owned();
        match refusal {
            Refusal::Example => Self::Example {
                path,
                role: R::NAME,
            },
            Refusal::Published => Self::Published { path },
            Refusal::Passphrase => Self::Passphrase {
                path,
                role: R::NAME,
            },
            Refusal::Backup => Self::Backup { path },
            Refusal::Locked(why) => Self::Locked { path, why },
            Refusal::NewerVersion(version) => Self::NewerVersion { path, version },
            Refusal::WrongRole(found) => Self::WrongRole {
                path,
                expected: R::NAME,
                found,
            },
            Refusal::BadFormat => Self::BadFormat { path },
        }
    }

    /// What helps.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(_)
            | Self::NewerVersion { .. }
            | Self::BadFormat { .. }
            | Self::Locked { .. }
            | Self::Missing { .. } => None,
            Self::Example { path, .. } => Some(format!("rm {}", shell_word(path))),
            Self::Passphrase { role, .. } if *role == Analyst::NAME => {
                Some("name the file that holds it with --passphrase-file FILE".to_owned())
            }
            Self::Passphrase { .. } => Some(
                "a server starts with nobody at hand: give it keys without one with --keys FILE"
                    .to_owned(),
            ),
            Self::Backup { path } => Some(format!(
                "put it back with: analyst keys restore {}",
                shell_word(path)
            )),
            Self::Published { .. } | Self::WrongRole { .. } => {
                Some("name another file with --keys: new keys are made if it is missing".to_owned())
            }
        }
    }
}

/// The keys in a file that has no passphrase; nothing if there is no such file. Changes nothing.
pub fn load<R: Role>(path: &Path) -> Result<Option<Loaded<R>>, KeyFileError> {
    unlock(path, None)
}

/// The keys in a file, which `passphrase` opens where it needs one; nothing if there is no such file.
/// Changes nothing.
pub fn unlock<R: Role>(
    path: &Path,
    passphrase: Option<&Passphrase>,
) -> Result<Option<Loaded<R>>, KeyFileError> {
    let Some(file) = open_existing(path)? else {
        return Ok(None);
    };
    let found = read(path, &file, passphrase)?;
    let found = found.map_err(|refusal| KeyFileError::refused::<R>(refusal, path))?;
    Ok(Some(loaded(found, path, &file, Vec::new())?))
}

/// The keys in a file; if there is none, or none that could hold keys, new ones, saved there.
///
/// Of two processes that start at once, one makes the keys and the other loads them.
pub fn load_or_create<R: Role>(path: &Path, entropy: &Entropy) -> Result<Loaded<R>, KeyFileError> {
    unlock_or_create(path, None, entropy)
}

/// The same with a passphrase, which opens a file that needs one and closes a file that is made.
pub fn unlock_or_create<R: Role>(
    path: &Path,
    passphrase: Option<&Passphrase>,
    entropy: &Entropy,
) -> Result<Loaded<R>, KeyFileError> {
    let mut warnings = Vec::new();
    for _ in 0..ATTEMPTS {
        let Some(file) = open_existing(path)? else {
            let identity = Identity::generate(&mut entropy.rng());
            if create(path, &identity, passphrase, entropy)? {
                return Ok(Loaded {
                    identity,
                    created: true,
                    protected: passphrase.is_some(),
                    warnings,
                });
            }
            continue; // another process was faster
        };
        match read(path, &file, passphrase)? {
            Ok(found) => return Ok(loaded(found, path, &file, warnings)?),
            Err(Refusal::BadFormat) => warnings.extend(set_aside(path, &file)?),
            Err(refusal) => return Err(KeyFileError::refused::<R>(refusal, path)),
        }
    }
    let cause = io::ErrorKind::AlreadyExists.into();
    Err(FileError::new("create", path, cause).into())
}

/// What stands in a file.
struct Found<R: Role> {
    identity: Identity<R>,
    /// Whether that took the passphrase.
    protected: bool,
}

fn read<R: Role>(
    path: &Path,
    file: &File,
    passphrase: Option<&Passphrase>,
) -> Result<Result<Found<R>, Refusal>, FileError> {
    let bytes = read_up_to(file, MAX_LEN).map_err(FileError::at("read", path))?;
    let Some(bytes) = bytes else {
        return Ok(Err(Refusal::BadFormat));
    };
    let mut protected = false;
    let identity = match format::parse(&bytes, None) {
        Err(Refusal::Passphrase) if passphrase.is_some() => {
            protected = true;
            format::parse(&bytes, passphrase)
        }
        read => read,
    };
    Ok(identity.map(|identity| Found {
        identity,
        protected,
    }))
}

fn loaded<R: Role>(
    found: Found<R>,
    path: &Path,
    file: &File,
    mut warnings: Vec<Warning>,
) -> Result<Loaded<R>, FileError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = file.metadata().map_err(FileError::at("read", path))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & !0o600 != 0 {
            let path = path.to_owned();
            warnings.push(Warning::OpenToOthers { path, mode });
        }
    }
    Ok(Loaded {
        identity: found.identity,
        created: false,
        protected: found.protected,
        warnings,
    })
}

/// Gives a file the first free name `<path>.bad-<n>`; nothing if another process has done so.
///
/// The lock is on the file itself, so that nobody sets aside the new keys that another process has
/// made under the old name meanwhile.
fn set_aside(path: &Path, file: &File) -> Result<Option<Warning>, FileError> {
    file.lock().map_err(FileError::at("lock", path))?;
    let at = FileError::at("set aside", path);
    let moved = || {
        if !still_names(path, file)? {
            return Ok(None);
        }
        let moved_to = free_name(path)?;
        match fs::rename(path, &moved_to) {
            Ok(()) => Ok(Some(moved_to)),
            // Takes back the name that nothing has moved to; the first error is the one to tell.
            Err(error) => fs::remove_file(&moved_to).and(Err(error)),
        }
    };
    let Some(moved_to) = moved().map_err(at)? else {
        return Ok(None);
    };
    atomic::sync_directory_of(path)?;
    Ok(Some(Warning::SetAside {
        path: path.to_owned(),
        moved_to,
    }))
}

/// The first name of its kind that is free, taken with an empty file, so that the rename that
/// follows replaces nothing of anybody's.
fn free_name(path: &Path) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let name = beside(path, &format!(".bad-{number}"));
        match File::create_new(&name) {
            Ok(_) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
