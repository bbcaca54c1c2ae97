//! What a server's files and logs, everything that the analyst and the operator's receiver of events
//! are told, and the logs of all programs may not hold.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use web_mpc::crypto::{Analyst, BoxKeyPair, Identity, Role, Server, Tag, hmac_sha256};
use web_mpc::files::computation_keys::ComputationKeys;
use web_mpc::files::{keyfile, receipt};
use web_mpc::invitation::Link;
use web_mpc::manifest::Terms;

use super::super::harness::{Finished, Said};
use super::super::secrecy::find;
use super::super::secrecy::needles::{Needle, number, secret};
use super::super::webhooks::receiver::Delivery;
use super::super::wire::Seen;
use super::Invited;
use super::ties::parts;

/// What could be read somewhere, each piece with the name of the stream that it is from.
#[derive(Default)]
pub(super) struct Artifacts(Vec<(String, Vec<u8>)>);

impl Artifacts {
    fn keep(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push((name.to_owned(), bytes.into()));
    }

    /// What a program has said until it was killed.
    pub(super) fn log(&mut self, name: &str, said: &Said) {
        self.keep(&format!("{name} stdout"), said.out.concat());
        self.keep(&format!("{name} stderr"), said.err.concat());
    }

    /// What a program has said to its end.
    pub(super) fn finished(&mut self, name: &str, finished: &Finished) {
        self.keep(&format!("{name} stdout"), finished.stdout.as_str());
        self.keep(&format!("{name} stderr"), finished.stderr.as_str());
    }

    /// A server's database: as it lies on the disk, and every cell of it. A cell that is longer than
    /// a page of the file is cut in pieces there.
    pub(super) fn database(&mut self, folder: &Path) {
        let copy = tempfile::tempdir().unwrap();
        for name in ["web-mpc.db", "web-mpc.db-wal", "web-mpc.db-shm"] {
            if let Ok(bytes) = fs::read(folder.join(name)) {
                fs::write(copy.path().join(name), &bytes).unwrap();
                self.keep(&format!("file {name}"), bytes);
            }
        }
        // Of the copy: whoever opens a database changes its files.
        let database = Connection::open(copy.path().join("web-mpc.db")).unwrap();
        let select = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let mut statement = database.prepare(select).unwrap();
        let tables = statement.query_map([], |row| row.get::<_, String>(0));
        for table in tables.unwrap().map(Result::unwrap) {
            self.keep(&format!("table {table}"), dump(&database, &table));
        }
    }

    /// Everything that the analyst was told and has said, with what is encoded in it.
    pub(super) fn transcript(&mut self, frames: &[Seen], said: &[Finished]) {
        for frame in frames {
            for part in parts(&frame.payload) {
                self.keep(&format!("frame {}", frame.name), part);
            }
        }
        for finished in said {
            self.finished("analyst", finished);
        }
    }

    /// Everything that came to the receiver of events.
    pub(super) fn webhooks(&mut self, deliveries: &[Delivery]) {
        for delivery in deliveries {
            self.keep("webhook body", delivery.body.as_str());
            for (name, value) in &delivery.headers {
                self.keep("webhook header", format!("{name}: {value}"));
            }
        }
    }

    /// Where there is one of these.
    pub(super) fn found(&self, needles: &[Needle]) -> Vec<String> {
        let search = Search::new(needles);
        let mut found = Vec::new();
        for (name, bytes) in &self.0 {
            let first = search.first_in(bytes);
            found.extend(first.map(|needle| format!("{} in {name}", needle.name)));
        }
        found
    }

    /// That none of them holds one of these.
    pub(super) fn hold_none_of(&self, needles: &[Needle]) {
        let found = self.found(needles);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    /// Whether a stream holds a text: shows that there is something to be searched.
    pub(super) fn hold(&self, stream: &str, text: &str) -> bool {
        let mut streams = self.0.iter().filter(|(name, _)| name.starts_with(stream));
        streams.any(|(_, bytes)| find(bytes, text.as_bytes()))
    }
}

/// Every cell of a table, each on a line.
fn dump(database: &Connection, table: &str) -> Vec<u8> {
    let select = format!("SELECT * FROM \"{table}\"");
    let mut statement = database.prepare(&select).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut cells = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                ValueRef::Null => {}
                ValueRef::Integer(number) => cells.extend(number.to_string().into_bytes()),
                ValueRef::Real(number) => cells.extend(number.to_string().into_bytes()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => cells.extend(bytes),
            }
            cells.push(b'\n');
        }
    }
    cells
}

/// Looks for many needles at once: almost every place is left after a look at two bytes.
struct Search<'a> {
    /// The spellings that begin with these two bytes.
    beginning: HashMap<[u8; 2], Vec<(&'a [u8], &'a Needle)>>,
    /// Whether there are any.
    any: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(needles: &'a [Needle]) -> Self {
        let mut search = Self {
            beginning: HashMap::new(),
            any: vec![false; 1 << 16],
        };
        for needle in needles {
            for spelling in needle.spellings() {
                let start = [spelling[0], spelling[1]];
                let found = search.beginning.entry(start).or_default();
                found.push((spelling, needle));
                search.any[usize::from(u16::from_be_bytes(start))] = true;
            }
        }
        search
    }

    fn first_in(&self, bytes: &[u8]) -> Option<&'a Needle> {
        let pairs = bytes.windows(2).enumerate();
        let possible =
            pairs.filter(|(_, pair)| self.any[usize::from(u16::from_be_bytes([pair[0], pair[1]]))]);
        possible
            .flat_map(|(at, pair)| {
                let spellings = &self.beginning[&[pair[0], pair[1]]];
                spellings.iter().map(move |found| (at, found))
            })
            .find(|(at, (spelling, _))| bytes[*at..].starts_with(spelling))
            .map(|(_, (_, needle))| *needle)
    }
}

