//! The box keys that a server makes for one computation each: `<server-keys>.d/<fingerprint>.json`.
//!
//! ```json
//! {"version": 1, "box": {"public": "<base64url>", "secret": "<base64url>"}}
//! ```
//!
//! They stand beside the server's key file and in no backup, and are destroyed at the purge: who
//! steals all keys and all backups later opens nothing of a purged computation.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::secret::{Secret, write_json};
use super::{FileError, atomic, beside, open_existing, read_up_to};
use crate::crypto::{BoxKeyPair, BoxPublicKey, Server};
use crate::ids::Fingerprint;

/// The version that this program writes.
const VERSION: u64 = 1;

/// More than a file has bytes; files of more than this are not ours.
const ROOM: usize = 1024;

/// The same as a length on the disk.
const MAX_LEN: u64 = 1024;

/// A computation's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ComputationKeyError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is none: made by another server, lost, or destroyed.
    #[error("{} is missing: without it no submission can be opened", .path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The computation has another key already.
    #[error("{} holds another key already", .path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// It is not the key that the manifest names.
    #[error("{} is not the key of this computation", .path.display())]
    OtherKey {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program wrote it.
    #[error("{} has the newer version {version}: it needs a newer program", .path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// It is not a key.
    #[error("{} is not the key of a computation", .path.display())]
    BadFormat {
        /// The file.
        path: PathBuf,
    },
}

/// The directory of computations' keys beside a server's key file.
#[derive(Debug, Clone)]
pub struct ComputationKeys {
    directory: PathBuf,
}

impl ComputationKeys {
    /// Those beside that key file. Touches nothing.
    #[must_use]
    pub fn beside(server_keys: &Path) -> Self {
        Self {
            directory: beside(server_keys, ".d"),
        }
    }

    /// Saves the key of a computation, durably, before the manifest that names it is countersigned.
    /// The same key again is no error.
    pub fn save(
        &self,
        fingerprint: &Fingerprint,
        keys: &BoxKeyPair<Server>,
    ) -> Result<(), ComputationKeyError> {
        atomic::create_directory(&self.directory)?;
        let path = self.path(fingerprint);
        if atomic::create_new(&path, &encode(keys), atomic::Readers::Owner)? {
            return Ok(());
        }
        match self.load(fingerprint, keys.public()) {
            Err(ComputationKeyError::OtherKey { path }) => Err(ComputationKeyError::Taken { path }),
            Err(error) => Err(error),
            // Whoever saved it may not have lived to sync its name.
            Ok(_) => Ok(atomic::sync_directory_of(&path)?),
        }
    }

    /// Loads the key of a computation, which must be the one that its manifest names.
    pub fn load(
        &self,
        fingerprint: &Fingerprint,
        expected: &BoxPublicKey<Server>,
    ) -> Result<BoxKeyPair<Server>, ComputationKeyError> {
        let path = self.path(fingerprint);
        let Some(file) = open_existing(&path)? else {
            return Err(ComputationKeyError::Missing { path });
        };
        let bytes = read_up_to(&file, MAX_LEN).map_err(FileError::at("read", &path))?;
        match bytes.map_or(Err(Refusal::BadFormat), |bytes| parse(&bytes)) {
            Ok(keys) if keys.public() == expected => Ok(keys),
            Ok(_) => Err(ComputationKeyError::OtherKey { path }),
            Err(Refusal::NewerVersion(version)) => {
                Err(ComputationKeyError::NewerVersion { path, version })
            }
            Err(Refusal::BadFormat) => Err(ComputationKeyError::BadFormat { path }),
        }
    }

    /// Destroys the key of a computation; says whether there was one. Done again after a crash, it
    /// finishes what was begun.
    ///
    /// The file is unlinked, not overwritten: a journaling or copy-on-write file system and a solid
    /// state disk write new blocks elsewhere, so that overwriting would promise what it cannot keep.
    /// Against someone who reads free blocks, only an encrypted disk helps.
    pub fn destroy(&self, fingerprint: &Fingerprint) -> Result<bool, ComputationKeyError> {
        self.remove_leftovers(fingerprint)?;
        Ok(atomic::remove(&self.path(fingerprint))?)
    }

    /// A crash while the key was saved may have left it in a temporary file too.
    fn remove_leftovers(&self, fingerprint: &Fingerprint) -> Result<(), FileError> {
        let failed = |cause| FileError::new("read", &self.directory, cause);
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        let prefix = format!("{fingerprint}.json.");
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let bytes = name.as_encoded_bytes();
            if bytes.starts_with(prefix.as_bytes()) && bytes.ends_with(atomic::TEMPORARY.as_bytes())
            {
                atomic::remove(&entry.path())?;
            }
        }
        Ok(())
    }

    fn path(&self, fingerprint: &Fingerprint) -> PathBuf {
        self.directory.join(format!("{fingerprint}.json"))
    }
}

#[derive(Debug)]
enum Refusal {
    NewerVersion(u64),
    BadFormat,
}

/// What every version has.
#[derive(Deserialize)]
struct AnyVersion {
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    #[serde(rename = "box")]
    boxes: Pair,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    public: BoxPublicKey<Server>,
    secret: Secret,
}

