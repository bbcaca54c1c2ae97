//! What the analyst does while it collects: pause, resume, close.

use super::super::harness::Place;
use super::{Analyst, submit};

#[test]
fn a_computation_is_paused_resumed_and_closed() {
    let place = Place::new();
    let mut server = place.server();
    let analyst = Analyst::start(&place, &server.url, &[]);
    let says = |command: &str, state: &str| {
        let done = place.analyst(&server.url).args([command]).run().exits(0);
        let line = format!("computation web-mpc, round 1: {state}");
        assert!(done.stdout.starts_with(&line), "{done}");
    };
    let refused = |why: &str| {
        let party = place.party(&server.url).args(["1"]).run().exits(1);
        assert!(party.stderr.contains(why), "{party}");
    };
    submit(&place, &server.url, &[40], |_| ());
    says("pause", "paused: go on with: ");
    says("pause", "paused: go on with: ");
    says("status", "paused: go on with: ");
    refused("the analyst has paused it");
    says("resume", "open");
    submit(&place, &server.url, &[2], |_| ());
    says("close", "closed: reveal it with: ");
    refused("it is closed");
    // The one who waits for Enter has the notices of before.
    analyst.reveal().sum(42);
    let late = place.analyst(&server.url).args(["pause"]).run();
    assert!(late.stderr.contains("revealed"), "{late}");
    assert_ne!(late.code, Some(0));
    server.kill();
}

#[test]
fn a_pause_outlives_a_restart_and_who_comes_back_is_told() {
    let place = Place::new();
    let mut server = place.server();
    Analyst::start(&place, &server.url, &[]).process.kill();
    submit(&place, &server.url, &[42], |_| ());
    let paused = place.analyst(&server.url).args(["pause"]).run().exits(0);
    assert!(paused.stdout.contains("1 submitted"), "{paused}");
    server.kill();
    server.restart();
    let analyst = Analyst::start(&place, &server.url, &[]);
    analyst
        .process
        .err("note: no submissions are taken at the moment");
    analyst.reveal().sum(42);
}
