//! The frozen vectors of `tests/vectors/` hold, and `docs/PROTOCOL.md` says what the code does.
//!
//! Each vector has a kind, which names a check below: what it makes of `input` must be `output`.
//! Kinds that begin with `bad_` must be refused, for the reason in `error` where one is given.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all checks have one type, also those that refuse nothing"
)]

#[path = "vectors/batches.rs"]
mod batches;
#[path = "vectors/computations.rs"]
mod computations;
#[path = "vectors/crypto.rs"]
mod crypto;
#[path = "vectors/encodings.rs"]
mod encodings;
#[path = "vectors/invitations.rs"]
mod invitations;
#[path = "vectors/messages.rs"]
mod messages;
#[path = "vectors/protocol.rs"]
mod protocol;
#[path = "vectors/publications.rs"]
mod publications;
#[path = "vectors/reveal.rs"]
mod reveal;
#[path = "vectors/submissions.rs"]
mod submissions;
#[path = "vectors/tracking.rs"]
mod tracking;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;

use data_encoding::BASE64URL_NOPAD;
use rand::{TryCryptoRng, TryRng};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use web_mpc::crypto::{Analyst, BoxKeyPair, Identity, Role, Server, SigningKeyPair};
use web_mpc::manifest::{Manifest, Terms};
use web_mpc::record::Countersigned;
use zeroize::Zeroizing;

/// What a kind of vectors asks of the code: the output, or the reason of the refusal.
type Check = fn(&Input<'_>) -> Result<Value, String>;

/// The kinds of one file.
type Kinds = &'static [(&'static str, Check)];

/// A file of vectors, what stands in it, and what checks it.
macro_rules! file {
    ($name:literal, $kinds:expr) => {
        ($name, include_str!(concat!("../vectors/", $name)), $kinds)
    };
}

/// Every file of vectors.
const FILES: [(&str, &str, Kinds); 10] = [
    file!("batches.json", batches::KINDS),
    file!("computations.json", computations::KINDS),
    file!("crypto.json", crypto::KINDS),
    file!("encodings.json", encodings::KINDS),
    file!("invitations.json", invitations::KINDS),
    file!("messages.json", messages::KINDS),
    file!("publications.json", publications::KINDS),
    file!("reveal.json", reveal::KINDS),
    file!("submissions.json", submissions::KINDS),
    file!("tracking.json", tracking::KINDS),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[expect(dead_code, reason = "for people")]
    about: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    kind: String,
    name: String,
    input: Value,
    output: Option<Value>,
    error: Option<String>,
}

#[test]
fn every_vector_holds() {
    let (_, failures) = run();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// How many vectors there are, and which of them do not hold. The pages' crate asks the same of
/// itself in a browser.
pub(crate) fn run() -> (usize, Vec<String>) {
    let (mut count, mut failures) = (0, Vec::new());
    for (file, _, kinds) in FILES {
        let vectors = read(file);
        count += vectors.len();
        let mut names = BTreeSet::new();
        for vector in &vectors {
            let Vector { kind, name, .. } = vector;
            if !names.insert((kind, name)) {
                failures.push(format!("{file}: {kind}, {name}: stands twice"));
            }
            if let Err(failure) = vector.check(kinds) {
                failures.push(format!("{file}: {kind}, {name}: {failure}"));
            }
        }
        for (kind, _) in kinds {
            if vectors.iter().all(|vector| vector.kind != *kind) {
                failures.push(format!("{file}: no vector of kind {kind}"));
            }
        }
    }
    (count, failures)
}

impl Vector {
    fn check(&self, kinds: Kinds) -> Result<(), String> {
        let known = kinds.iter().find(|(kind, _)| *kind == self.kind);
        let (_, check) = known.ok_or("unknown kind")?;
        let made = check(&Input(&self.input));
        if self.kind.starts_with("bad_") {
            let reason = made.err().ok_or("is not refused")?;
            return match &self.error {
                Some(expected) if *expected != reason => Err(format!("refused for {reason}")),
                _ => Ok(()),
            };
        }
        let made = made?;
        if Some(&made) == self.output.as_ref() {
            Ok(())
        } else {
            Err(format!("gives {made}"))
        }
    }
}

#[test]
fn every_file_of_vectors_is_checked() {
    let known: BTreeSet<String> = FILES.iter().map(|(file, ..)| (*file).to_owned()).collect();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let found: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            name.rsplit_once('.')
                .is_some_and(|(_, ending)| ending == "json")
        })
        .collect();
    assert_eq!(found, known);
}

fn read(file: &str) -> Vec<Vector> {
    let known = FILES.iter().find(|(known, ..)| *known == file);
    let (_, text, _) = known.unwrap_or_else(|| panic!("there is no file {file}"));
    serde_json::from_str::<Document>(text).unwrap().vectors
}

/// What a vector gives.
struct Input<'a>(&'a Value);

impl<'a> Input<'a> {
    fn get(&self, name: &str) -> &'a Value {
        self.0
            .get(name)
            .unwrap_or_else(|| panic!("the vector has no {name}"))
    }

    /// A part that may not be there, as the type that it is.
    fn optional<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let part = self.0.get(name)?;
        Some(serde_json::from_value(part.clone()).unwrap())
    }

    fn text(&self, name: &str) -> &'a str {
        self.get(name).as_str().unwrap()
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).as_u64().unwrap()
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(self.text(name).as_bytes()).unwrap()
    }

    fn array<const LEN: usize>(&self, name: &str) -> [u8; LEN] {
        self.bytes(name).try_into().unwrap()
    }

    fn secret(&self, name: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.array(name))
    }

    /// What has the form of a type of the crate.
    fn read<T: DeserializeOwned>(&self, name: &str) -> T {
        serde_json::from_value(self.get(name).clone()).unwrap()
    }

    fn items(&self, name: &str) -> impl Iterator<Item = Input<'a>> {
        self.get(name).as_array().unwrap().iter().map(Input)
    }

    /// The computation that the vector is about.
    fn computation(&self) -> Computation {
        let label = self.text("computation");
        let vectors = read("computations.json");
        let vector = vectors
            .iter()
            .find(|vector| vector.kind == "computation" && vector.name == label)
            .unwrap_or_else(|| panic!("there is no computation {label}"));
        Computation::read(&Input(&vector.input))
    }
}

/// A computation with the secrets of both compute parties.
struct Computation {
    terms: Terms,
    analyst: Identity<Analyst>,
    server: Identity<Server>,
    key: BoxKeyPair<Server>,
}

impl Computation {
    fn read(input: &Input<'_>) -> Self {
        let manifest: Countersigned<Manifest> = input.read("manifest");
        Self {
            terms: Terms::agreed(&manifest).unwrap(),
            analyst: identity(input, "analyst"),
            server: identity(input, "server"),
            key: BoxKeyPair::from_secret(input.secret("computation_box_secret")),
        }
    }
}

fn identity<R: Role>(input: &Input<'_>, whose: &str) -> Identity<R> {
    Identity {
        boxes: BoxKeyPair::from_secret(input.secret(&format!("{whose}_box_secret"))),
        signing: SigningKeyPair::from_seed(input.secret(&format!("{whose}_seed"))),
    }
}

fn base64(bytes: impl AsRef<[u8]>) -> Value {
    BASE64URL_NOPAD.encode(bytes.as_ref()).into()
}

/// Randomness that was decided before: one byte after the other.
struct Fixed(std::vec::IntoIter<u8>);

impl Fixed {
    fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into().into_iter())
    }
}

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for byte in to {
            *byte = self.0.next().expect("enough randomness");
        }
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}
