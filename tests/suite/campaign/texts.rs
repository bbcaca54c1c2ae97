//! Texts of others that would steer a terminal, hide or turn what stands beside them, or be run by a
//! spreadsheet: in the analyst's form, in labels, and in what a server says. Nobody is shown them as
//! they are.

use std::fs;
use std::path::Path;

use tokio::runtime::Runtime;
use web_mpc::crypto::{Identity, Server};
use web_mpc::protocol::{ClientMessage, ErrorCode, Refusal, ServerMessage, encode};
use web_mpc::text::is_hidden;

use super::super::attack::{fake, welcome};
use super::super::harness::{Finished, Launch, Place};
use super::super::wire::rng;
use super::{Collection, Invited, NewInvitation, read_mailing};

/// Every text for people in it has something to it; `FORMULA` stands for one of those that a
/// spreadsheet would run.
const FORM: &str = r#"{
  "title": "\u001b]0;yours\u0007Pay\r\nIt is safe",
  "description": "First\u0085line\n\u202eenil txen ehT",
  "tables": [{"id": "people", "title": "FORMULA\u001b[2J", "rows": ["\u001b[1AWomen", "FORMULA"],
    "columns": [{"title": "\u009b31mAll"}, {"title": "\tFORMULA"}],
    "cell": {"min": 0, "max": 100, "unit": "\u2066EUR", "statistics": ["sum"]}}],
  "questions": [
    {"id": "hours", "text": "\u200bFORMULA", "answer": {"number": {
      "min": 0, "max": 80, "unit": "\u001b[8mh", "hint": "\u0007Ring", "statistics": ["sum"]}}},
    {"id": "kind", "text": "\u202eWhich", "answer": {"choice": {
      "options": ["\u001b[31mRed", "FORMULA"]}}}
  ],
  "cohorts": [{"id": "branch", "title": "FORMULA\u2029", "options": ["\u202eNorth", "FORMULA"]}],
  "minimum": {"parties": 3, "cohort": 3}
}"#;

const FORMULA: &str = "=HYPERLINK(A1)";

/// Labels that the protocol lets pass; `analyst invite` would refuse the first.
const LABELS: [&str; 3] = ["\u{202e}tloB", "=1+1", "@SUM(A1)"];

/// For a person and for a program.
const FOR_WHOM: [&[&str]; 2] = [&[], &["--json"]];

/// Nothing that was printed is more than text and ends of lines.
#[track_caller]
fn harmless(finished: Finished) -> Finished {
    for said in [&finished.stdout, &finished.stderr] {
        let bad = said
            .chars()
            .find(|letter| *letter != '\n' && is_hidden(*letter));
        assert!(bad.is_none(), "{bad:?} in {said:?}");
    }
    finished
}

