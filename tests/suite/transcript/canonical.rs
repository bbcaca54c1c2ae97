//! What a server saw, with names in place of what follows from the boxes that it cannot open.

use std::fmt::Write;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::Value;
use web_mpc::batch::{commit_hash, leaf, merkle};
use web_mpc::crypto::{
    Analyst, BoxKeyPair, Identity, Party, Server, SigningKeyPair, Tag, sha256_untagged,
};
use web_mpc::ids::{PartyKey, Signature};
use web_mpc::protocol::{ClientMessage, ServerMessage, decode};
use web_mpc::submission::{Submission, sequence_hash};

use super::super::wire::{Direction, Place, Seen};

/// Length of a share with the default modulus.
pub(super) const SHARE_LEN: usize = 16;

/// How the end of a connection and that of the server meet is a matter of time, not of inputs.
pub(super) fn is_parting(line: &str) -> bool {
    [
        "shutting_down",
        "did not hang up",
        "did not wait for the reason",
    ]
    .iter()
    .any(|words| line.contains(words))
}

pub(super) struct Canonical<'a> {
    pub(super) boxes: BoxKeyPair<Server>,
    pub(super) server: Identity<Server>,
    pub(super) analyst: Identity<Analyst>,
    pub(super) parties: Vec<SigningKeyPair<Party>>,
    pub(super) place: &'a Place,
}

/// Values and the names that take their places.
#[derive(Default)]
struct Names {
    values: Vec<(String, Vec<u8>)>,
    text: String,
}

impl Names {
    /// Something that follows from what has a name already.
    fn follows(&mut self, name: &str, bytes: &[u8]) {
        if !self.values.iter().any(|(_, known)| known == bytes) {
            self.values.push((name.to_owned(), bytes.to_vec()));
        }
    }

    /// Something that the server cannot look into: only its length must be the same.
    fn free(&mut self, name: &str, bytes: &[u8]) {
        writeln!(self.text, "free {name} {}", HEXLOWER.encode(bytes)).unwrap();
        self.follows(name, bytes);
    }

    /// A signature, which its key makes again over the same body.
    fn signed(&mut self, name: &str, signature: &Signature, again: &Signature) {
        assert_eq!(signature, again, "{name}");
        self.follows(name, signature.as_bytes());
    }

    /// Bytes as text, with the names in it.
    fn replace(&self, bytes: &[u8]) -> String {
        let mut text = match serde_json::from_slice::<Value>(bytes) {
            Ok(value @ Value::Object(_)) => expand(value).to_string(),
            _ => HEXLOWER.encode(bytes),
        };
        for (name, value) in &self.values {
            for encoded in [BASE64URL_NOPAD.encode(value), HEXLOWER.encode(value)] {
                text = text.replace(&encoded, &format!("<{name}>"));
            }
        }
        text
    }
}