/// The secret of each link, and whatever tells an e-mail address.
pub(super) fn of_invitations(people: &[Invited], emails: &[String]) -> Vec<Needle> {
    let mut needles = Vec::new();
    for person in people {
        let link: Link = person.link.parse().unwrap();
        let seed = link.invitation.unwrap().seed().clone();
        needles.push(secret(&format!("link of {}", person.label), &seed[..], &[]));
    }
    let emails = emails
        .iter()
        .map(|email| Needle::text("an address", email, &[]));
    needles.extend(emails);
    needles
}

/// A number that somebody has submitted, as bytes in both orders and as people write it.
pub(super) fn of_value(value: u64) -> Vec<Needle> {
    let decimal = value.to_string();
    let groups = decimal.as_bytes().rchunks(3).rev();
    let groups: Vec<&str> = groups.map(|group| str::from_utf8(group).unwrap()).collect();
    vec![
        number("a value", &value.to_be_bytes(), &[]),
        secret("a value", &value.to_le_bytes(), &[]),
        Needle::text("a value", &groups.join(","), &[]),
    ]
}

/// The key of a party.
pub(super) fn of_receipt(path: &Path) -> Needle {
    let stored = receipt::read(path).unwrap();
    secret("a party's key", &stored.keys.seed()[..], &[])
}

/// Both secret keys of a compute party.
pub(super) fn of_identity<R: Role>(whose: &str, identity: &Identity<R>) -> Vec<Needle> {
    let (boxes, signing) = (&identity.boxes, &identity.signing);
    vec![
        secret(&format!("{whose} box key"), &boxes.secret()[..], &[]),
        secret(&format!("{whose} signing key"), &signing.seed()[..], &[]),
    ]
}

/// What both compute parties use to verify the proofs of a computation, and parties never learn.
pub(super) fn of_verify_key(analyst: &Identity<Analyst>, terms: &Terms) -> Needle {
    let nonce = terms.manifest.nonce;
    let key = hmac_sha256(analyst.boxes.secret(), Tag::VERIFY_KEY, &[nonce.as_bytes()]);
    secret("the verify key", &key[..], &[])
}

/// The keys in a file of one of the compute parties.
pub(super) fn identity<R: Role>(path: &Path) -> Identity<R> {
    keyfile::load(path).unwrap().unwrap().identity
}

/// A copy of a database with the boxes of its submissions.
pub(super) struct Boxes(Vec<[Vec<u8>; 2]>);

/// Bytes before a share in what is sealed: tag and role, fingerprint, party key, submission id, hash
/// of the public part, cohort; and to the server sequence number and hash of the analyst's box.
const ANALYST_HEADER: usize = 23 + 32 + 32 + 16 + 32 + 4;
const SERVER_HEADER: usize = ANALYST_HEADER + 8 + 32;

impl Boxes {
    pub(super) fn read(folder: &Path) -> Self {
        let database = Connection::open(folder.join("web-mpc.db")).unwrap();
        let select = "SELECT server_box, analyst_box FROM submission WHERE current = 1";
        let mut statement = database.prepare(select).unwrap();
        let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?]));
        let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
        assert!(rows.len() > 10, "there is something to look for");
        Self(rows)
    }

    /// The key with which the server's half of this computation opens, as long as it is there.
    pub(super) fn key(folder: &Path, terms: &Terms) -> Option<BoxKeyPair<Server>> {
        let key = terms.manifest.server.computation_key.box_key;
        let keys = ComputationKeys::beside(&folder.join("server-keys.json"));
        keys.load(&terms.fingerprint, &key).ok()
    }

    /// How many of the server's boxes a key opens.
    pub(super) fn opened_by(&self, key: &BoxKeyPair<Server>) -> usize {
        let opened = self.0.iter().filter(|boxes| key.open(&boxes[0]).is_some());
        opened.count()
    }

    /// The shares of both halves, as they are never to be found anywhere.
    pub(super) fn shares(
        &self,
        server: &BoxKeyPair<Server>,
        analyst: &BoxKeyPair<Analyst>,
    ) -> Vec<Needle> {
        let opened = self.0.iter().flat_map(|[of_server, of_analyst]| {
            [
                ("a server's share", server.open(of_server), SERVER_HEADER),
                (
                    "an analyst's share",
                    analyst.open(of_analyst),
                    ANALYST_HEADER,
                ),
            ]
        });
        opened
            .flat_map(|(name, plain, header)| {
                let plain = plain.unwrap();
                let share = &plain[header..];
                // Whoever writes it down begins or ends with one of these.
                let ends = [&share[..48], &share[share.len() - 48..]];
                ends.map(|end| secret(name, end, &[]))
            })
            .collect()
    }

    /// The boxes themselves, as they are not to be found any more.
    pub(super) fn sealed(&self) -> Vec<Needle> {
        let all = self.0.iter().flatten();
        all.map(|sealed| secret("a box", &sealed[..48], &[]))
            .collect()
    }
}

/// All secret keys that are left of both compute parties open nothing of a server's half.
pub(super) fn opens_nothing(backup: &Boxes, server: &Path, analyst: &Path) {
    let own = identity::<Server>(&server.join("server-keys.json")).boxes;
    assert_eq!(backup.opened_by(&own), 0);
    let analyst = identity::<Analyst>(&analyst.join("keys.json")).boxes;
    let as_servers = BoxKeyPair::<Server>::from_secret(analyst.secret().clone());
    assert_eq!(backup.opened_by(&as_servers), 0);
    let folder = server.join("server-keys.json.d");
    let left = fs::read_dir(folder).map_or(0, Iterator::count);
    assert_eq!(left, 0, "a key of the purged computation is left");
}
