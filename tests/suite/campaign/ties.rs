//! What the analyst and the operator's receiver are told ties no invitation to a submission, a key, a
//! version or a time finer than the grain, and labels and cohorts are seen to move several at a time.

use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;
use web_mpc::invitation::{Link, key_of};
use web_mpc::tracking::Tracked;

use super::super::harness::Finished;
use super::super::secrecy::find;
use super::super::webhooks::receiver::Delivery;
use super::super::wire::{Direction, Seen};
use super::Invited;

/// Fewest parties that may be seen to change at the same time.
const TOGETHER: u64 = 3;

/// Whatever names a submission: party keys and ids, of all versions.
pub(super) struct Names(Vec<Vec<u8>>);

impl Names {
    pub(super) fn new(names: Vec<Vec<u8>>) -> Self {
        Self(names)
    }

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
            let text = BASE64URL_NOPAD.encode(name);
            let hex = data_encoding::HEXLOWER.encode(name);
            [name, text.as_bytes(), hex.as_bytes()]
                .iter()
                .any(|spelling| find(bytes, spelling))
        })
    }
}

/// A message, and whatever is encoded in it: records travel as base64url in JSON, and may hold more.
pub(super) fn parts(payload: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![payload.to_vec()];
    let mut next = 0;
    while let Some(part) = parts.get(next) {
        if let Ok(value) = serde_json::from_slice::<Value>(part) {
            let mut texts = Vec::new();
            of_texts(&value, &mut texts);
            let decoded = texts
                .iter()
                .filter(|text| text.len() > 4)
                .filter_map(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok());
            parts.extend(decoded.collect::<Vec<_>>());
        }
        next += 1;
    }
    parts
}

fn of_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter().for_each(|value| of_texts(value, texts)),
        Value::Object(members) => members.values().for_each(|value| of_texts(value, texts)),
        _ => {}
    }
}

/// What names the people who are invited.
fn of_people(people: &[Invited]) -> Vec<String> {
    let keys = people.iter().map(|person| {
        let link: Link = person.link.parse().unwrap();
        key_of(&link.invitation.unwrap()).to_string()
    });
    let labels = people.iter().map(|person| person.label.clone());
    labels.chain(keys).collect()
}

/// Ties between an invitation and a submission, a version or a time finer than the grain, in
/// seconds, in what the analyst was told and has said.
pub(super) fn told(
    frames: &[Seen],
    said: &[Finished],
    people: &[Invited],
    names: &Names,
    grain: u64,
) -> Vec<String> {
    let people = of_people(people);
    let told = frames
        .iter()
        .filter(|frame| frame.direction == Direction::ToAnalyst);
    let told: Vec<&Seen> = told.collect();
    let first = |name: &str| told.iter().position(|frame| frame.name == name);
    let frozen = first("frozen").expect("a freeze");
    assert!(first("roster").is_some(), "invitations were shown");
    assert!(first("page").is_some(), "submissions were shown");
    let mut ties = Vec::new();
    for (place, frame) in told.iter().enumerate() {
        let name = &frame.name;
        let parts = parts(&frame.payload);
        let submissions = parts.iter().any(|part| names.is_in(part));
        if submissions && place < frozen {
            ties.push(format!("a {name} names a submission before the freeze"));
        }
        let invitations = parts
            .iter()
            .any(|part| people.iter().any(|name| find(part, name.as_bytes())));
        if submissions && invitations {
            ties.push(format!("a {name} names an invitation and a submission"));
        }
        for part in &parts {
            if let Ok(message) = serde_json::from_slice::<Value>(part) {
                no_finer(&message, grain, name, &mut ties);
            }
        }
    }
    for finished in said {
        let text = format!("{}{}", finished.stdout, finished.stderr);
        if names.is_in(text.as_bytes()) {
            ties.push(format!("a submission is named: {finished}"));
        }
    }
    ties
}

/// What may be a moment of these years is a multiple of the grain, and nothing tells a version.
fn no_finer(value: &Value, grain: u64, name: &str, ties: &mut Vec<String>) {
    const YEARS: std::ops::Range<u64> = 1_600_000_000..4_000_000_000;
    match value {
        Value::Number(number) => {
            let moment = number.as_u64().filter(|number| YEARS.contains(number));
            if moment.is_some_and(|moment| !moment.is_multiple_of(grain)) {
                ties.push(format!("a {name} tells the moment {number}"));
            }
        }
        Value::String(text) if is_finer(text, grain) => {
            ties.push(format!("a {name} tells the moment {text}"));
        }
        Value::Array(values) => {
            for value in values {
                no_finer(value, grain, name, ties);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                if member == "sequence" {
                    ties.push(format!("a {name} tells a version"));
                }
                no_finer(value, grain, name, ties);
            }
        }
        _ => {}
    }
}

/// Whether a text is a moment within a grain.
fn is_finer(text: &str, grain: u64) -> bool {
    let moment = text.parse::<Timestamp>().ok();
    let second = moment.map(|moment| u64::try_from(moment.as_second()).unwrap());
    second.is_some_and(|second| !second.is_multiple_of(grain))
}

