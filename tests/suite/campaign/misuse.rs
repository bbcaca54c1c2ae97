//! Ways to use a collection wrongly. Each is told apart by its code and its message, says what helps
//! and ends with one of the five exit codes: `misuse.txt` has all of it to the letter.
//!
//! `WEB_MPC_BLESS=1` writes the file anew, to be read before it is committed.

#[path = "misuse/cases.rs"]
mod cases;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::harness::Launch;
use super::{Collection, Invited};

const SNAPSHOT: &str = include_str!("misuse.txt");

/// Done, failed, usage, unreachable, not ready.
const EXIT_CODES: [i32; 5] = [0, 1, 2, 69, 75];

/// Fewest ways with a code of their own.
const CASES: usize = 40;

const FORM: &str = r#"{
  "title": "Hours",
  "questions": [{"id": "hours", "text": "Hours", "answer": {"number": {
    "min": 0, "max": 80, "statistics": ["sum"]}}}],
  "cohorts": [{"id": "branch", "title": "Branch", "options": ["North", "South"]}],
  "minimum": {"parties": 3, "cohort": 3}
}"#;

/// What was tried so far.
struct Book {
    text: String,
    /// What is different in every run, and what stands for it.
    masks: Vec<(String, String)>,
    told: BTreeSet<(String, String)>,
    codes: BTreeSet<String>,
    cases: usize,
    /// What is not as it should be.
    wrong: Vec<String>,
}

impl Book {
    fn mask(&mut self, varying: &str, name: &str) {
        self.masks.push((varying.to_owned(), name.to_owned()));
    }

    /// Tries something twice: as a person does, for what it says, and as a program does, for the
    /// code. What the first try leaves behind must not matter to the second.
    fn tried(&mut self, what: &str, args: &str, launch: impl Fn(&str) -> Launch) {
        let plain = launch("").run();
        let coded = launch("--json").run();
        let code = plain.code.unwrap();
        if !EXIT_CODES.contains(&code) || coded.code != plain.code {
            self.wrong
                .push(format!("{what} ends in two ways: {plain}{coded}"));
        }
        let mut lines = coded
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let error = lines.rfind(|event: &Value| event["event"] == "error");
        // What is wrong with the arguments themselves is told before anything reads --json.
        let name = error.as_ref().and_then(|error| error["code"].as_str());
        let name = name
            .unwrap_or(if code == 0 { "none" } else { "usage" })
            .to_owned();
        let (stdout, stderr) = (self.plain(&plain.stdout), self.plain(&plain.stderr));
        if code != 0 {
            let helps = ["hint: ", "For more information"];
            if !helps.iter().any(|help| stderr.contains(help)) {
                self.wrong.push(format!("{what} has no hint: {plain}"));
            }
            if !self.told.insert((name.clone(), stderr.clone())) {
                self.wrong
                    .push(format!("{what} is told as another case is: {plain}"));
            }
        }
        let args = self.plain(args);
        writeln!(
            self.text,
            "== {what}\n$ {args}\ncode {name}, exit {code}\n{stdout}{stderr}"
        )
        .unwrap();
        self.codes.insert(name);
        self.cases += 1;
    }

    /// A text without what is different in every run.
    fn plain(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (varying, name) in &self.masks {
            text = text.replace(varying, name);
        }
        without_ids(&text)
    }
}

/// Longer words of base64url are keys, fingerprints and signatures, whole or cut off.
fn without_ids(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let mut plain = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        plain.push_str(if word.len() >= 30 { "ID" } else { word });
        let next = after.chars().next().map_or(0, char::len_utf8);
        plain.push_str(&after[..next]);
        rest = &after[next..];
    }
    plain
}

struct World {
    collection: Collection,
    book: Book,
    people: Vec<Invited>,
}

