//! Forms, from files to published figures, with the programs as people run them.

#[path = "forms/programs.rs"]
mod programs;
#[path = "forms/spreadsheets.rs"]
mod spreadsheets;

#[path = "../../examples/campaign/plain.rs"]
pub(crate) mod plain;
#[path = "../../examples/campaign/synthetic.rs"]
mod synthetic;

use std::fs;
use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand::rngs::StdRng;
use web_mpc::form::Form;
use web_mpc::form::report::Report;
use web_mpc::spreadsheet;

use super::harness::{Place, Server};
use super::journey::Analyst;

/// A worked example, and where its file is.
fn example(name: &str) -> (Form, PathBuf) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}/form.json"));
    let form = Form::parse(&fs::read_to_string(&path).unwrap()).unwrap();
    (form, path)
}

/// A server and an analyst who asks that form.
fn open(path: &Path) -> (Place, Server, Analyst) {
    let place = Place::new();
    let server = place.server();
    let path = path.to_str().unwrap();
    let args = ["--form", path, "--out", "result.json"];
    let analyst = Analyst::start(&place, &server.url, &args);
    (place, server, analyst)
}

#[test]
fn every_published_figure_is_that_of_a_plain_computation() {
    let (form, path) = example("employees");
    let (place, mut server, analyst) = open(&path);
    let rng = &mut StdRng::seed_from_u64(7);
    let mut all = synthetic::everybody(&form, 14, 1, rng);
    let corrected = synthetic::everybody(&form, 1, 0, rng).remove(0);
    let folder = place.folder("party");
    let version = form.hash().to_string();
    for (number, answers) in all.iter().enumerate() {
        let file = folder.join(format!("{number}.xlsx"));
        fs::write(
            &file,
            spreadsheet::filled(&form, &version, answers).unwrap(),
        )
        .unwrap();
        let receipt = format!("receipt-{number}.json");
        let args = ["--yes", "--receipt", &receipt, "--file"];
        let launch = place.party(&server.url).args(args).args([&file]);
        launch.run().exits(0);
        if number == 6 {
            server.kill();
            server.restart();
        }
    }
    let file = folder.join("corrected.xlsx");
    fs::write(
        &file,
        spreadsheet::filled(&form, &version, &corrected).unwrap(),
    )
    .unwrap();
    let args = ["--yes", "--receipt", "receipt-3.json", "--file"];
    let launch = place.party(&server.url).args(args).args([&file]);
    let again = launch.run().exits(0);
    assert!(again.stdout.starts_with("Corrected in"), "{again}");
    all[3] = corrected;
    let told = analyst.reveal();
    assert!(told.stdout.contains("Employee survey"), "{told}");
    let written = fs::read_to_string(place.folder("analyst").join("result.json")).unwrap();
    let report: Report = serde_json::from_str(&written).unwrap();
    assert!(plain::check(&form, &all, &report) > 100);
    let verify = place.party(&server.url).args(["verify", "receipt-3.json"]);
    verify.run().exits(0);
}

