//! What stands in a key file: our format, and JIFF's.
//!
//! JIFF's demo writes `{"public_key": [32 numbers], "secret_key": [32 numbers]}`, an X25519 pair.
//! It has no signing key: the seed of one is derived,
//! `HMAC-SHA-256(secret_key, "web-mpc/1/jiff-signing-seed" 0x00)`.

use rand::CryptoRng;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::locked::LockedDocument;
use super::super::secret::{Secret, SecretArray, write_json};
use crate::crypto::{
    Analyst, BoxKeyPair, BoxPublicKey, Cost, Identity, Locked, Party, Passphrase, Role, Server,
    SigningKeyPair, Tag, UnlockError, VerifyingKey, hmac_sha256,
};
use crate::ids::KeyBytes;

/// The version that this program writes.
const VERSION: u64 = 1;

/// More than a key file has bytes.
const ROOM: usize = 1024;

/// The public key of the pair that is committed in JIFF's repository, `demos/web-mpc/keys.json`.
const JIFF_DEMO: [u8; 32] = [
    197, 40, 124, 65, 77, 2, 2, 28, 111, 119, 106, 79, 239, 15, 109, 127, 102, 76, 200, 206, 8, 18,
    189, 189, 156, 39, 76, 255, 185, 2, 106, 51,
];

/// Why a key file's content is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::files) enum Refusal {
    /// A zero key.
    Example,
    /// The pair of JIFF's demo.
    Published,
    /// It needs a passphrase.
    Passphrase,
    /// A backup of keys.
    Backup,
    /// The passphrase that was given does not open it.
    Locked(UnlockError),
    /// Written by a later version.
    NewerVersion(u64),
    /// The keys of that role.
    WrongRole(&'static str),
    /// Anything else.
    BadFormat,
}

/// What every version has. Other fields are whatever their version makes of them.
#[derive(Deserialize)]
struct AnyVersion {
    version: Option<u64>,
}

/// What says how to go on with a file of our version.
#[derive(Deserialize)]
struct Header {
    role: String,
    encrypted: Option<IgnoredAny>,
    /// A backup looks like a key file as far as here, so that it is not taken for rubbish.
    backup: Option<IgnoredAny>,
}

/// The keys themselves.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::files) struct Document {
    version: u64,
    role: String,
    #[serde(rename = "box")]
    boxes: BoxDocument,
    sign: SignDocument,
}