#[test]
fn forty_ways_to_do_it_wrong() {
    let mut world = World::new();
    world.inviting();
    world.tables();
    world.links();
    world.devices();
    world.states();
    world.afterwards();
    let Book {
        text,
        codes,
        cases,
        wrong,
        ..
    } = world.book;
    if std::env::var_os("WEB_MPC_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/campaign/misuse.txt");
        fs::write(path, &text).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= CASES, "{cases} cases");
    // Others beside them are told apart by their text alone, such as what is wrong in a table.
    assert!(codes.len() >= CASES, "{} codes: {codes:?}", codes.len());
    for code in [
        "computation_open",
        "too_many_invitations",
        "invitation_required",
        "invitation_unexpected",
        "invitation_unknown",
        "invitation_invalid",
        "invitation_revoked",
        "invitation_expired",
        "invitation_in_use",
        "takeover_waiting",
        "cohort_fixed",
        "takeover_refused",
        "link_invalid",
        "not_open",
        "too_early",
        "closed_by_date",
    ] {
        assert!(codes.contains(code), "nobody was told {code}");
    }
    if std::env::var_os("WEB_MPC_BLESS").is_none() {
        for (told, expected) in text.split("== ").zip(SNAPSHOT.split("== ")) {
            assert_eq!(told, expected);
        }
        assert_eq!(text, SNAPSHOT);
    }
}

impl World {
    fn new() -> Self {
        // A finer grain, so that times that are left are whole hours.
        let numbers = ["--max-parties", "6", "--min-parties", "2"];
        let settings = [&numbers[..], &["--time-grain", "1s"]].concat();
        let files = [("form.json", FORM)];
        let mut collection = Collection::open(&[], &settings, &files);
        let book = Book {
            text: String::new(),
            masks: Vec::new(),
            told: BTreeSet::new(),
            codes: BTreeSet::new(),
            cases: 0,
            wrong: Vec::new(),
        };
        collection.analyst(&["--computation", "open"]).exits(0);
        let hours = ["--computation", "hours", "--form", "form.json"];
        let invited = ["--access", "invited"];
        collection
            .analyst(&[&hours[..], &invited].concat())
            .exits(0);
        let mut world = Self {
            collection,
            book,
            people: Vec::new(),
        };
        let (url, address) = (
            &world.collection.server.url,
            world.collection.server.address,
        );
        world.book.mask(&url.replace("ws", "http"), "http://SERVER");
        world.book.mask(&address.to_string(), "SERVER");
        world
    }

    /// A command of the analyst, in UTC.
    fn analyst(&mut self, what: &str, args: &[&str]) {
        let url = self.collection.server.url.clone();
        let place = &self.collection.place;
        let launch = |json: &str| {
            let launch = place.analyst(&url).env("TZ", "UTC").args(args);
            launch.args(Some(json).filter(|json| !json.is_empty()))
        };
        self.book
            .tried(what, &format!("analyst {}", args.join(" ")), launch);
    }

    /// A command of an input party on a new device; `RECEIPT` is another file for each try.
    fn party(&mut self, what: &str, args: &[&str]) {
        let number = self.book.cases;
        let receipts = ["", "--json"].map(|json| format!("{number}{json}.json"));
        self.book.mask(&receipts[0], "RECEIPT");
        self.device("party", what, args, &receipts);
        self.book.masks.pop();
    }

    /// A command on a device that there is, with its receipt.
    fn device_of(&mut self, name: &str, what: &str, args: &[&str]) {
        self.device(
            name,
            what,
            args,
            &["mine.json", "mine.json"].map(str::to_owned),
        );
    }

    fn device(&mut self, name: &str, what: &str, args: &[&str], receipts: &[String; 2]) {
        let place = &self.collection.place;
        let launch = |json: &str| {
            let receipt = &receipts[usize::from(!json.is_empty())];
            let args = args.iter().map(|arg| arg.replace("RECEIPT", receipt));
            let launch = Launch::input_party(&place.folder(name)).env("TZ", "UTC");
            launch
                .args(args)
                .args(Some(json).filter(|json| !json.is_empty()))
        };
        self.book
            .tried(what, &format!("input-party {}", args.join(" ")), launch);
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.collection.desk().join(name), content).unwrap();
    }
}