/// No cell of a table is a formula or has what cannot be seen.
#[track_caller]
fn harmless_table(path: &Path) {
    let bytes = fs::read(path).unwrap();
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(&bytes[..]);
    let cells: Vec<String> = reader
        .records()
        .flat_map(|record| {
            let cells = record.unwrap();
            cells.iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(cells.iter().any(|cell| cell.contains('1')), "{cells:?}");
    for cell in cells {
        let formula = cell
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        assert!(!formula && !cell.starts_with(['\t', '\r']), "{cell:?}");
        let bad = cell
            .chars()
            .find(|letter| *letter != '\n' && is_hidden(*letter));
        assert!(bad.is_none(), "{bad:?} in {cell:?}");
    }
}

/// A collection with that form, and who is invited to it.
fn collect() -> (Collection, Vec<Invited>) {
    let form = FORM.replace("FORMULA", FORMULA);
    let policy = [
        "--tracking",
        "labels",
        "--publish",
        "parties",
        "--time-grain",
        "1s",
    ];
    let settings = [&["--form", "form.json"][..], &policy].concat();
    let mut collection = Collection::open(&[], &settings, &[("form.json", &form)]);
    let people = LABELS.map(|label| NewInvitation {
        label: Some(label.parse().unwrap()),
        ..NewInvitation::default()
    });
    collection.invite_by_hand(&people);
    for json in FOR_WHOM {
        harmless(
            collection
                .analyst(&[json, &["invitations"]].concat())
                .exits(0),
        );
    }
    let table = ["invitations", "--out", "links.csv"];
    harmless(collection.analyst(&table).exits(0));
    let table = collection.desk().join("links.csv");
    harmless_table(&table);
    let people = read_mailing(&table);
    assert!(people[1].label.starts_with('\''), "{people:?}");
    (collection, people)
}

#[test]
fn texts_of_a_form_and_labels_are_shown_as_texts() {
    let (mut collection, people) = collect();
    let answers = |branch: &str, hours: u64| {
        let form = r#"{"cohorts": {"branch": "BRANCH"}, "questions": {"hours": HOURS, "kind": "FORMULA"},
            "tables": {"people": [[1, 2], [3, 4]]}}"#;
        let form = form.replace("BRANCH", branch).replace("FORMULA", FORMULA);
        form.replace("HOURS", &hours.to_string())
    };
    for (number, person) in people.iter().enumerate() {
        let device = format!("party-{number}");
        let folder = collection.place.folder(&device);
        let run = |file: &str, json: &[&str], args: &[&str]| {
            let base = ["--link", &person.link, "--receipt", "mine.json"];
            let file = ["--answers", file, "--yes"];
            let args = [&base[..], &file, json, args].concat();
            harmless(collection.device(&device).args(args).run())
        };
        fs::write(folder.join("wrong.json"), answers("\\u001b[2JSouth", 81)).unwrap();
        fs::write(
            folder.join("mine-answers.json"),
            answers("\\u202eNorth", 40),
        )
        .unwrap();
        for json in FOR_WHOM {
            let wrong = run("wrong.json", json, &[]).exits(2);
            assert!(format!("{wrong}").contains("North"), "{wrong}");
        }
        run("mine-answers.json", &[], &[]).exits(0);
    }
    // Typed in, with everything that is asked.
    let asked = [
        "--link",
        &people[0].link,
        "--receipt",
        "mine.json",
        "--ask",
        "--yes",
    ];
    let asked = collection.device("party-0").args(asked);
    let asked = harmless(asked.input("1\n1\n2\n3\n4\n40\n2\n").run().exits(0));
    assert!(format!("{asked}").contains(FORMULA), "{asked}");

    let watch = |json: &[&str]| {
        let args = [json, &["status", "--watch"]].concat();
        collection.start_analyst(&args)
    };
    let watches = [watch(&[]), watch(&["--json"])];
    for watch in &watches {
        watch.out("=1+1");
    }
    harmless(
        collection
            .analyst(&["--out", "result.csv", "reveal"])
            .exits(0),
    );
    let again = ["--out", "result.html", "result"];
    harmless(collection.analyst(&again).exits(0));
    for watch in watches {
        harmless(watch.finish().exits(0));
    }
    harmless_table(&collection.desk().join("result.csv"));
    let page = fs::read_to_string(collection.desk().join("result.html")).unwrap();
    assert!(!page.contains(|letter: char| letter != '\n' && is_hidden(letter)));
    for json in FOR_WHOM {
        for command in ["status", "result", "list"] {
            harmless(collection.analyst(&[json, &[command]].concat()).exits(0));
        }
        let told = collection.device("party-1").args(json);
        harmless(told.args(["result", &people[1].link]).run().exits(0));
        let verified = collection.device("party-1").args(json);
        harmless(verified.args(["verify", "mine.json"]).run().exits(0));
    }
    // The next round tells of the one before.
    let next = collection.analyst(&["--access", "invited"]);
    harmless(next.exits(0));
}

#[test]
fn what_a_server_says_is_shown_as_text() {
    let runtime = Runtime::new().unwrap();
    let server = Identity::<Server>::generate(&mut rng(5));
    let (url, _task) = runtime.block_on(fake(move |message| {
        if matches!(message, ClientMessage::Hello { .. }) {
            return vec![welcome(server.public())];
        }
        let message = "\u{1b}[2J\u{1b}]0;yours\u{7}\u{9b}31mDone.\n\u{202e}gnorw si gnihtoN";
        let refusal = Refusal::new(ErrorCode::NotAllowed, message);
        vec![encode(&ServerMessage::Error(refusal))]
    }));
    let place = Place::new();
    let url = url.to_string();
    place.analyst(&url).args(["keys", "show"]).run().exits(0);
    for json in FOR_WHOM {
        let party = Launch::input_party(&place.folder("party")).args(json);
        let party = harmless(party.args(["--server", &url, "42"]).run().exits(1));
        assert!(format!("{party}").contains("Done."), "{party}");
        let analyst = place.analyst(&url).args(json).args(["status"]).run();
        let analyst = harmless(analyst.exits(1));
        assert!(format!("{analyst}").contains("Done."), "{analyst}");
    }
}