/// Whatever the receiver of events was told of a party beside that it was one.
pub(super) fn events(
    deliveries: &[Delivery],
    people: &[Invited],
    cohorts: &[&str],
    names: &Names,
    grain: u64,
) -> Vec<String> {
    let people = of_people(people);
    let mut ties = Vec::new();
    for delivery in deliveries {
        let headers = delivery.headers.iter();
        let headers = headers.map(|(name, value)| format!("{name}: {value}"));
        let texts = headers.chain([delivery.target.clone(), delivery.body.clone()]);
        for text in texts {
            if names.is_in(text.as_bytes()) {
                ties.push(format!("an event names a submission: {text}"));
            }
            let mut persons = people
                .iter()
                .map(String::as_str)
                .chain(cohorts.iter().copied());
            if persons.any(|person| text.contains(person)) {
                ties.push(format!("an event names a party or a cohort: {text}"));
            }
        }
        let json = delivery.json();
        let of_a_party = ["submitted", "corrected", "withdrawn"];
        let of_a_party = of_a_party.contains(&json["type"].as_str().unwrap());
        if of_a_party && is_finer(json["timestamp"].as_str().unwrap(), grain) {
            ties.push(format!("an event tells a moment: {}", delivery.body));
        }
        let members = |value: &Value| -> Vec<String> {
            let members = value.as_object().unwrap().keys();
            members.cloned().collect()
        };
        let known = members(&json) == ["type", "timestamp", "data"]
            && members(&json["data"]) == ["computation", "round", "fingerprint", "parties"];
        if !known {
            ties.push(format!("an event tells more: {}", delivery.body));
        }
    }
    ties
}

/// What an analyst was shown at a boundary between two grains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) at: u64,
    /// How many parties each cohort has.
    pub(super) cohorts: Vec<u64>,
    /// The invitations that are used, by number.
    pub(super) used: Vec<u64>,
}

/// What came over the connection, in the order of the boundaries.
pub(super) fn shown(frames: &[Seen]) -> Vec<View> {
    let frames = frames
        .iter()
        .filter(|frame| frame.direction == Direction::ToAnalyst && frame.name == "tracked");
    let mut views: Vec<View> = frames
        .map(|frame| {
            let message: Value = serde_json::from_slice(&frame.payload).unwrap();
            let tracked: Tracked = serde_json::from_value(message["tracked"].clone()).unwrap();
            let used = tracked.used.unwrap();
            View {
                at: tracked.at,
                cohorts: tracked.cohorts.unwrap(),
                used: (0..1000).filter(|number| used.contains(*number)).collect(),
            }
        })
        .collect();
    views.sort_by_key(|view| view.at);
    views
}

/// What `status --watch --json` has printed, in its order.
pub(super) fn printed(stdout: &str, people: &[Invited]) -> Vec<View> {
    let events = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let tracked = events.filter(|event: &Value| event["event"] == "tracked");
    tracked
        .map(|event| {
            let at: Timestamp = event["at"].as_str().unwrap().parse().unwrap();
            let counts = event["cohorts"].as_array().unwrap().iter();
            let used = event["used"].as_array().unwrap().iter();
            let number = |label: &Value| {
                let person = people.iter().position(|person| person.label == *label);
                u64::try_from(person.unwrap()).unwrap()
            };
            View {
                at: u64::try_from(at.as_second()).unwrap(),
                cohorts: counts
                    .map(|each| each["parties"].as_u64().unwrap())
                    .collect(),
                used: used.map(number).collect(),
            }
        })
        .collect()
}

/// Steps in which fewer change than may be seen together, from nobody on. `home` is the cohort in
/// which an invitation is seen first; who changes it goes to cohort 1, and changes nothing else in the
/// same step.
pub(super) fn small_steps(views: &[View], home: impl Fn(u64) -> u64) -> Vec<String> {
    let moved = |view: &View| {
        let at_home = view.used.iter().filter(|number| home(**number) == 1);
        view.cohorts[1].saturating_sub(u64::try_from(at_home.count()).unwrap())
    };
    let mut before = View {
        at: 0,
        cohorts: vec![0, 0],
        used: Vec::new(),
    };
    let mut wrong = Vec::new();
    for view in views {
        let other = |one: &View, two: &View| {
            let gone = one.used.iter().filter(|number| !two.used.contains(number));
            u64::try_from(gone.count()).unwrap()
        };
        let came_and_left = other(&before, view) + other(view, &before);
        let changed = came_and_left + moved(view).abs_diff(moved(&before));
        if (before.at == view.at && before != *view) || (1..TOGETHER).contains(&changed) {
            wrong.push(format!("{changed} changed from {before:?} to {view:?}"));
        }
        if view.cohorts.iter().sum::<u64>() != u64::try_from(view.used.len()).unwrap() {
            wrong.push(format!(
                "cohorts and labels are not of one moment: {view:?}"
            ));
        }
        before = view.clone();
    }
    wrong
}
