//! What a server's files and logs, and everything that the analyst is told, may not hold.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use web_mpc::crypto::{Analyst, BoxKeyPair, Server};
use web_mpc::files::computation_keys::ComputationKeys;
use web_mpc::files::{keyfile, receipt};
use web_mpc::invitation::{Link, key_of};
use web_mpc::manifest::Terms;

use super::super::harness::{Finished, Said};
use super::super::secrecy::find;
use super::super::secrecy::needles::{Needle, number, secret};
use super::super::wire::{Direction, Seen};
use super::Invited;

/// Files and logs of a server, at some moment.
#[derive(Default)]
pub(super) struct Artifacts(Vec<(String, Vec<u8>)>);

impl Artifacts {
    /// What a server said until it was killed.
    pub(super) fn log(&mut self, said: &Said) {
        for (stream, lines) in [("stdout", &said.out), ("stderr", &said.err)] {
            let name = format!("{stream} {}", self.0.len());
            self.0.push((name, lines.concat().into_bytes()));
        }
    }

    /// Its database, as it lies on the disk.
    pub(super) fn database(&mut self, folder: &Path) {
        for name in ["web-mpc.db", "web-mpc.db-wal", "web-mpc.db-shm"] {
            if let Ok(bytes) = fs::read(folder.join(name)) {
                self.0.push((format!("{name} {}", self.0.len()), bytes));
            }
        }
    }

    /// Everything that the analyst was told and has said.
    pub(super) fn transcript(&mut self, frames: &[Seen], said: &[Finished]) {
        for frame in frames {
            self.0.push((frame.name.clone(), frame.payload.clone()));
        }
        for finished in said {
            let text = format!("{}{}", finished.stdout, finished.stderr);
            self.0.push(("analyst".to_owned(), text.into_bytes()));
        }
    }

    /// That none of them holds one of these.
    pub(super) fn hold_none_of(&self, needles: &[Needle]) {
        let search = Search::new(needles);
        let mut wrong = Vec::new();
        for (name, bytes) in &self.0 {
            let found = search.first_in(bytes);
            wrong.extend(found.map(|needle| format!("{} in {name}", needle.name)));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Whether one of them holds a text: shows that there is something to be searched.
    pub(super) fn hold(&self, text: &str) -> bool {
        self.0.iter().any(|(_, bytes)| find(bytes, text.as_bytes()))
    }
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

/// A number that somebody has submitted.
pub(super) fn of_value(value: u64) -> Needle {
    number("a value", &value.to_be_bytes(), &[])
}

/// The key of a party.
pub(super) fn of_receipt(path: &Path) -> Needle {
    let stored = receipt::read(path).unwrap();
    secret("a party's key", &stored.keys.seed()[..], &[])
}

/// Whatever names a submission: party keys and ids.
pub(super) struct Names(Vec<Vec<u8>>);

impl Names {
    /// From a server's database.
    pub(super) fn read(folder: &Path) -> Self {
        let database = Connection::open(folder.join("web-mpc.db")).unwrap();
        let select = "SELECT party_key, submission_id FROM submission";
        let mut statement = database.prepare(select).unwrap();
        let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?]));
        let rows: Vec<[Vec<u8>; 2]> = rows.unwrap().map(Result::unwrap).collect();
        assert!(rows.len() > 10, "there is something to look for");
        Self(rows.concat())
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|name| {
            let text = data_encoding::BASE64URL_NOPAD.encode(name);
            find(bytes, name) || find(bytes, text.as_bytes())
        })
    }
}

/// Nothing that the analyst is told ties an invitation to a submission or to a time finer than the
/// grain, in seconds.
pub(super) fn ties_nothing(
    frames: &[Seen],
    said: &[Finished],
    people: &[Invited],
    names: &Names,
    grain: u64,
) {
    let keys: Vec<String> = people
        .iter()
        .map(|person| person.link.parse::<Link>().unwrap())
        .map(|link| key_of(&link.invitation.unwrap()).to_string())
        .collect();
    let told = frames
        .iter()
        .filter(|frame| frame.direction == Direction::ToAnalyst);
    let told: Vec<&Seen> = told.collect();
    let frozen = told.iter().position(|frame| frame.name == "frozen");
    let frozen = frozen.expect("a freeze");
    assert!(
        told.iter().any(|frame| frame.name == "roster"),
        "invitations were shown"
    );
    assert!(
        told.iter().any(|frame| frame.name == "page"),
        "submissions were shown"
    );
    for (place, frame) in told.iter().enumerate() {
        let submissions = names.is_in(&frame.payload);
        assert!(
            !submissions || place > frozen,
            "a {} names a submission before the freeze",
            frame.name
        );
        let invitations = people
            .iter()
            .map(|person| &person.label)
            .chain(&keys)
            .any(|name| find(&frame.payload, name.as_bytes()));
        assert!(
            !(submissions && invitations),
            "a {} names an invitation and a submission",
            frame.name
        );
        if let Ok(message) = serde_json::from_slice::<Value>(&frame.payload) {
            no_finer(&message, grain, &frame.name);
        }
    }
    for finished in said {
        let text = format!("{}{}", finished.stdout, finished.stderr);
        assert!(!names.is_in(text.as_bytes()), "{finished}");
    }
}

/// What may be a moment of these years is a multiple of the grain.
fn no_finer(value: &Value, grain: u64, name: &str) {
    const YEARS: std::ops::Range<u64> = 1_600_000_000..4_000_000_000;
    match value {
        Value::Number(number) => {
            let moment = number.as_u64().filter(|number| YEARS.contains(number));
            let coarse = moment.is_none_or(|moment| moment.is_multiple_of(grain));
            assert!(coarse, "a {name} tells the moment {number}");
        }
        Value::Array(values) => values.iter().for_each(|value| no_finer(value, grain, name)),
        Value::Object(members) => members
            .values()
            .for_each(|value| no_finer(value, grain, name)),
        _ => {}
    }
}

/// A copy of a database with the boxes of its submissions.
pub(super) struct Boxes(Vec<[Vec<u8>; 2]>);

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

    /// The shares of the server's half, as they are never to be found anywhere.
    pub(super) fn shares(&self, key: &BoxKeyPair<Server>) -> Vec<Needle> {
        let opened = self.0.iter().map(|boxes| key.open(&boxes[0]).unwrap());
        opened
            .map(|plain| secret("a share", &plain[plain.len() - 48..], &[]))
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
    let own = keyfile::load::<Server>(&server.join("server-keys.json"));
    let own = own.unwrap().unwrap().identity.boxes;
    assert_eq!(backup.opened_by(&own), 0);
    let analyst = keyfile::load::<Analyst>(&analyst.join("keys.json"));
    let analyst = analyst.unwrap().unwrap().identity.boxes;
    let as_servers = BoxKeyPair::<Server>::from_secret(analyst.secret().clone());
    assert_eq!(backup.opened_by(&as_servers), 0);
    let folder = server.join("server-keys.json.d");
    let left = fs::read_dir(folder).map_or(0, Iterator::count);
    assert_eq!(left, 0, "a key of the purged computation is left");
}
