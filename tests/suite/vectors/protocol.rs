//! `docs/PROTOCOL.md` against the code: every example is what it says it is, and every message,
//! error code, reason, tag, limit and event is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use web_mpc::batch::{Batch, Commit, Hiding, Presence, Release, ResultRecord};
use web_mpc::invitation::InvitationList;
use web_mpc::manifest::{Manifest, Notice, Phase, room};
use web_mpc::measurement::Rejection;
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, limits};
use web_mpc::publication::PublishedResult;
use web_mpc::submission::{Receipt, Withdrawal, WithdrawalReceipt};

use super::crypto::TAGS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(root().join("docs/PROTOCOL.md")).unwrap()
}

/// The examples: what stands behind `json` on the line that opens the block, and the block.
fn examples() -> Vec<(String, String)> {
    let document = document();
    let mut examples = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(label) = line.strip_prefix("```json") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            examples.push((label.trim().to_owned(), block.join("\n")));
        }
    }
    examples
}

/// The names of an enumeration's variants, as serde lists them when it does not know one.
fn variants<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = match serde_json::from_str::<T>(r#""no such variant""#) {
        Ok(_) => panic!("that was no variant"),
        Err(error) => error.to_string(),
    };
    let (_, list) = error.split_once("expected").unwrap();
    let names = list.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

/// What is written again is the same.
fn reads<T: DeserializeOwned + Serialize>(text: &str) {
    let read: T =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in the example\n{text}"));
    let given: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), given);
}

#[test]
fn every_example_is_what_it_says() {
    for (label, text) in examples() {
        let (kind, name) = label.split_once(' ').unwrap_or((label.as_str(), ""));
        match (kind, name) {
            ("client", "") => reads::<ClientMessage>(&text),
            ("server", "") => reads::<ServerMessage>(&text),
            ("record", "manifest") => reads::<Manifest>(&text),
            ("record", "notice") => reads::<Notice>(&text),
            ("record", "receipt") => reads::<Receipt>(&text),
            ("record", "withdrawal") => reads::<Withdrawal>(&text),
            ("record", "withdrawal_receipt") => reads::<WithdrawalReceipt>(&text),
            ("record", "invitation_list") => reads::<InvitationList>(&text),
            ("record", "batch") => reads::<Batch>(&text),
            ("record", "commit") => reads::<Commit>(&text),
            ("record", "presence") => reads::<Presence>(&text),
            ("record", "hiding") => reads::<Hiding>(&text),
            ("record", "release") => reads::<Release>(&text),
            ("record", "result") => reads::<ResultRecord>(&text),
            ("record", "publication") => reads::<PublishedResult>(&text),
            // One object per line.
            ("event", "") => {
                for line in text.lines() {
                    let event: Value = serde_json::from_str(line).unwrap();
                    assert!(event.get("event").is_some(), "{line}");
                }
            }
            ("file", "") => {
                let _any: Value = serde_json::from_str(&text).unwrap();
            }
            _ => panic!("docs/PROTOCOL.md has an example of an unknown kind: {label}"),
        }
    }
}