#[test]
fn answers_that_are_wrong_are_named_and_nothing_is_sent() {
    let (form, path) = example("employees");
    let (place, server, analyst) = open(&path);
    let run = |args: &[&str]| place.party(&server.url).args(args).run();
    run(&["42"]).exits(1).says("asks for the answers to a form");
    run(&["--file", "none.xlsx", "--yes"])
        .exits(2)
        .says("none.xlsx");
    run(&["--print-template", "empty.xlsx"]).exits(0);
    run(&["--file", "empty.xlsx"]).exits(2).says("--yes");
    let empty = run(&["--file", "empty.xlsx", "--yes"]).exits(2);
    assert!(empty.stderr.contains("Questions!B"), "{empty}");
    let folder = place.folder("party");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("no.json", "[");
    run(&["--answers", "no.json", "--yes"])
        .exits(2)
        .says("line 1");
    write(
        "some.json",
        r#"{"questions":{"proud":"Perhaps","satisfaction":11}}"#,
    );
    let some = run(&["--answers", "some.json", "--yes"]).exits(2);
    for place in [
        "/cohorts/site",
        "/questions/proud: must be one of",
        "/questions/satisfaction: must be from 0 to 10",
    ] {
        assert!(some.stderr.contains(place), "{place}: {some}");
    }
    let mut other = form.clone();
    other.title.push('!');
    let answers = synthetic::everybody(&form, 1, 0, &mut StdRng::seed_from_u64(8));
    let stale = spreadsheet::filled(&form, &other.hash().to_string(), &answers[0]).unwrap();
    fs::write(folder.join("stale.xlsx"), stale).unwrap();
    run(&["--file", "stale.xlsx", "--yes"])
        .exits(2)
        .says("another version");
    drop(analyst);
    let args = ["--form", "changed.json"];
    let changed = serde_json::to_string(&other).unwrap();
    fs::write(place.folder("analyst").join("changed.json"), changed).unwrap();
    let launch = place.analyst(&server.url).args(args).run();
    launch.exits(1).says("you asked for the form");
    fs::write(place.folder("analyst").join("bad.json"), r#"{"title":""}"#).unwrap();
    let launch = place
        .analyst(&server.url)
        .args(["--form", "bad.json"])
        .run();
    launch.exits(2).says("/title: must not be empty");
}

#[test]
fn the_other_examples_are_forms() {
    for name in ["wages", "spend"] {
        let (form, _) = example(name);
        assert_eq!(form.errors(), vec![]);
        assert!(spreadsheet::template(&form, "version").is_ok());
    }
}

#[test]
fn a_minimum_below_that_of_the_form_is_refused() {
    let (_, path) = example("employees");
    let place = Place::new();
    let server = place.server();
    let path = path.to_str().unwrap();
    let args = ["--form", path, "--min-parties", "1"];
    let low = place.analyst(&server.url).args(args).run().exits(2);
    assert!(low.stderr.contains("the form asks for at least"), "{low}");
}

#[test]
fn a_file_that_cannot_be_written_is_noticed_before_anything_is_opened() {
    let (_, path) = example("employees");
    let place = Place::new();
    let server = place.server();
    let path = path.to_str().unwrap();
    for out in ["nowhere/result.html", "."] {
        let args = ["--form", path, "--out", out];
        place.analyst(&server.url).args(args).run().exits(2);
    }
    place.analyst(&server.url).args(["status"]).run().exits(75);
}

#[test]
fn a_second_submission_is_said_to_be_one_more_party() {
    let place = Place::new();
    let server = place.server();
    let _analyst = Analyst::start(&place, &server.url, &[]);
    let note = "you have submitted to this computation before";
    let first = place.party(&server.url).args(["42"]).run().exits(0);
    assert!(!first.stderr.contains(note), "{first}");
    let second = place.party(&server.url).args(["43"]).run().exits(0);
    assert!(second.stderr.contains(note), "{second}");
    let receipt = second.stderr.split("--receipt ").nth(1).unwrap();
    let receipt = receipt.split(' ').next().unwrap();
    let args = ["--receipt", receipt, "44"];
    let corrected = place.party(&server.url).args(args).run().exits(0);
    assert!(corrected.stdout.starts_with("Corrected in"), "{corrected}");
    assert!(!corrected.stderr.contains(note), "{corrected}");
}

#[test]
fn numbers_that_are_unusually_large_are_named_and_sent() {
    let folder = Place::new();
    let path = folder.folder("form").join("form.json");
    let form = r#"{"title": "Pay", "minimum": {"parties": 1},
        "tables": [{"id": "pay", "title": "Wages", "rows": ["Women"],
            "columns": [{"title": "Lowest"}, {"title": "Highest"}],
            "cell": {"min": 0, "max": 900, "warn_above": 100, "statistics": ["sum"]}}],
        "questions": [
            {"id": "people", "text": "How many work here?", "answer":
                {"number": {"min": 0, "max": 900, "warn_above": 100, "statistics": ["sum"]}}},
            {"id": "bosses", "text": "How many lead?", "answer":
                {"number": {"min": 0, "max": 900, "warn_above": 100, "statistics": ["sum"]}}}]}"#;
    fs::write(&path, form).unwrap();
    let (place, server, analyst) = open(&path);
    let answers = r#"{"tables": {"pay": [[100, 101]]}, "questions": {"people": 700, "bosses": 9}}"#;
    fs::write(place.folder("party").join("answers.json"), answers).unwrap();
    let args = [
        "--yes",
        "--fingerprint",
        &analyst.fingerprint,
        "--answers",
        "answers.json",
    ];
    let sent = place.party(&server.url).args(args).run().exits(0);
    let lines = sent.stderr.lines();
    let warned: Vec<&str> = lines.filter(|line| line.contains("large")).collect();
    let expected = [
        "warning: Wages: Women, Highest is unusually large: please check it",
        "warning: How many work here? is unusually large: please check it",
    ];
    assert_eq!(warned, expected);
    analyst.reveal();
}

#[test]
fn who_is_asked_can_leave_at_any_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("form.json");
    let form = r#"{"title": "Hours", "questions": [{"id": "hours", "text": "How many?",
        "answer": {"number": {"min": 0, "max": 90, "statistics": ["sum"]}}}]}"#;
    fs::write(&path, form).unwrap();
    let (place, server, analyst) = open(&path);
    let pin = analyst.fingerprint.as_str();
    for signal in ["INT", "TERM"] {
        let args = ["--fingerprint", pin, "--ask", "--yes"];
        let party = place.party(&server.url).args(args).interactive();
        party.err("Hours");
        party.signal(signal);
        party.finish().exits(1);
    }
}