/// A document of which a passphrase keeps the rest closed: a whole [`Document`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProtectedDocument {
    version: u64,
    role: String,
    encrypted: LockedDocument,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoxDocument {
    public: KeyBytes,
    secret: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignDocument {
    public: KeyBytes,
    seed: Secret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JiffDocument {
    public_key: [u8; 32],
    secret_key: SecretArray,
}

/// Whether everybody has the secret that belongs to that box key.
fn is_jiff_demo(public: &[u8; 32]) -> bool {
    *public == JIFF_DEMO
}

impl Document {
    /// That of these keys.
    pub(in crate::files) fn of<R: Role>(identity: &Identity<R>) -> Self {
        Self {
            version: VERSION,
            role: R::NAME.to_owned(),
            boxes: BoxDocument {
                public: KeyBytes::new(*identity.boxes.public().as_bytes()),
                secret: Secret(identity.boxes.secret().clone()),
            },
            sign: SignDocument {
                public: KeyBytes::new(*identity.signing.public().as_bytes()),
                seed: Secret(identity.signing.seed().clone()),
            },
        }
    }

    /// The keys, whosever the document says they are.
    pub(in crate::files) fn keys<R: Role>(self) -> Result<Identity<R>, Refusal> {
        if self.boxes.secret.is_zero() || self.sign.seed.is_zero() {
            return Err(Refusal::Example);
        }
        let boxes = box_pair(self.boxes.secret, self.boxes.public.as_bytes())?;
        let signing = SigningKeyPair::from_seed(self.sign.seed.0);
        if *signing.public() != VerifyingKey::new(*self.sign.public.as_bytes()) {
            return Err(Refusal::BadFormat);
        }
        Ok(Identity { boxes, signing })
    }
}

/// The content of a new key file.
pub(super) fn write<R: Role>(identity: &Identity<R>) -> Zeroizing<Vec<u8>> {
    write_json(&Document::of(identity), ROOM)
}

/// The content of a new key file that a passphrase keeps closed.
pub(super) fn write_protected<R: Role>(
    identity: &Identity<R>,
    passphrase: &Passphrase,
    rng: &mut impl CryptoRng,
) -> Result<Zeroizing<Vec<u8>>, UnlockError> {
    let inside = write(identity);
    let locked = Locked::new(passphrase, Cost::DEFAULT, Tag::LOCKED_KEYS, &inside, rng)?;
    let document = ProtectedDocument {
        version: VERSION,
        role: R::NAME.to_owned(),
        encrypted: locked.into(),
    };
    Ok(write_json(&document, 2 * ROOM))
}

/// Reads the content of a key file, which `passphrase` opens where it needs one. Anything may stand
/// there.
pub(super) fn parse<R: Role>(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<Identity<R>, Refusal> {
    // Serde would also take an array for a structure.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::BadFormat);
    }
    let any: AnyVersion = json(bytes)?;
    match any.version {
        Some(VERSION) => parse_ours(bytes, passphrase),
        Some(version) if version > VERSION => Err(Refusal::NewerVersion(version)),
        Some(_) => Err(Refusal::BadFormat),
        None => parse_jiff(bytes),
    }
}

fn parse_ours<R: Role>(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<Identity<R>, Refusal> {
    let header: Header = json(bytes)?;
    match known_role(&header.role) {
        Some(role) if role == R::NAME => {}
        Some(role) => return Err(Refusal::WrongRole(role)),
        None => return Err(Refusal::BadFormat),
    }
    if header.encrypted.is_some() {
        let passphrase = passphrase.ok_or(Refusal::Passphrase)?;
        let document: ProtectedDocument = json(bytes)?;
        let locked = document.encrypted.into_locked();
        let opened = locked.ok_or(Refusal::BadFormat)?;
        let opened = opened.open(passphrase, Tag::LOCKED_KEYS);
        let inside = opened.map_err(Refusal::Locked)?;
        // What is inside is closed once.
        return parse_ours(&inside, None);
    }
    if header.backup.is_some() {
        return Err(Refusal::Backup);
    }
    json::<Document>(bytes)?.keys()
}

fn parse_jiff<R: Role>(bytes: &[u8]) -> Result<Identity<R>, Refusal> {
    let document: JiffDocument = json(bytes)?;
    if R::NAME != Analyst::NAME {
        // Both compute parties with one key pair would keep nothing secret from each other.
        return Err(Refusal::WrongRole(Analyst::NAME));
    }
    let secret = Secret(document.secret_key.0);
    if secret.is_zero() {
        return Err(Refusal::Example);
    }
    let seed = hmac_sha256(&secret.0, Tag::JIFF_SIGNING_SEED, &[]);
    Ok(Identity {
        boxes: box_pair(secret, &document.public_key)?,
        signing: SigningKeyPair::from_seed(seed),
    })
}

fn box_pair<R: Role>(secret: Secret, public: &[u8; 32]) -> Result<BoxKeyPair<R>, Refusal> {
    let boxes = BoxKeyPair::from_secret(secret.0);
    if is_jiff_demo(public) || is_jiff_demo(boxes.public().as_bytes()) {
        return Err(Refusal::Published);
    }
    if *boxes.public() != BoxPublicKey::new(*public) {
        return Err(Refusal::BadFormat);
    }
    Ok(boxes)
}

/// The role of that name.
pub(in crate::files) fn known_role(name: &str) -> Option<&'static str> {
    [Server::NAME, Analyst::NAME, Party::NAME]
        .into_iter()
        .find(|role| *role == name)
}

/// What serde says of a failure may repeat what stands in the file: it goes no further.
fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Refusal> {
    crate::json::read(bytes).map_err(|_| Refusal::BadFormat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::Entropy;

    fn refusal(text: &str) -> Option<Refusal> {
        parse::<Analyst>(text.as_bytes(), None).err()
    }

    fn valid() -> (Identity<Analyst>, String) {
        let identity = Identity::generate(&mut Entropy::seeded(1).rng());
        let text = String::from_utf8(write(&identity).to_vec()).unwrap();
        (identity, text)
    }

    fn jiff(public: &[u8; 32], secret: &[u8; 32]) -> String {
        format!("{{ \"public_key\": {public:?}, \"secret_key\": {secret:?}}}")
    }

    #[test]
    fn what_is_written_is_read() {
        let (identity, text) = valid();
        let read = parse::<Analyst>(text.as_bytes(), None).unwrap();
        assert_eq!(read.public(), identity.public());
        assert_eq!(read.boxes.secret(), identity.boxes.secret());
        assert_eq!(read.signing.seed(), identity.signing.seed());
        assert_eq!(
            parse::<Server>(text.as_bytes(), None).err(),
            Some(Refusal::WrongRole("analyst"))
        );
        assert!(text.len() < ROOM);
    }

    #[test]
    fn what_may_be_keys_is_told_from_what_cannot_be() {
        let (_, text) = valid();
        let newer = "{\"version\": 2, \"role\": 7, \"keys\": [[]]}";
        assert_eq!(refusal(newer), Some(Refusal::NewerVersion(2)));
        let locked = "{\"version\":1,\"role\":\"analyst\",\"encrypted\":{\"salt\":\"x\"}}";
        assert_eq!(refusal(locked), Some(Refusal::Passphrase));
        let servers = text.replace("\"analyst\"", "\"server\"");
        assert_eq!(refusal(&servers), Some(Refusal::WrongRole("server")));
        let in_an_array = "[2]".to_owned();
        for bad in [
            String::new(),
            "{}".to_owned(),
            "null".to_owned(),
            in_an_array,
            text.replace("\"version\": 1", "\"version\": 0"),
            text.replace("\"version\": 1", "\"version\": \"2\""),
            text.replace("\"version\": 1", "\"version\": 1, \"version\": 2"),
            text.replace("\"analyst\"", "\"nobody\""),
            text.replace("\"seed\"", "\"sead\""),
            text.replace("\"role\"", "\"comment\": 1, \"role\""),
            format!("{text}{text}"),
            text.chars().take(150).collect(),
            "[".repeat(100_000),
            format!("{{\"version\":{}", "[".repeat(100_000)),
        ] {
            assert_eq!(refusal(&bad), Some(Refusal::BadFormat), "{bad:.80}");
        }
    }

    #[test]
    fn a_passphrase_opens_what_it_closed() {
        let (identity, _) = valid();
        let passphrase = |text: &str| Passphrase::new(Zeroizing::new(text.to_owned())).unwrap();
        let (right, wrong) = (passphrase("correct horse"), passphrase("battery staple"));
        let rng = &mut Entropy::seeded(2).rng();
        let bytes = write_protected(&identity, &right, rng).unwrap();
        assert!(bytes.len() < 2 * ROOM);
        let read = parse::<Analyst>(&bytes, Some(&right)).unwrap();
        assert_eq!(read.boxes.secret(), identity.boxes.secret());
        assert_eq!(read.signing.seed(), identity.signing.seed());
        let refused = |passphrase| parse::<Analyst>(&bytes, passphrase).err();
        assert_eq!(refused(None), Some(Refusal::Passphrase));
        let other = Refusal::Locked(UnlockError::Wrong);
        assert_eq!(refused(Some(&wrong)), Some(other));
        assert_eq!(
            parse::<Server>(&bytes, Some(&right)).err(),
            Some(Refusal::WrongRole("analyst"))
        );
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        for secret in [identity.boxes.secret(), identity.signing.seed()] {
            assert!(!text.contains(&KeyBytes::new(**secret).to_string()));
        }
        for (from, to) in [
            ("argon2id", "scrypt"),
            ("xchacha20poly1305", "rot13"),
            ("\"passes\"", "\"rounds\""),
            ("\"nonce\": \"", "\"nonce\": \"AAAA"),
        ] {
            let text = text.replace(from, to);
            let refused = parse::<Analyst>(text.as_bytes(), Some(&right)).err();
            assert_eq!(refused, Some(Refusal::BadFormat), "{from}");
        }
    }

    #[test]
    fn public_and_secret_keys_must_belong_together() {
        let (identity, text) = valid();
        let other = KeyBytes::new([9; 32]).to_string();
        for public in [
            identity.boxes.public().to_string(),
            identity.signing.public().to_string(),
        ] {
            let mixed = text.replace(&public, &other);
            assert_eq!(refusal(&mixed), Some(Refusal::BadFormat));
        }
    }

    #[test]
    fn the_example_has_our_shape_and_is_refused() {
        let example = include_str!("../../../keys.json.example");
        assert!(serde_json::from_str::<Document>(example).is_ok());
        assert_eq!(refusal(example), Some(Refusal::Example));
        assert_eq!(refusal(&jiff(&[0; 32], &[0; 32])), Some(Refusal::Example));
    }

    #[test]
    fn jiffs_keys_are_an_analysts() {
        let secret = [77; 32];
        let pair = BoxKeyPair::<Analyst>::from_secret(Zeroizing::new(secret));
        let text = jiff(pair.public().as_bytes(), &secret);
        let read = parse::<Analyst>(text.as_bytes(), None).unwrap();
        assert_eq!(read.boxes.public(), pair.public());
        let seed = hmac_sha256(&secret, Tag::JIFF_SIGNING_SEED, &[]);
        assert_eq!(*read.signing.seed(), seed);
        assert_eq!(
            parse::<Server>(text.as_bytes(), None).err(),
            Some(Refusal::WrongRole("analyst"))
        );
        assert_eq!(refusal(&jiff(&[1; 32], &secret)), Some(Refusal::BadFormat));
        let extra = text.replace('}', ", \"x\": 1}");
        assert_eq!(refusal(&extra), Some(Refusal::BadFormat));
    }

    #[test]
    fn the_published_pair_is_refused_whatever_its_secret_half() {
        assert_eq!(
            refusal(&jiff(&JIFF_DEMO, &[1; 32])),
            Some(Refusal::Published)
        );
        let (identity, text) = valid();
        let demo = KeyBytes::new(JIFF_DEMO).to_string();
        let ours = text.replace(&identity.boxes.public().to_string(), &demo);
        assert_eq!(refusal(&ours), Some(Refusal::Published));
    }

    proptest! {
        #[test]
        fn no_content_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            prop_assert!(parse::<Analyst>(&bytes, None).is_err());
        }

        #[test]
        fn a_changed_file_is_the_same_keys_or_refused(at in 0_usize..400, byte in any::<u8>()) {
            let (identity, text) = valid();
            let mut bytes = text.into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(read) = parse::<Analyst>(&bytes, None) {
                prop_assert_eq!(read.public(), identity.public());
            }
        }
    }
}
