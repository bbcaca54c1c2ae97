//! Saying who somebody is: a key id as text, or a file with public keys that was got from its owner.
//!
//! ```json
//! {"version": 1, "role": "analyst", "box": "<base64url>", "sign": "<base64url>"}
//! ```

use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::keyfile::known_role;
use super::{FileError, atomic, open_existing, read_up_to};
use crate::crypto::{BoxPublicKey, PublicIdentity, Role, VerifyingKey};
use crate::ids::KeyId;

/// The version that this program writes.
const VERSION: u64 = 1;

/// Largest file, in bytes: as large as a key file, which is recognised to be refused.
const MAX_LEN: u64 = 64 * 1024;

/// Nobody can be named so.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Neither a key id nor a file.
    #[error(
        "{} is neither a key id (43 characters of base64url) nor a file that exists",
        .path.display()
    )]
    Missing {
        /// What was given.
        path: PathBuf,
    },
    /// It is a key file: its owner has given away more than the public keys.
    #[error("{} holds a secret key, which only its owner may have", .path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// Who is to be named.
        role: &'static str,
    },
    /// Somebody else's.
    #[error("{} holds the public keys of the {found}, not of the {expected}", .path.display())]
    WrongRole {
        /// The file.
        path: PathBuf,
        /// Who is to be named.
        expected: &'static str,
        /// Whose it is.
        found: &'static str,
    },
    /// A later version of this program wrote it.
    #[error("{} has the newer version {version}: it needs a newer program", .path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// Anything else.
    #[error("{} is not a file of public keys", .path.display())]
    BadFormat {
        /// The file.
        path: PathBuf,
    },
    /// What is there is not public keys, so it is not replaced.
    #[error("{} exists and is not a file of public keys: it is left as it is", .path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
}

impl PublicKeyError {
    /// What helps.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Secret { role, .. } => Some(format!(
                "ask its owner for the public keys: {role} keys show --out {role}.pub"
            )),
            _ => None,
        }
    }
}

/// Reads what a user gives to name a compute party: a key id, a file that holds public keys, or a
/// file that holds a key id.
pub fn read<R: Role>(key_or_path: &str) -> Result<KeyId, PublicKeyError> {
    if let Ok(id) = key_or_path.trim().parse() {
        return Ok(id);
    }
    let path = Path::new(key_or_path);
    let Some(file) = open_existing(path)? else {
        let path = path.to_owned();
        return Err(PublicKeyError::Missing { path });
    };
    let bytes = read_up_to(&file, MAX_LEN).map_err(FileError::at("read", path))?;
    let bytes = bytes.unwrap_or_default();
    parse::<R>(&bytes).map_err(|refusal| refusal.of::<R>(path))
}

/// Writes public keys, for everybody to read. Replaces only what [`read`] takes for public keys of
/// the same role: a mistaken name never costs anybody a file.
pub fn write<R: Role>(path: &Path, identity: &PublicIdentity<R>) -> Result<(), PublicKeyError> {
    let content = encode(identity);
    if atomic::create_new(path, &content, atomic::Readers::Everybody)? {
        return Ok(());
    }
    let present = match open_existing(path)? {
        Some(file) => read_up_to(&file, MAX_LEN).map_err(FileError::at("read", path))?,
        None => None,
    };
    if present.is_none_or(|bytes| parse::<R>(&bytes).is_err()) {
        let path = path.to_owned();
        return Err(PublicKeyError::Taken { path });
    }
    Ok(atomic::replace(path, &content, atomic::Readers::Everybody)?)
}

/// What every version has.
#[derive(Deserialize)]
struct AnyVersion {
    version: Option<u64>,
}

/// What only a file with secrets has: ours, encrypted or not, and JIFF's.
#[derive(Deserialize)]
struct Secrets {
    #[serde(rename = "box")]
    boxes: Option<MaybeSecret>,
    sign: Option<MaybeSecret>,
    encrypted: Option<IgnoredAny>,
    secret_key: Option<IgnoredAny>,
}

/// A public key is a text; a key pair is an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum MaybeSecret {
    Public(#[expect(dead_code, reason = "only its type matters")] String),
    Other(IgnoredAny),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
struct Document<R: Role> {
    version: u64,
    role: String,
    #[serde(rename = "box")]
    box_key: BoxPublicKey<R>,
    sign: VerifyingKey<R>,
}

enum Refusal {
    Secret,
    WrongRole(&'static str),
    NewerVersion(u64),
    BadFormat,
}

impl Refusal {
    fn of<R: Role>(self, path: &Path) -> PublicKeyError {
        let path = path.to_owned();
        match self {
            Self::Secret => PublicKeyError::Secret {
                path,
                role: R::NAME,
            },
            Self::WrongRole(found) => PublicKeyError::WrongRole {
                path,
                expected: R::NAME,
                found,
            },
            Self::NewerVersion(version) => PublicKeyError::NewerVersion { path, version },
            Self::BadFormat => PublicKeyError::BadFormat { path },
        }
    }
}

fn encode<R: Role>(identity: &PublicIdentity<R>) -> Vec<u8> {
    let document = Document {
        version: VERSION,
        role: R::NAME.to_owned(),
        box_key: identity.box_key,
        sign: identity.signing_key,
    };
    #[expect(clippy::expect_used, reason = "text keys and no failing serialiser")]
    let mut content = serde_json::to_vec_pretty(&document).expect("public keys are JSON");
    content.push(b'\n');
    content
}

fn parse<R: Role>(bytes: &[u8]) -> Result<KeyId, Refusal> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Refusal::BadFormat)?
        .trim();
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    if !text.starts_with('{') {
        return Err(Refusal::BadFormat);
    }
    // Before anything else: a user who is told of another fault would go on giving the file away.
    if has_secrets(text) {
        return Err(Refusal::Secret);
    }
    match json::<AnyVersion>(text)?.version {
        Some(VERSION) => {}
        Some(version) if version > VERSION => return Err(Refusal::NewerVersion(version)),
        _ => return Err(Refusal::BadFormat),
    }
    let document: Document<R> = json(text)?;
    match known_role(&document.role) {
        Some(role) if role == R::NAME => {}
        Some(role) => return Err(Refusal::WrongRole(role)),
        None => return Err(Refusal::BadFormat),
    }
    if !document.box_key.is_usable() {
        return Err(Refusal::BadFormat);
    }
    let identity = PublicIdentity {
        box_key: document.box_key,
        signing_key: document.sign,
    };
    Ok(identity.key_id())
}