/// Puts records in the places of their bytes.
fn expand(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(fields.map(|(name, value)| (name, expand(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(expand).collect()),
        Value::String(text) => {
            let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default();
            match serde_json::from_slice(&bytes) {
                Ok(record @ Value::Object(_)) => expand(record),
                _ => Value::String(text),
            }
        }
        other => other,
    }
}

impl Canonical<'_> {
    /// One line for each frame and each row.
    pub(super) fn write(&self, seen: &[Seen]) -> String {
        let mut names = Names::default();
        let submissions = self.submissions(seen, &mut names);
        self.root(&submissions, &mut names);
        for frame in seen {
            self.name(frame, &mut names);
        }
        let mut text = std::mem::take(&mut names.text);
        for direction in [Direction::ToServer, Direction::ToAnalyst] {
            let frames = seen.iter().filter(|frame| frame.direction == direction);
            for frame in frames {
                if is_parting(&String::from_utf8_lossy(&frame.payload)) || frame.name == "close" {
                    continue;
                }
                let payload = names.replace(&frame.payload);
                writeln!(text, "{direction:?} {} {payload}", frame.name).unwrap();
            }
        }
        self.rows(&names, &mut text);
        let ledger = std::fs::read(self.place.file("server-keys.json.ledger")).unwrap();
        for line in ledger.split(|byte| *byte == b'\n') {
            writeln!(text, "ledger {}", names.replace(line)).unwrap();
        }
        text
    }

    /// The uploads, each made again but for the analyst's box.
    fn submissions(&self, seen: &[Seen], names: &mut Names) -> Vec<Submission> {
        let mut submissions: Vec<Submission> = Vec::new();
        for frame in seen.iter().filter(|frame| frame.name == "submit") {
            let text = std::str::from_utf8(&frame.payload).unwrap();
            let Ok(ClientMessage::Submit(submission)) = decode(text) else {
                panic!("no submission");
            };
            let number = submissions.len();
            names.free(&format!("analyst-box-{number}"), &submission.analyst_box.0);
            let opened = self.boxes.open(&submission.server_box.0).unwrap();
            let (header, share) = opened.split_at(opened.len() - SHARE_LEN);
            let (header, hash) = header.split_at(header.len() - 32);
            assert_eq!(
                hash,
                sha256_untagged(&[&submission.analyst_box.0]).as_bytes()
            );
            let (header, share) = (HEXLOWER.encode(header), HEXLOWER.encode(share));
            writeln!(names.text, "opened {number} {header} {share}").unwrap();
            let sealed = HEXLOWER.encode(&submission.server_box.0);
            writeln!(names.text, "box {sealed}").unwrap();
            names.follows(&format!("server-box-{number}"), &submission.server_box.0);
            let hash = submission.hash();
            names.follows(&format!("submission-hash-{number}"), hash.as_bytes());
            let s = sequence_hash(submission.sequence, &submission.server_box.0);
            names.follows(&format!("s-{number}"), s.as_bytes());
            let of = |keys: &&SigningKeyPair<Party>| {
                PartyKey::from(*keys.public()) == submission.party_key
            };
            let keys = self.parties.iter().find(of).unwrap();
            let again = keys.sign(Tag::SUBMISSION, hash.as_bytes());
            names.signed(
                &format!("signature-{number}"),
                &submission.signature,
                &again,
            );
            submissions.push(submission);
        }
        submissions
    }

    /// The root over the newest version of each party.
    fn root(&self, submissions: &[Submission], names: &mut Names) {
        let newest = self.parties.iter().map(|keys| {
            let key = PartyKey::from(*keys.public());
            let of = submissions.iter().filter(|one| one.party_key == key);
            of.max_by_key(|one| one.sequence).unwrap()
        });
        let mut newest: Vec<_> = newest.collect();
        newest.sort_by_key(|submission| submission.party_key);
        let leaves = newest.iter().map(|one| leaf(&one.party_key, &one.hash()));
        let root = merkle::root(&leaves.collect::<Vec<_>>());
        names.follows("root", root.as_bytes());
    }

    /// What else was signed or sealed.
    fn name(&self, frame: &Seen, names: &mut Names) {
        let Ok(text) = std::str::from_utf8(&frame.payload) else {
            return;
        };
        let (server, analyst) = (&self.server.signing, &self.analyst.signing);
        match decode::<ServerMessage>(text) {
            Ok(ServerMessage::Receipt(receipt)) => {
                let again = server.sign(Tag::RECEIPT, &receipt.body.0);
                names.signed(
                    &format!("receipt-{}", names.values.len()),
                    &receipt.signature,
                    &again,
                );
            }
            Ok(ServerMessage::Frozen(batch)) => {
                let again = server.sign(Tag::BATCH, &batch.body.0);
                names.signed("batch-signature", &batch.signature, &again);
            }
            Ok(ServerMessage::Committed(commit)) => {
                let ours = server.sign(Tag::COMMIT_COUNTERSIGNATURE, &commit.body.0);
                names.signed("commit-countersignature", &commit.server_signature, &ours);
                names.follows("commit-hash", commit_hash(&commit.body).as_bytes());
            }
            Ok(ServerMessage::Released(released)) => {
                let again = server.sign(Tag::RELEASE, &released.body.0);
                names.signed("release-signature", &released.signature, &again);
                let record = released.open(server.public()).unwrap();
                names.free("released-share", &record.sealed_share.0);
            }
            _ => {}
        }
        match decode::<ClientMessage>(text) {
            Ok(ClientMessage::Commit(commit)) => {
                let again = analyst.sign(Tag::COMMIT, &commit.body.0);
                names.signed("commit-signature", &commit.signature, &again);
            }
            Ok(ClientMessage::Result(result)) => {
                let again = analyst.sign(Tag::RESULT, &result.body.0);
                names.signed("result-signature", &result.signature, &again);
                let record = result.open(analyst.public()).unwrap();
                names.free("commitment", record.commitment.as_bytes());
                names.free("sealed-result", &record.sealed_result.0);
            }
            _ => {}
        }
    }

    /// Every row of the database.
    fn rows(&self, names: &Names, text: &mut String) {
        let database = Connection::open(self.place.file("web-mpc.db")).unwrap();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut statement = database.prepare(tables).unwrap();
        let tables = statement.query_map([], |row| row.get::<_, String>(0));
        let tables: Vec<_> = tables.unwrap().map(Result::unwrap).collect();
        assert!(tables.len() >= 8, "{tables:?}");
        for table in tables {
            let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                write!(text, "row {table}").unwrap();
                for column in 0..columns {
                    let value = match row.get_ref(column).unwrap() {
                        ValueRef::Blob(bytes) => names.replace(bytes),
                        other => format!("{other:?}"),
                    };
                    write!(text, " {value}").unwrap();
                }
                text.push('\n');
            }
        }
    }
}
