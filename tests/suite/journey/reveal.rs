//! Interruptions of a reveal: by signals, by kills, by parties that come too late.

use super::super::harness::{Finished, Launch, Place, Process};
use super::super::proxy::{Frame, Proxy};
use super::{Analyst, submit};

/// What helps who comes when a round is over.
const NEXT: &str = "ask the analyst for the link or the fingerprint of a round that is open: \
                    each round has its own";

/// Three parties, and an analyst whose connection can be held.
fn ready(place: &Place) -> (super::Server, Proxy, Analyst) {
    let server = place.server();
    let proxy = Proxy::start(server.address);
    let analyst = Analyst::start(place, &proxy.url, &[]);
    submit(place, &server.url, &[30, 10, 2], |_| ());
    (server, proxy, analyst)
}

/// Presses Enter and waits until the reveal hangs at the first frame that `choice` takes.
fn hang(analyst: &mut Analyst, proxy: &Proxy, choice: impl Fn(&Frame) -> bool + Send + 'static) {
    proxy.hold(choice);
    analyst.process.enter();
    proxy.until_holding();
}

/// The first page, or any other binary frame.
fn page(frame: &Frame) -> bool {
    *frame == Frame::Binary
}

/// A run that finds a frozen batch: no Enter is asked for.
#[track_caller]
fn goes_on(place: &Place, url: &str) -> Finished {
    let ended = place.analyst(url).run().sum(42);
    assert!(!ended.stdout.contains("Hit enter"), "{ended}");
    assert!(
        ended.stdout.starts_with("Computation initialized!\n"),
        "{ended}"
    );
    ended
}

#[test]
fn a_signal_before_the_commit_stops_it() {
    for signal in ["INT", "TERM"] {
        let place = Place::new();
        let (server, proxy, mut analyst) = ready(&place);
        hang(&mut analyst, &proxy, page);
        analyst.process.signal(signal);
        analyst.process.finish().exits(0).says(
            "Stopped before anything was released. The batch stays frozen: \
             run the same command again to reveal it.\n",
        );
        let status = place.analyst(&server.url).args(["status"]).run();
        status.is(
            0,
            &format!(
                "computation web-mpc, round 1: frozen: reveal it with: \
                 cargo run --bin analyst -- --server {} reveal\n\
                 3 submitted, 1 needed\n",
                server.url
            ),
            "",
        );
        goes_on(&place, &server.url);
    }
}

#[test]
fn a_signal_after_the_commit_waits_for_the_result() {
    for answer in ["committed", "released", "recorded"] {
        let place = Place::new();
        let (_server, proxy, mut analyst) = ready(&place);
        hang(&mut analyst, &proxy, move |frame| frame.is(answer));
        analyst.process.signal("TERM");
        proxy.let_go();
        analyst.process.finish().sum(42);
    }
}

#[test]
fn an_analyst_that_is_killed_comes_back_to_the_same_result() {
    for answer in ["frozen", "committed", "released", "recorded"] {
        let place = Place::new();
        let (server, proxy, mut analyst) = ready(&place);
        hang(&mut analyst, &proxy, move |frame| frame.is(answer));
        analyst.process.kill();
        if answer == "recorded" {
            // The server has it: this round is over.
            place.analyst(&server.url).args(["result"]).run().sum(42);
        } else {
            goes_on(&place, &server.url);
        }
    }
}

#[test]
fn a_server_that_is_killed_in_between_changes_nothing() {
    let choices: [fn(&Frame) -> bool; 4] = [
        page,
        |frame| frame.is("frozen"),
        |frame| frame.is("committed"),
        |frame| frame.is("released"),
    ];
    for choice in choices {
        let place = Place::new();
        let (mut server, proxy, mut analyst) = ready(&place);
        hang(&mut analyst, &proxy, choice);
        server.kill();
        proxy.let_go();
        server.restart();
        analyst.process.finish().sum(42);
    }
}

/// A party that comes now is told why it is too late, and leaves nothing behind.
#[track_caller]
fn too_late(place: &Place, url: &str, why: &str) {
    let party = place.party(url).args(["--receipt", "late.json", "5"]).run();
    let message = format!("error: computation web-mpc takes no submissions: {why}\n");
    party.is(1, "", &format!("{message}hint: {NEXT}\n"));
    assert!(!place.folder("party").join("late.json").exists());
}

#[test]
fn a_party_that_comes_too_late_is_told_so() {
    let place = Place::new();
    let (server, proxy, mut analyst) = ready(&place);
    let early = place
        .party(&server.url)
        .args(["--receipt", "early.json", "7"]);
    early.run().exits(0);
    hang(&mut analyst, &proxy, page);
    too_late(&place, &server.url, "the analyst is revealing it");
    proxy.let_go();
    analyst.process.finish().sum(49);
    too_late(&place, &server.url, "it is over");
    // So is a correction, which leaves the receipt as it was.
    let receipt = place.folder("party").join("early.json");
    let before = std::fs::read(&receipt).unwrap();
    let correction = place
        .party(&server.url)
        .args(["--receipt", "early.json", "8"]);
    let refused = correction.run().exits(1);
    assert!(
        refused.stderr.contains("takes no submissions: it is over"),
        "{refused}"
    );
    assert_eq!(std::fs::read(&receipt).unwrap(), before);
    let verify = place.party(&server.url).args(["verify", "early.json"]);
    verify.run().is(0, "Counted in computation web-mpc.\n", "");
}

/// A party whose submission is under way when the analyst presses Enter: either it has a receipt
/// and counts, or it has none and does not.
#[test]
fn a_receipt_means_that_it_counts() {
    let place = Place::new();
    let (server, _proxy, analyst) = ready(&place);
    let folder = place.folder("party");
    let launch = |value: &str| Launch::input_party(&folder).args(["--server", &server.url, value]);
    let parties: Vec<Process> = (0..8).map(|_| launch("100").start()).collect();
    let ended = analyst.reveal().exits(0);
    let parties = parties.into_iter().map(Process::finish);
    let counted = parties.filter(|party| party.code == Some(0)).count();
    ended.sum(42 + 100 * counted);
}