fn has_secrets(text: &str) -> bool {
    json::<Secrets>(text).is_ok_and(|file| {
        let pair = |key: Option<MaybeSecret>| matches!(key, Some(MaybeSecret::Other(_)));
        file.encrypted.is_some() || file.secret_key.is_some() || pair(file.boxes) || pair(file.sign)
    })
}

fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|_| Refusal::BadFormat)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::super::keyfile;
    use super::*;
    use crate::crypto::{Analyst, Entropy, Identity, Server};

    fn identity() -> PublicIdentity<Analyst> {
        Identity::generate(&mut Entropy::seeded(3).rng()).public()
    }

    #[test]
    fn who_it_is_can_be_said_in_three_ways() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("analyst.pub");
        let name = path.to_str().unwrap();
        let id = identity().key_id();
        assert_eq!(read::<Analyst>(&id.to_string()).unwrap(), id);
        write(&path, &identity()).unwrap();
        assert_eq!(read::<Analyst>(name).unwrap(), id);
        fs::write(&path, format!("{id}\n")).unwrap();
        assert_eq!(read::<Analyst>(name).unwrap(), id);
    }

    #[test]
    fn a_file_with_a_secret_is_refused_with_a_hint() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        let name = path.to_str().unwrap();
        keyfile::load_or_create::<Analyst>(&path, &Entropy::System).unwrap();
        let ours = fs::read_to_string(&path).unwrap();
        let no_version = ours.replace("\"version\": 1,", "");
        for content in [
            &*ours,
            &no_version,
            "{\"version\":2,\"encrypted\":{\"x\":1}}",
            "{\"public_key\":[1],\"secret_key\":[2]}",
        ] {
            fs::write(&path, content).unwrap();
            let error = read::<Analyst>(name).unwrap_err();
            assert!(matches!(error, PublicKeyError::Secret { .. }), "{error}");
            let hint = error.hint().unwrap();
            assert!(
                hint.contains("analyst keys show --out analyst.pub"),
                "{hint}"
            );
        }
    }

    #[test]
    fn other_files_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("analyst.pub");
        let name = path.to_str().unwrap();
        assert!(matches!(
            read::<Analyst>(name),
            Err(PublicKeyError::Missing { .. })
        ));
        write(&path, &identity()).unwrap();
        assert!(matches!(
            read::<Server>(name),
            Err(PublicKeyError::WrongRole { .. })
        ));
        fs::write(&path, "{\"version\":2,\"role\":[]}").unwrap();
        assert!(matches!(
            read::<Analyst>(name),
            Err(PublicKeyError::NewerVersion { .. })
        ));
        let zero = KeyId::new([0; 32]);
        let weak = format!(
            "{{\"version\":1,\"role\":\"analyst\",\"box\":\"{zero}\",\"sign\":\"{zero}\"}}"
        );
        for bad in ["", "{}", "[1]", "\"x\"", &weak] {
            fs::write(&path, bad).unwrap();
            assert!(matches!(
                read::<Analyst>(name),
                Err(PublicKeyError::BadFormat { .. })
            ));
        }
        fs::write(&path, vec![b' '; 100_000]).unwrap();
        assert!(matches!(
            read::<Analyst>(name),
            Err(PublicKeyError::BadFormat { .. })
        ));
        let directory = directory.path().to_str().unwrap();
        assert!(matches!(
            read::<Analyst>(directory),
            Err(PublicKeyError::File(_))
        ));
    }

    #[test]
    fn only_public_keys_are_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        keyfile::load_or_create::<Analyst>(&path, &Entropy::System).unwrap();
        let before = fs::read(&path).unwrap();
        let refused = write(&path, &identity());
        assert!(matches!(refused, Err(PublicKeyError::Taken { .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
        let path = directory.path().join("analyst.pub");
        let other = Identity::<Analyst>::generate(&mut Entropy::seeded(4).rng());
        write(&path, &other.public()).unwrap();
        write(&path, &identity()).unwrap();
        let id = read::<Analyst>(path.to_str().unwrap()).unwrap();
        assert_eq!(id, identity().key_id());
    }

    proptest! {
        #[test]
        fn no_content_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(parse::<Analyst>(&bytes).is_err());
        }

        #[test]
        fn a_changed_file_names_somebody_or_is_refused(at in 0_usize..150, byte in any::<u8>()) {
            let mut bytes = encode(&identity());
            let same = bytes[at] == byte;
            bytes[at] = byte;
            let read = parse::<Analyst>(&bytes).ok();
            prop_assert!(!same || read == Some(identity().key_id()));
        }
    }
}
