//! Several rounds of one computation: what the next one tells of the last, and which result is the
//! newest.

use std::fs;

use super::super::harness::{Place, Server};
use super::analyst::NO_BACKUP;
use super::{Analyst, submit};

#[test]
fn the_next_round_tells_of_the_last() {
    let place = Place::new();
    let server = place.server();
    let analyst = Analyst::start(
        &place,
        &server.url,
        &["--modulus", "1000", "--min-parties", "2"],
    );
    let first = analyst.fingerprint.clone();
    submit(&place, &server.url, &[500, 542], |_| ());
    let note = "note: the result is the sum modulo 1000: a larger sum wraps around\n";
    analyst.reveal().sum(42).says(note);
    let second = Analyst::start(&place, &server.url, &[]);
    assert_ne!(second.fingerprint, first);
    // The settings of the last round stay.
    place.analyst(&server.url).args(["status"]).run().is(
        0,
        "computation web-mpc, round 2: open\n0 submitted, 2 needed\n",
        "",
    );
    for _ in 0..2 {
        let party = place.party(&server.url).args(["1"]).run().exits(0);
        let expected = "Submitted to computation web-mpc, round 2.\n";
        assert!(party.stdout.starts_with(expected), "{party}");
    }
    let ended = second.reveal().sum(2);
    assert_eq!(
        ended.stderr,
        format!("round 1: 42 (2 parties)\n{note}{NO_BACKUP}{note}")
    );
    // And the third tells of the second only.
    let third = Analyst::start(&place, &server.url, &["--min-parties", "1"]);
    let told = third.process.kill().err.concat();
    assert_eq!(told, format!("round 2: 2 (2 parties)\n{note}{NO_BACKUP}"));
}

#[test]
fn the_last_result_stays_once_the_next_round_is_open() {
    let place = Place::new();
    let server = place.server();
    let result = |args: &[&str]| {
        let launch = place.analyst(&server.url).args(["result"]);
        launch.args(args).run()
    };
    let warning = "warning: this is the sum of one party: it is that party's own value\n";
    let analyst = Analyst::start(&place, &server.url, &[]);
    submit(&place, &server.url, &[42], |_| ());
    analyst.reveal().sum(42);
    let next = Analyst::start(&place, &server.url, &[]);
    result(&["--out", "last.csv"]).is(
        0,
        "SUM IS: 42\n",
        &format!("round 2 has no result yet; this is the result of round 1:\n{warning}"),
    );
    let written = fs::read_to_string(place.folder("analyst").join("last.csv")).unwrap();
    assert!(written.ends_with("\nweb-mpc,1,1,42\n"), "{written}");
    assert!(result(&["--json"]).stdout.contains("\"round\":1"));
    // Another name is another computation.
    Analyst::start(&place, &server.url, &["--computation", "other"]);
    result(&["--computation", "other"]).exits(75);
    for _ in 0..2 {
        let party = place.party(&server.url).args(["4"]).run().exits(0);
        assert!(party.stdout.contains("round 2"), "{party}");
    }
    next.reveal().sum(8);
    result(&[]).is(0, "SUM IS: 8\n", "");
    let third = Analyst::start(&place, &server.url, &[]);
    let told = "round 3 has no result yet; this is the result of round 2:\n";
    result(&[]).is(0, "SUM IS: 8\n", told);
    drop(third);
    // Without a journal there is no telling which rounds there were.
    fs::remove_file(place.folder("analyst").join("keys.json.journal")).unwrap();
    result(&[]).exits(75);
}

/// Puts the server back, with its ledger, to what it was before something happened.
fn go_back(place: &Place, server: &mut Server, happens: impl FnOnce(&Server)) {
    let stop = |server: &mut Server| {
        server.process().signal("TERM");
        server.finish().exits(0);
    };
    let file = |name: &str| place.folder("server").join(name);
    stop(server);
    let kept = ["web-mpc.db", "server-keys.json.ledger"].map(file);
    let copies = kept.clone().map(|file| fs::read(file).unwrap());
    server.restart();
    happens(server);
    stop(server);
    for (file, copy) in kept.iter().zip(copies) {
        fs::write(file, copy).unwrap();
    }
    for rest in ["web-mpc.db-wal", "web-mpc.db-shm"] {
        drop(fs::remove_file(file(rest)));
    }
    server.restart();
}

#[test]
fn an_older_result_does_not_pass_for_the_newest() {
    let place = Place::new();
    let mut server = place.server();
    let round = |server: &Server, round: usize, value: &str| {
        let analyst = Analyst::start(&place, &server.url, &[]);
        let party = place.party(&server.url).args([value]).run().exits(0);
        assert!(party.stdout.contains(&format!("round {round}.")), "{party}");
        analyst.reveal().sum(value);
    };
    round(&server, 1, "42");
    let missing = "error: the server does not show round 2 of computation web-mpc, \
                   to which you have committed\n\
                   hint: an older result is not the newest one; the server's operator should see \
                   this message: its database was removed, or restored from an old backup\n";
    go_back(&place, &mut server, |server| round(server, 2, "43"));
    let result = || place.analyst(&server.url).args(["result"]).run();
    result().is(1, "", missing);
    // Nor once there is another second round.
    Analyst::start(&place, &server.url, &[]);
    result().is(1, "", missing);
}