#[test]
fn every_message_has_an_example() {
    for (kind, all) in [
        ("client", variants::<ClientMessage>()),
        ("server", variants::<ServerMessage>()),
    ] {
        let shown: BTreeSet<String> = examples()
            .iter()
            .filter(|(label, _)| label == kind)
            .flat_map(|(_, text)| {
                let message: Value = serde_json::from_str(text).unwrap();
                message
                    .as_object()
                    .unwrap()
                    .keys()
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(shown, all, "{kind}");
    }
}

/// The cells of the table rows that begin with `` `name` ``.
fn rows() -> Vec<Vec<String>> {
    let document = document();
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

fn row(name: &str) -> Vec<String> {
    let quoted = format!("`{name}`");
    let found = rows().into_iter().find(|row| row.first() == Some(&quoted));
    found.unwrap_or_else(|| panic!("docs/PROTOCOL.md has no row for {name}"))
}

#[test]
fn every_error_code_is_documented() {
    for name in variants::<ErrorCode>() {
        let code: ErrorCode = serde_json::from_value(name.as_str().into()).unwrap();
        let quoted = format!("`{name}`");
        let is_its_row = |row: &&Vec<String>| row.len() == 4 && row.first() == Some(&quoted);
        let rows = rows();
        let Some(row) = rows.iter().find(is_its_row) else {
            panic!("docs/PROTOCOL.md has no row for the code {name}");
        };
        let said = |yes: bool| if yes { "yes" } else { "no" };
        let expected = [said(code.closes()), said(code.is_passing())];
        let given: Vec<&str> = row.iter().rev().take(2).rev().map(String::as_str).collect();
        assert_eq!(given, expected, "{name}: closes, passing");
    }
}

#[test]
fn every_reason_and_state_is_documented() {
    for reason in Rejection::ALL {
        let name = serde_json::to_value(reason).unwrap();
        let row = row(name.as_str().unwrap());
        assert_eq!(row.get(1), Some(&reason.code().to_string()), "{name}");
    }
    for phase in variants::<Phase>() {
        row(&phase);
    }
}

#[test]
fn every_tag_is_documented() {
    let source = fs::read_to_string(root().join("src/crypto/tag.rs")).unwrap();
    let written: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.trim().strip_suffix("\";")?.split_once(" = \""))
        .map(|(_, text)| format!("web-mpc/1/{text}"))
        .collect();
    let known: BTreeSet<String> = TAGS.iter().map(|tag| tag.as_str().to_owned()).collect();
    assert_eq!(known, written);
    for tag in known {
        row(&tag);
    }
}

#[test]
fn every_limit_is_documented() {
    let sizes = [
        ("CLIENT_MESSAGE", limits::CLIENT_MESSAGE),
        ("SMALL_MESSAGE", limits::SMALL_MESSAGE),
        ("LARGE_MESSAGES", limits::LARGE_MESSAGES),
        ("PAGE_STORED", limits::PAGE_STORED),
        ("SERVER_MESSAGE", limits::SERVER_MESSAGE),
        ("PAGE", limits::PAGE),
        ("SUBMISSIONS_PER_PAGE", limits::SUBMISSIONS_PER_PAGE),
        ("PAGES_IN_FLIGHT", limits::PAGES_IN_FLIGHT),
        ("SIGNATURES_PER_MESSAGE", limits::SIGNATURES_PER_MESSAGE),
        ("COMPUTATIONS_PER_MESSAGE", limits::COMPUTATIONS_PER_MESSAGE),
        ("COMPUTATIONS_LISTED", limits::COMPUTATIONS_LISTED),
        ("WEBSOCKET_BUFFER", limits::WEBSOCKET_BUFFER),
    ];
    let times = [
        ("HANDSHAKE", limits::HANDSHAKE),
        ("HELLO", limits::HELLO),
        ("MESSAGE", limits::MESSAGE),
        ("WRITE", limits::WRITE),
        ("PING_INTERVAL", limits::PING_INTERVAL),
        ("VERDICTS", limits::VERDICTS),
        ("SILENCE", limits::SILENCE),
        ("ANSWER", limits::ANSWER),
    ];
    let sizes = sizes.map(|(name, value)| (name, value.to_string()));
    let times = times.map(|(name, time)| (name, format!("{} s", time.as_secs())));
    let known: Vec<_> = sizes.into_iter().chain(times).collect();
    for (name, value) in &known {
        assert_eq!(row(name).get(1), Some(value), "{name}");
    }
    let records = [
        ("MANIFEST_LEN", room::MANIFEST_LEN),
        ("NOTICE_LEN", room::NOTICE_LEN),
        ("RECORD_LEN", room::RECORD_LEN),
    ];
    for (name, value) in records {
        assert_eq!(row(name).get(1), Some(&value.to_string()), "{name}");
    }
    let source = fs::read_to_string(root().join("src/protocol/limits.rs")).unwrap();
    let written: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(':').next())
        .collect();
    assert_eq!(
        known.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(),
        written
    );
}

/// The events that the programs write with `--json`: the first text after each `event(`.
#[test]
fn every_event_has_an_example() {
    let mut written = BTreeSet::from(["error".to_owned()]);
    for source in sources(&root().join("src/cli")) {
        let text = fs::read_to_string(source).unwrap();
        for call in text.split(".event(").skip(1) {
            if let Some((name, _)) = call
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split_once('"'))
            {
                written.insert(name.to_owned());
            }
        }
    }
    let shown: BTreeSet<String> = examples()
        .iter()
        .filter(|(label, _)| label == "event")
        .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .map(|line| {
            let event: Value = serde_json::from_str(&line).unwrap();
            event
                .get("event")
                .and_then(Value::as_str)
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(shown, written);
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else {
            sources.push(path);
        }
    }
    sources
}
