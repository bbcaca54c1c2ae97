//! A whole collection: people are invited from a table, most submit, some correct, are interrupted,
//! withdraw or change devices, the server is killed in between, and what comes out is the plain
//! computation over the versions that count.

#[path = "story/secrets.rs"]
mod secrets;

use std::fmt::Write;
use std::fs;
use std::sync::mpsc;

use serde_json::Value;
use web_mpc::form::report::Report;
use web_mpc::form::{Answers, Form};

use super::super::forms::plain;
use super::super::harness::{Finished, Process};
use super::super::webhooks::receiver::Receiver;
use super::super::wire::{Direction, Proxy, Trigger, When, Which};
use super::secrecy::Artifacts;
use super::{Collection, Invited};

const FORM: &str = r#"{
  "title": "Hours",
  "questions": [
    {"id": "hours", "text": "Hours a year", "answer": {"number": {
      "min": 0, "max": 999999999999, "statistics": ["count", "sum", "mean"]}}}
  ],
  "cohorts": [{"id": "branch", "title": "Branch", "options": ["North", "South"]}],
  "minimum": {"parties": 3, "cohort": 3}
}"#;

const INVITED: usize = 40;
const SUBMIT: usize = 35;
const CORRECT: usize = 10;
/// Of those who correct.
const CHANGE_COHORT: usize = 3;
const WITHDRAW: usize = 2;
/// How often the server is killed and started again.
const RESTARTS: usize = 5;

/// In what steps of time the analyst sees who has submitted, in seconds: so short that there are
/// several in the story, and so long that most moments are not at the beginning of one.
const GRAIN: u64 = 3;

/// Corrections that are cut off: by where, and whether the party finishes them later.
const INTERRUPTED: [(Direction, &str, bool); 4] = [
    (Direction::ToServer, "submit", false),
    (Direction::ToServer, "submit", true),
    (Direction::ToAnalyst, "receipt", false),
    (Direction::ToAnalyst, "receipt", true),
];

/// What `verify` says of a device's receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Counted,
    Withdrawn,
    /// Another device of the same party took its place.
    Replaced,
}

/// A device that submitted, with the answers of its party that count.
struct Device {
    name: String,
    answers: String,
    fate: Fate,
}

struct Story {
    collection: Collection,
    /// Reads along with the analyst.
    proxy: Proxy,
    /// Is told of what happens.
    receiver: Receiver,
    /// The analyst's `status --watch`, until the freeze.
    watch: Option<Process>,
    artifacts: Artifacts,
    emails: Vec<String>,
    people: Vec<Invited>,
    devices: Vec<Device>,
    /// How many answers were made up.
    made: u64,
    restarts: usize,
}

#[test]
fn what_counts_is_counted_once_and_every_receipt_says_what_became_of_it() {
    let mut story = Story::begin();
    story.submit();
    story.correct();
    story.interrupt();
    story.withdraw();
    story.revoke();
    story.change_device();
    story.reveal();
    story.verify();
    story.keep_secrets();
}

impl Story {
    fn begin() -> Self {
        let grain = format!("{GRAIN}s");
        let form = ["--form", "form.json"];
        let policy = ["--tracking", "labels", "--time-grain", &grain];
        let settings = [&form[..], &policy].concat();
        let files = [("form.json", FORM)];
        let (mut collection, proxy, receiver) = Collection::watched(&settings, &files);
        let emails = (0..INVITED).map(|number| format!("canary{number}@firm.example"));
        let emails: Vec<String> = emails.collect();
        let mut roster = "label,email,branch\n".to_owned();
        for (number, email) in emails.iter().enumerate() {
            // The first few have no choice.
            let branch = ["North", "South", "North", "South"].get(number);
            let branch = branch.copied().unwrap_or_default();
            writeln!(roster, "Firm {number:02},{email},{branch}").unwrap();
        }
        // Parties do not come by way of the one who reads along.
        let url = collection.server.url.clone();
        let people = collection.invite(&roster, &["--url", &url]);
        assert_eq!(people.len(), INVITED);
        let watch = collection.start_analyst(&["--json", "status", "--watch"]);
        watch.out("\"submissions\"");
        Self {
            proxy,
            receiver,
            watch: Some(watch),
            artifacts: Artifacts::default(),
            emails,
            collection,
            people,
            devices: Vec::new(),
            made: 0,
            restarts: 0,
        }
    }

    /// A number that appears nowhere by chance.
    fn hours(made: u64) -> u64 {
        517_203_900_000 + made * 7_919_333
    }