fn encode(keys: &BoxKeyPair<Server>) -> Zeroizing<Vec<u8>> {
    let document = Document {
        version: VERSION,
        boxes: Pair {
            public: *keys.public(),
            secret: Secret(keys.secret().clone()),
        },
    };
    write_json(&document, ROOM)
}

fn parse(bytes: &[u8]) -> Result<BoxKeyPair<Server>, Refusal> {
    let any: AnyVersion = json(bytes)?;
    if any.version > VERSION {
        return Err(Refusal::NewerVersion(any.version));
    }
    let document: Document = json(bytes)?;
    let keys = BoxKeyPair::from_secret(document.boxes.secret.0);
    if document.version == VERSION && *keys.public() == document.boxes.public {
        Ok(keys)
    } else {
        Err(Refusal::BadFormat)
    }
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|_| Refusal::BadFormat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::crypto::Entropy;

    const COMPUTATION: Fingerprint = Fingerprint::new([0xfb; 32]);

    fn place() -> (TempDir, ComputationKeys) {
        let directory = tempfile::tempdir().unwrap();
        let keys = ComputationKeys::beside(&directory.path().join("server-keys.json"));
        (directory, keys)
    }

    fn pair(seed: u64) -> BoxKeyPair<Server> {
        BoxKeyPair::generate(&mut Entropy::seeded(seed).rng())
    }

    #[test]
    fn a_key_is_saved_loaded_and_destroyed() {
        let (directory, keys) = place();
        assert!(!keys.destroy(&COMPUTATION).unwrap());
        let missing = keys.load(&COMPUTATION, pair(1).public());
        assert!(matches!(missing, Err(ComputationKeyError::Missing { .. })));
        keys.save(&COMPUTATION, &pair(1)).unwrap();
        keys.save(&COMPUTATION, &pair(1)).unwrap();
        let loaded = keys.load(&COMPUTATION, pair(1).public()).unwrap();
        assert_eq!(loaded.secret(), pair(1).secret());
        let taken = keys.save(&COMPUTATION, &pair(2));
        assert!(matches!(taken, Err(ComputationKeyError::Taken { .. })));
        let other = keys.load(&COMPUTATION, pair(2).public());
        assert!(matches!(other, Err(ComputationKeyError::OtherKey { .. })));
        assert!(keys.destroy(&COMPUTATION).unwrap());
        assert!(!keys.destroy(&COMPUTATION).unwrap());
        let inside = fs::read_dir(directory.path().join("server-keys.json.d")).unwrap();
        assert_eq!(inside.count(), 0);
    }

    #[test]
    fn destroying_finds_what_a_crash_has_left() {
        let (directory, keys) = place();
        keys.save(&COMPUTATION, &pair(1)).unwrap();
        let other = Fingerprint::new([1; 32]);
        keys.save(&other, &pair(2)).unwrap();
        let inside = directory.path().join("server-keys.json.d");
        let leftover = inside.join(format!("{COMPUTATION}.json.abcdef.tmp"));
        fs::copy(keys.path(&COMPUTATION), &leftover).unwrap();
        keys.destroy(&COMPUTATION).unwrap();
        assert!(!leftover.exists());
        assert!(keys.load(&other, pair(2).public()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_the_servers_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let (directory, keys) = place();
        keys.save(&COMPUTATION, &pair(1)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&directory.path().join("server-keys.json.d")), 0o700);
        assert_eq!(mode(&keys.path(&COMPUTATION)), 0o600);
    }

    #[test]
    fn what_is_no_key_is_refused_and_kept() {
        let (_directory, keys) = place();
        keys.save(&COMPUTATION, &pair(1)).unwrap();
        let path = keys.path(&COMPUTATION);
        let valid = fs::read_to_string(&path).unwrap();
        let secret = crate::ids::KeyBytes::new(**pair(1).secret()).to_string();
        let mismatched = valid.replace(&pair(1).public().to_string(), &secret);
        let huge = " ".repeat(2000);
        for bad in [
            "",
            "{}",
            "[1,[1,2]]",
            &mismatched,
            &huge,
            &valid.replace("box", &secret),
        ] {
            fs::write(&path, bad).unwrap();
            let error = keys.load(&COMPUTATION, pair(1).public()).unwrap_err();
            assert!(
                matches!(error, ComputationKeyError::BadFormat { .. }),
                "{bad}"
            );
            assert!(!format!("{error} {error:?}").contains(&secret));
            assert!(keys.save(&COMPUTATION, &pair(1)).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), bad);
        }
        fs::write(&path, "{\"version\":2}").unwrap();
        let newer = keys.load(&COMPUTATION, pair(1).public());
        assert!(matches!(
            newer,
            Err(ComputationKeyError::NewerVersion { version: 2, .. })
        ));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let unreadable = keys.load(&COMPUTATION, pair(1).public());
        assert!(matches!(unreadable, Err(ComputationKeyError::File(_))));
    }

    proptest! {
        #[test]
        fn no_content_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(parse(&bytes).is_err());
        }

        #[test]
        fn a_changed_file_is_the_same_key_or_refused(at in 0_usize..140, byte in any::<u8>()) {
            let mut bytes = encode(&pair(1)).to_vec();
            bytes[at] = byte;
            if let Ok(read) = parse(&bytes) {
                prop_assert!(read.public() == pair(1).public());
            }
        }
    }
}
