//! Ways to use a collection wrongly. Each is told apart by its code and its message, says what helps
//! and ends with one of the five exit codes: `misuse.txt` has all of it to the letter.
//!
//! `WEB_MPC_BLESS=1` writes the file anew, to be read before it is committed.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::super::harness::{Launch, free_address};
use super::{Collection, Invited, read_mailing};

const SNAPSHOT: &str = include_str!("misuse.txt");

/// Done, failed, usage, unreachable, not ready.
const EXIT_CODES: [i32; 5] = [0, 1, 2, 69, 75];

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
    assert!(cases >= 40, "{cases} cases");
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

    /// Before anybody is invited.
    fn inviting(&mut self) {
        self.analyst("nobody is invited yet", &["invitations"]);
        let there = ["--computation", "nowhere", "invite", "--count", "1"];
        self.analyst("a computation that is not there", &there);
        let open = ["--computation", "open", "invite", "--count", "1"];
        self.analyst("a computation that is open to all", &open);
        let keys = ["--keys", "stranger.json", "invite", "--count", "1"];
        self.collection
            .analyst(&["--keys", "stranger.json", "keys", "show"])
            .exits(0);
        self.analyst("another analyst's keys", &keys);
        self.analyst("more than may take part", &["invite", "--count", "7"]);
        self.analyst("neither a number nor a table", &["invite"]);
        let nonsense = ["invite", "--count", "1", "--expires", "soon"];
        self.analyst("an expiry that is no date", &nonsense);
        let over = ["invite", "--count", "1", "--expires", "2001-01-01"];
        self.analyst("an expiry that is over, or a clock that is wrong", &over);
        self.write("no-link.txt", "Dear {label}, take part!\n");
        let message = ["invite", "--count", "1", "--message", "no-link.txt"];
        self.analyst("a message without the link", &message);
        self.write("name.txt", "Dear {name}, take part: {link}\n");
        let message = ["invite", "--count", "1", "--message", "name.txt"];
        self.analyst("a message with an unknown placeholder", &message);
        self.write("there.csv", "");
        let file = ["invite", "--count", "1", "--out", "there.csv"];
        self.analyst("a file that is there already", &file);
        let labels = ["--computation", "new", "--tracking", "labels"];
        self.analyst("labels without invitations", &labels);
        let parties = ["--computation", "new", "--publish", "parties"];
        self.analyst("a result for parties without invitations", &parties);
        self.analyst(
            "another policy than it was opened with",
            &["--access", "open"],
        );
    }

    /// What can be wrong with a table of people.
    fn tables(&mut self) {
        self.analyst(
            "a table that is not there",
            &["invite", "--roster", "none.csv"],
        );
        for (what, content) in [
            ("a table of nobody", &b"label,email\n"[..]),
            ("duplicate labels", b"label\nAcme\nBolt\nacme \n"),
            ("a column that is not known", b"label,phone\nAcme,1\n"),
            ("an address that is none", b"label,email\nAcme,acme\n"),
            ("an address that is a formula", b"email\n=1+1@x.example\n"),
            ("a line that is not whole", b"label,email\nAcme\n"),
            ("a quotation mark that is not closed", b"label\n\"Acme\n"),
            ("text that is not UTF-8", b"label\nM\xFCller\n"),
            ("a workbook", b"PK\x03\x04"),
        ] {
            self.write("people.csv", content);
            self.analyst(what, &["invite", "--roster", "people.csv"]);
        }
        self.write("people.csv", vec![b'\n'; 16_000_001]);
        self.analyst("an oversize table", &["invite", "--roster", "people.csv"]);
        self.write("people.csv", "label,branch\nAcme,West\n");
        let hours = ["--computation", "hours", "invite", "--roster", "people.csv"];
        self.analyst("a cohort that the form does not have", &hours);
        // A label may look like a formula; the cell in the table is none.
        self.people = self.collection.invite("label\n=1+1\nBolt\nCoil\n", &[]);
        assert_eq!(self.people[0].label, "'=1+1");
        self.write("people.csv", "label\nbolt\n");
        self.analyst(
            "a label that is taken",
            &["invite", "--roster", "people.csv"],
        );
        self.analyst("a label that nobody has", &["revoke", "Bolt", "Acme"]);
    }

    /// What can be wrong with a link.
    fn links(&mut self) {
        for (number, person) in self.people.clone().into_iter().enumerate() {
            self.book.mask(&person.link, &format!("LINK-{number}"));
        }
        let link = self.people[1].link.clone();
        let (head, secret) = link.rsplit_once('.').unwrap();
        self.party(
            "a link that was cut off",
            &["--link", &link[..link.len() - 4], "42"],
        );
        let half = link.split_once('#').unwrap().0;
        self.party("half a link", &["--link", half, "42"]);
        let page = link.replacen("/#", "/page#", 1);
        self.party("a link to a page", &["--link", &page, "42"]);
        let ftp = link.replacen("http", "ftp", 1);
        self.party("a link of another kind", &["--link", &ftp, "42"]);
        let first = if secret.starts_with('A') { "B" } else { "A" };
        let wrong = format!("{head}.{first}{}", &secret[1..]);
        let receipt = ["--receipt", "RECEIPT"];
        self.party(
            "a link with a wrong secret",
            &[&["--link", &wrong], &receipt[..], &["42"]].concat(),
        );
        let name = head.split_once('#').unwrap().1.split_once('.').unwrap().0;
        let other = link.replacen(&format!("#{name}."), &format!("#{name}.A"), 1);
        self.party(
            "a link with a fingerprint that is too long",
            &["--link", &other, "42"],
        );
        let server = self.collection.server.url.clone();
        let none = ["--server", &server, "42"];
        self.party("no link where one is needed", &none);
        let insisting = ["--link", &link, "--min-parties", "3", "42"];
        self.party("a party that wants more parties", &insisting);
        let pinned = ["--link", &link, "--fingerprint", &"A".repeat(43), "42"];
        self.party("a link and another fingerprint", &pinned);
        let away = free_address();
        let moved = super::by_way_of(&link, &format!("ws://{away}"));
        self.book.mask(&away.to_string(), "ELSEWHERE");
        self.party(
            "a server that is away",
            &["--link", &moved, "--wait", "0", "42"],
        );
        self.party("a value that is none", &["--link", &link, "forty-two"]);
    }

    /// What can be wrong with who uses a link, and when.
    fn devices(&mut self) {
        let link = self.people[1].link.clone();
        let submit = |collection: &Collection, name: &str, link: &str, value: &str| {
            let args = ["--link", link, "--receipt", "mine.json", value];
            collection.device(name).args(args).run()
        };
        submit(&self.collection, "first", &link, "42").exits(0);
        let again = ["--link", &link, "--receipt", "RECEIPT", "43"];
        self.party("a link that another device has used", &again);
        let waiting = submit(&self.collection, "second", &link, "43").exits(1);
        drop(waiting);
        let receipt = ["--receipt", "RECEIPT"];
        let take = [&["--link", &link, "--take-over"], &receipt[..], &["43"]].concat();
        self.device_of(
            "second",
            "another device's place, without its consent",
            &take,
        );
        let take = ["--link", &link, "--take-over", "--receipt", "RECEIPT", "43"];
        self.party("a third device, while the second one waits", &take);
        let key = "A".repeat(43);
        let first = self.collection.device("first");
        let released = first.args(["release", "mine.json", &key]).run().exits(0);
        let consent = released.stdout.trim().to_owned();
        let args = ["--receipt", "RECEIPT", "--release", &consent];
        self.device_of("second", "a consent for another device", &args);
        let args = ["--receipt", "RECEIPT", "--release", &consent[..100]];
        self.device_of("second", "a consent that was cut off", &args);
        let args = ["release", "RECEIPT", &consent[..43]];
        self.device_of("first", "a consent for the device itself", &args);
        let other = self.people[0].link.clone();
        let args = ["--link", &other, "--receipt", "RECEIPT", "1"];
        self.device_of("first", "a receipt of another invitation", &args);
        let args = ["--computation", "open", "--receipt", "RECEIPT", "1"];
        self.device_of("first", "a receipt of another computation", &args);

        let soon = jiff::Timestamp::now().as_second() + 5;
        let expires = jiff::Timestamp::from_second(soon).unwrap();
        let date = expires.to_string();
        let late = self
            .collection
            .invite("label\nDyne\n", &["--expires", &date]);
        while jiff::Timestamp::now() <= expires {
            thread::sleep(Duration::from_millis(50));
        }
        self.book.mask(&late[0].link, "LINK-expired");
        let args = ["--link", &late[0].link, "--receipt", "RECEIPT", "42"];
        self.party("an expired link", &args);
        let revoked = self.people[2].clone();
        self.collection
            .analyst(&["revoke", &revoked.label])
            .exits(0);
        let args = ["--link", &revoked.link, "--receipt", "RECEIPT", "42"];
        self.party("a revoked link", &args);
        let status = ["--computation", "open", "status", "--json"];
        let status = self.collection.analyst(&status).exits(0);
        let status: Value = serde_json::from_str(status.stdout.lines().next().unwrap()).unwrap();
        let (origin, fragment) = link.split_once("/#").unwrap();
        let secret = fragment.rsplit_once('.').unwrap().1;
        let open = status["fingerprint"].as_str().unwrap();
        let open = format!("{origin}/#open.{open}.{secret}");
        self.book.mask(secret, "SECRET");
        self.party(
            "a link's secret where everybody may submit",
            &["--link", &open, "42"],
        );

        self.collection
            .analyst(&["--computation", "hours", "--form", "form.json"])
            .exits(0);
        fs::write(
            self.collection.desk().join("north.csv"),
            "label,branch\nAcme,North\n",
        )
        .unwrap();
        let invite = [
            "--computation",
            "hours",
            "invite",
            "--roster",
            "north.csv",
            "--out",
            "north-links.csv",
        ];
        self.collection.analyst(&invite).exits(0);
        let north = read_mailing(&self.collection.desk().join("north-links.csv"));
        self.book.mask(&north[0].link, "LINK-north");
        let answers = r#"{"cohorts": {"branch": "South"}, "questions": {"hours": 40}}"#;
        fs::write(
            self.collection.place.folder("party").join("answers.json"),
            answers,
        )
        .unwrap();
        let args = [
            "--link",
            &north[0].link,
            "--receipt",
            "RECEIPT",
            "--answers",
            "answers.json",
            "--yes",
        ];
        self.party("another cohort than the link's", &args);
        let args = ["--link", &north[0].link, "--receipt", "RECEIPT", "40"];
        self.party("a number where a form is asked", &args);
    }

    /// While the collection takes nothing.
    fn states(&mut self) {
        let link = self.people[0].link.clone();
        let submit = ["--link", &link, "--receipt", "RECEIPT", "42"];
        self.collection.analyst(&["pause"]).exits(0);
        self.party("while it is paused", &submit);
        self.collection.analyst(&["close"]).exits(0);
        self.party("when it is closed", &submit);
        self.collection.analyst(&["resume"]).exits(0);
        let far = "2099-01-01T00:00:00Z";
        self.collection
            .analyst(&["schedule", "--opens-at", far])
            .exits(0);
        self.party("too early", &submit);
        let over = ["--opens-at", "none", "--closes-at", "2020-01-01T00:00:00Z"];
        self.collection
            .analyst(&[&["schedule"], &over[..]].concat())
            .exits(0);
        self.party("too late", &submit);
        let none = ["--opens-at", "none", "--closes-at", "none"];
        self.collection
            .analyst(&[&["schedule"], &none[..]].concat())
            .exits(0);
        self.analyst("a reveal of too few", &["reveal"]);
        self.device_of(
            "first",
            "a look at the result too early",
            &["verify", "RECEIPT"],
        );
    }

    /// When it is over.
    fn afterwards(&mut self) {
        let link = self.people[0].link.clone();
        let args = ["--link", &link, "--receipt", "mine.json", "8"];
        self.collection.device("other").args(args).run().exits(0);
        self.collection.analyst(&["reveal"]).exits(0);
        self.analyst("an invitation when it is over", &["invite", "--count", "1"]);
        self.analyst("a revocation when it is over", &["revoke", "Bolt"]);
        self.analyst("a second reveal", &["reveal"]);
        self.device_of(
            "first",
            "a correction when it is over",
            &["--receipt", "RECEIPT", "43"],
        );
        let device = self.collection.device("first");
        drop(device.args(["--receipt", "mine.json", "43"]).run());
        self.device_of(
            "other",
            "a withdrawal when it is over",
            &["withdraw", "RECEIPT"],
        );
        self.device_of(
            "second",
            "what never took the other device's place",
            &["verify", "RECEIPT"],
        );
    }
}
