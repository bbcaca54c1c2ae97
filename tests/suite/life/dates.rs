//! From when until when submissions are taken.

use serde_json::Value;

use super::super::harness::{Finished, Place, Server};
use super::super::journey::Analyst;

/// A date that is far away whatever the time zone, and one that is long ago.
const FAR: &str = "2100-01-01";
const LONG_AGO: &str = "2020-02-03T04:05:06Z";

fn analyst(place: &Place, server: &Server, args: &[&str]) -> Finished {
    place.analyst(&server.url).env("TZ", "UTC").args(args).run()
}

fn party(place: &Place, server: &Server, args: &[&str]) -> Finished {
    place.party(&server.url).env("TZ", "UTC").args(args).run()
}

#[test]
fn a_computation_opens_and_closes_by_its_dates() {
    let place = Place::new();
    let mut server = place.server();
    let process = place.analyst(&server.url).env("TZ", "UTC");
    let process = process.args(["--opens-at", FAR]).interactive();
    process.err("submissions are taken from 2100-01-01 00:00 UTC");
    Analyst::ready(process).process().kill();
    let early = party(&place, &server, &["--receipt", "mine.json", "40"]).exits(75);
    early.says("error: submissions are not taken before 2100-01-01 00:00");
    server.kill();
    server.restart();
    let early = party(&place, &server, &["--json", "--receipt", "mine.json"]).exits(75);
    assert!(early.stdout.contains(r#""code":"too_early""#), "{early}");

    let status = analyst(&place, &server, &["status"]).exits(0);
    assert!(
        status.stdout.contains("round 1: not open yet\n"),
        "{status}"
    );
    let changed = analyst(
        &place,
        &server,
        &["schedule", "--opens-at", "none", "--closes-at", FAR],
    );
    let changed = changed.exits(0);
    assert!(changed.stdout.contains("round 1: open\n"), "{changed}");
    // Of a day its end.
    let until = "submissions are taken until 2100-01-02 00:00 UTC\n";
    assert!(changed.stdout.ends_with(until), "{changed}");
    // The very bytes that were refused.
    party(&place, &server, &["--receipt", "mine.json"]).exits(0);
    let told = party(&place, &server, &["2"]).exits(0);
    told.says("Submissions are taken until 2100-01-02 00:00 UTC.");

    analyst(&place, &server, &["schedule", "--closes-at", LONG_AGO]).exits(0);
    let late = party(&place, &server, &["--json", "--receipt", "late.json", "5"]).exits(1);
    assert!(late.stdout.contains(r#""code":"closed_by_date""#), "{late}");
    let status = analyst(&place, &server, &["--json", "status"]).exits(0);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["closes_at"], LONG_AGO);
    assert_eq!(status["opens_at"], Value::Null);
    assert_eq!(status["state"], "open");
    let status = analyst(&place, &server, &["status"]).exits(0);
    assert!(
        status.stdout.contains("round 1: closed by its date"),
        "{status}"
    );
    // Whoever resumes means it.
    let resumed = analyst(&place, &server, &["resume"]).exits(0);
    assert!(resumed.stdout.contains("round 1: open\n"), "{resumed}");
    party(&place, &server, &["--receipt", "late.json"]).exits(0);
    analyst(&place, &server, &["schedule", "--closes-at", LONG_AGO]).exits(0);
    analyst(&place, &server, &["reveal"]).sum(47);
    let over = analyst(&place, &server, &["schedule", "--closes-at", FAR]).exits(1);
    over.says("the computation is revealed");
}

#[test]
fn dates_that_make_no_sense_are_refused() {
    let place = Place::new();
    let server = place.server();
    let no_moment = "submissions would be taken at no moment";
    analyst(
        &place,
        &server,
        &["--opens-at", FAR, "--closes-at", LONG_AGO],
    )
    .exits(2)
    .says(no_moment);
    analyst(&place, &server, &["--closes-at", "tomorrow"])
        .exits(2)
        .says("a date from 1970 on is needed");
    Analyst::start(&place, &server.url, &["--opens-at", LONG_AGO])
        .process()
        .kill();
    // Asked for again it is no other one.
    Analyst::start(&place, &server.url, &["--opens-at", LONG_AGO])
        .process()
        .kill();
    analyst(&place, &server, &["--opens-at", FAR])
        .exits(1)
        .says("hint: change them with: ");
    analyst(&place, &server, &["schedule"])
        .exits(2)
        .says("error: a date is needed");
    analyst(&place, &server, &["schedule", "--closes-at", "2019-01-01"])
        .exits(2)
        .says(no_moment);
}
