//! What stands in a key file: our format, and JIFF's.
//!
//! JIFF's demo writes `{"public_key": [32 numbers], "secret_key": [32 numbers]}`, an X25519 pair.
//! It has no signing key: the seed of one is derived,
//! `HMAC-SHA-256(secret_key, "web-mpc/1/jiff-signing-seed" 0x00)`.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::secret::{Secret, SecretArray, write_json};
use crate::crypto::{
    Analyst, BoxKeyPair, BoxPublicKey, Identity, Party, Role, Server, SigningKeyPair, Tag,
    VerifyingKey, hmac_sha256,
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
pub(super) enum Refusal {
    /// A zero key.
    Example,
    /// The pair of JIFF's demo.
    Published,
    /// Encrypted.
    Passphrase,
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
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    role: String,
    #[serde(rename = "box")]
    boxes: BoxDocument,
    sign: SignDocument,
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

/// The content of a new key file.
pub(super) fn write<R: Role>(identity: &Identity<R>) -> Zeroizing<Vec<u8>> {
    let document = Document {
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
    };
    write_json(&document, ROOM)
}

/// Reads the content of a key file. Anything may stand there.
pub(super) fn parse<R: Role>(bytes: &[u8]) -> Result<Identity<R>, Refusal> {
    // Serde would also take an array for a structure.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::BadFormat);
    }
    let any: AnyVersion = json(bytes)?;
    match any.version {
        Some(VERSION) => parse_ours(bytes),
        Some(version) if version > VERSION => Err(Refusal::NewerVersion(version)),
        Some(_) => Err(Refusal::BadFormat),
        None => parse_jiff(bytes),
    }
}

fn parse_ours<R: Role>(bytes: &[u8]) -> Result<Identity<R>, Refusal> {
    let header: Header = json(bytes)?;
    match known_role(&header.role) {
        Some(role) if role == R::NAME => {}
        Some(role) => return Err(Refusal::WrongRole(role)),
        None => return Err(Refusal::BadFormat),
    }
    if header.encrypted.is_some() {
        return Err(Refusal::Passphrase);
    }
    let document: Document = json(bytes)?;
    if document.boxes.secret.is_zero() || document.sign.seed.is_zero() {
        return Err(Refusal::Example);
    }
    let boxes = box_pair(document.boxes.secret, document.boxes.public.as_bytes())?;
    let signing = SigningKeyPair::from_seed(document.sign.seed.0);
    if *signing.public() != VerifyingKey::new(*document.sign.public.as_bytes()) {
        return Err(Refusal::BadFormat);
    }
    Ok(Identity { boxes, signing })
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
    serde_json::from_slice(bytes).map_err(|_| Refusal::BadFormat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::Entropy;

    fn refusal(text: &str) -> Option<Refusal> {
        parse::<Analyst>(text.as_bytes()).err()
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
        let read = parse::<Analyst>(text.as_bytes()).unwrap();
        assert_eq!(read.public(), identity.public());
        assert_eq!(read.boxes.secret(), identity.boxes.secret());
        assert_eq!(read.signing.seed(), identity.signing.seed());
        assert_eq!(
            parse::<Server>(text.as_bytes()).err(),
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
        let read = parse::<Analyst>(text.as_bytes()).unwrap();
        assert_eq!(read.boxes.public(), pair.public());
        let seed = hmac_sha256(&secret, Tag::JIFF_SIGNING_SEED, &[]);
        assert_eq!(*read.signing.seed(), seed);
        assert_eq!(
            parse::<Server>(text.as_bytes()).err(),
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
            prop_assert!(parse::<Analyst>(&bytes).is_err());
        }

        #[test]
        fn a_changed_file_is_the_same_keys_or_refused(at in 0_usize..400, byte in any::<u8>()) {
            let (identity, text) = valid();
            let mut bytes = text.into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(read) = parse::<Analyst>(&bytes) {
                prop_assert_eq!(read.public(), identity.public());
            }
        }
    }
}