    /// Answers that nobody else gives.
    fn answers(&mut self, branch: &str) -> String {
        self.made += 1;
        let hours = Self::hours(self.made);
        format!(r#"{{"cohorts":{{"branch":"{branch}"}},"questions":{{"hours":{hours}}}}}"#)
    }

    /// Runs a party's program to its end.
    fn party(&mut self, launch: super::Launch) -> Finished {
        let finished = launch.run();
        self.artifacts.finished("party", &finished);
        finished
    }

    /// Waits until the analyst sees that on its screen.
    fn until_seen(&self, what: &str, seen: impl Fn(&Value) -> bool) {
        let watch = self.watch.as_ref().unwrap();
        watch.until(what, |said| {
            let events = said
                .out
                .iter()
                .map(|line| serde_json::from_str(line).unwrap());
            let mut tracked = events.filter(|event: &Value| event["event"] == "tracked");
            tracked.any(|event| seen(&event)).then_some(())
        });
    }

    /// Prepares a party's program on one of its devices with what is to be sent.
    fn send(&self, device: &str, answers: &str, args: &[&str]) -> super::Launch {
        let folder = self.collection.place.folder(device);
        fs::write(folder.join("answers.json"), answers).unwrap();
        let base = [
            "--receipt",
            "mine.json",
            "--answers",
            "answers.json",
            "--yes",
        ];
        self.collection.device(device).args(base).args(args)
    }

    fn restart(&mut self) {
        if self.restarts < RESTARTS {
            self.restarts += 1;
            self.look();
            self.collection.server.restart();
        }
    }

    /// Kills the server, and keeps what it has said and written.
    fn look(&mut self) {
        let said = self.collection.server.kill();
        self.artifacts.log("server", &said);
        let folder = self.collection.place.folder("server");
        self.artifacts.database(&folder);
    }

    fn submit(&mut self) {
        for number in 0..SUBMIT {
            let branch = if number % 2 == 0 { "North" } else { "South" };
            let answers = self.answers(branch);
            let name = format!("firm-{number:02}");
            let link = self.people[number].link.clone();
            let sent = self.send(&name, &answers, &["--link", &link]);
            let sent = self.party(sent);
            assert!(sent.exits(0).stdout.starts_with("Submitted to"));
            self.devices.push(Device {
                name,
                answers,
                fate: Fate::Counted,
            });
            if number % 6 == 5 {
                self.restart();
            }
        }
        // Those who will move are there before they do.
        let moving: Vec<String> = (0..CHANGE_COHORT).map(Self::moving).collect();
        self.until_seen("who submitted first", |tracked| {
            let used = tracked["used"].as_array().unwrap();
            moving
                .iter()
                .all(|label| used.iter().any(|seen| seen == label))
        });
    }

    /// Who changes its branch: from the North to the South, all of them.
    fn moving(nth: usize) -> String {
        format!("Firm {:02}", 4 + 2 * nth)
    }

    /// Those in the middle, who have a choice; some of them choose another branch.
    fn correct(&mut self) {
        for number in 4..4 + CORRECT {
            let change = number % 2 == 0 && number < 4 + 2 * CHANGE_COHORT;
            let branch = if number % 2 == 1 || change {
                "South"
            } else {
                "North"
            };
            let answers = self.answers(branch);
            let name = self.devices[number].name.clone();
            let sent = self.send(&name, &answers, &[]);
            let sent = self.party(sent);
            assert!(sent.exits(0).stdout.starts_with("Corrected in"));
            self.devices[number].answers = answers;
        }
        self.restart();
        // One at least: with those who came last before them they may be three, and two then wait.
        self.until_seen("that some moved", |tracked| {
            // Every other one is of the South, from the second on.
            let used = tracked["used"].as_array().unwrap().iter();
            let odd = used.filter(|label| {
                let label = label.as_str().unwrap();
                label.ends_with(['1', '3', '5', '7', '9'])
            });
            let south = tracked["cohorts"][1]["parties"].as_u64().unwrap();
            south > u64::try_from(odd.count()).unwrap()
        });
    }

    /// The numbers of those who are left alone until the end of the list.
    fn from_the_end(nth: usize) -> usize {
        SUBMIT - 1 - nth
    }

    /// Kills a correction before it reached the server, or before the answer reached the party.
    fn interrupt(&mut self) {
        for (nth, (direction, frame, finished)) in INTERRUPTED.into_iter().enumerate() {
            let number = Self::from_the_end(nth);
            let name = self.devices[number].name.clone();
            let branch = if number.is_multiple_of(2) {
                "North"
            } else {
                "South"
            };
            let answers = self.answers(branch);
            let (reached, until_reached) = mpsc::channel();
            let (let_go, until_let_go) = mpsc::channel::<()>();
            let trigger = Trigger {
                direction,
                frame: Which::Named(frame),
                when: When::Before,
                action: Box::new(move || {
                    reached.send(()).unwrap();
                    // Ends when the test lets go, or is gone.
                    until_let_go.recv().unwrap_err();
                }),
                cut: true,
            };
            let proxy = Proxy::new(self.collection.server.address, Some(trigger));
            let url = format!("ws://{}", proxy.address);
            let run = self.send(&name, &answers, &["--server", &url]).start();
            until_reached.recv().unwrap();
            self.artifacts.log("party", &run.kill());
            drop(let_go);
            if finished {
                let again = ["--receipt", "mine.json"];
                let again = self.collection.device(&name).args(again);
                let again = self.party(again);
                assert!(again.exits(0).stdout.starts_with("Corrected in"));
            }
            // What did not reach the server leaves the version before it.
            if finished || direction == Direction::ToAnalyst {
                self.devices[number].answers = answers;
            }
            self.restart();
        }
    }

    fn withdraw(&mut self) {
        for nth in 0..WITHDRAW {
            let number = Self::from_the_end(INTERRUPTED.len() + nth);
            let device = self.collection.device(&self.devices[number].name);
            let run = self.party(device.args(["withdraw", "mine.json"])).exits(0);
            assert!(run.stdout.starts_with("Withdrawn from"), "{run}");
            self.devices[number].fate = Fate::Withdrawn;
        }
    }

    /// Somebody who has not submitted is uninvited, and somebody who has is not.
    fn revoke(&mut self) {
        let unused = self.people[SUBMIT].clone();
        let used = self.people[0].label.clone();
        let revoked = self.collection.analyst(&["revoke", &unused.label, &used]);
        revoked.exits(0);
        let answers = self.answers("North");
        let late = self.send("late", &answers, &["--link", &unused.link]);
        let late = self.party(late);
        assert!(
            late.exits(1)
                .says("has revoked this invitation")
                .stdout
                .is_empty()
        );
        let answers = self.answers("North");
        let name = self.devices[0].name.clone();
        let again = self.send(&name, &answers, &[]);
        self.party(again).exits(0);
        self.devices[0].answers = answers;
    }

    /// A party goes on with another device, to which the first one agrees.
    fn change_device(&mut self) {
        let answers = self.answers("South");
        let link = self.people[1].link.clone();
        let second = |story: &mut Self, args: &[&str]| {
            let launch = story.send("second", &answers, args);
            story.party(launch)
        };
        let refused = second(self, &["--link", &link]).exits(1);
        let refused = refused.says("another device has submitted");
        assert!(refused.stderr.contains("--take-over"), "{refused}");
        let waiting = second(self, &["--take-over"]).exits(75);
        let key = word_behind(&waiting, "release RECEIPT ");
        let first = self.collection.device(&self.devices[1].name);
        let released = self
            .party(first.args(["release", "mine.json", &key]))
            .exits(0);
        let consent = released.stdout.trim();
        let args = ["--receipt", "mine.json", "--release", consent];
        let done = self.collection.device("second").args(args);
        let done = self.party(done).exits(0);
        assert!(done.stdout.starts_with("Submitted to"), "{done}");
        self.devices[1].fate = Fate::Replaced;
        self.devices.push(Device {
            name: "second".to_owned(),
            answers,
            fate: Fate::Counted,
        });
    }

    fn counted(&self, form: &Form) -> Vec<Answers> {
        let counted = self.devices.iter();
        counted
            .filter(|device| device.fate == Fate::Counted)
            .map(|device| form.read_answers(&device.answers).unwrap())
            .collect()
    }

    fn reveal(&mut self) {
        self.restart();
        assert_eq!(self.restarts, RESTARTS);
        let args = ["--form", "form.json", "--out", "result.json", "reveal"];
        let revealed = self.collection.analyst(&args).exits(0);
        assert!(revealed.stderr.contains("1 device"), "{revealed}");
        // The batch is fixed: there is nothing more to watch.
        let watched = self.watch.take().unwrap().finish().exits(0);
        self.collection.said.push(watched);
        let written = fs::read_to_string(self.collection.desk().join("result.json")).unwrap();
        let report: Report = serde_json::from_str(&written).unwrap();
        let form = Form::parse(FORM).unwrap();
        let all = self.counted(&form);
        assert_eq!(all.len(), SUBMIT - WITHDRAW);
        assert!(plain::check(&form, &all, &report) > 5);
    }

    fn verify(&mut self) {
        for number in 0..self.devices.len() {
            let Device { name, fate, .. } = &self.devices[number];
            let (device, fate) = (self.collection.device(name), *fate);
            let verified = self.party(device.args(["verify", "mine.json"]));
            match fate {
                Fate::Counted => drop(verified.exits(0)),
                Fate::Withdrawn => {
                    assert!(verified.exits(0).stdout.starts_with("Withdrawn"));
                }
                Fate::Replaced => drop(verified.exits(1).says("another device")),
            }
        }
    }
}

/// The word behind a text in what a program said.
fn word_behind(finished: &Finished, text: &str) -> String {
    let said = &finished.stderr;
    let rest = said
        .split_once(text)
        .unwrap_or_else(|| panic!("{finished}"))
        .1;
    rest.split_whitespace().next().unwrap().to_owned()
}
