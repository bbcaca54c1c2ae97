//! Notices that the analyst never made, shown to a party.

use std::sync::{Arc, Mutex};

use web_mpc::manifest::{Action, Dates, Notice, Phase};
use web_mpc::protocol::{ClientMessage, ServerMessage, Standing, encode};
use web_mpc::record::Signed;

use super::super::harness::Place;
use super::{Own, fake, welcome};

/// A chain of these notices, signed by the analyst of `signer` about the computation of `about`.
fn chain(about: &Own, signer: &Own, actions: &[Action]) -> Vec<Signed<Notice>> {
    let mut notices: Vec<Signed<Notice>> = Vec::new();
    for (number, action) in (1..).zip(actions) {
        let fingerprint = about.terms.fingerprint;
        let notice = Notice::following(fingerprint, notices.last(), number, *action);
        notices.push(Signed::sign(&notice, &signer.analyst.signing));
    }
    notices
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_hands_nothing_to_a_server_that_forges_notices() {
    let (own, other) = (Own::new(61), Own::new(62));
    let dates = Dates {
        opens_at: None,
        closes_at: Some(4_000_000_000),
    };
    let honest = chain(&own, &own, &[Action::Pause, Action::Resume]);
    let standing = |phase, notices: Vec<Signed<Notice>>| Standing {
        notices,
        ..own.standing(phase)
    };
    let (list, state) = ("list of notices", "state of the computation");
    let cases = [
        (
            "a pause without a notice",
            standing(Phase::Paused, vec![]),
            state,
        ),
        (
            "a freeze without a notice",
            standing(Phase::Frozen, vec![]),
            state,
        ),
        (
            "a pause that is hidden",
            standing(Phase::Open, chain(&own, &own, &[Action::Pause])),
            state,
        ),
        (
            "a date of somebody else",
            standing(Phase::Open, chain(&own, &other, &[Action::Schedule(dates)])),
            list,
        ),
        (
            "a date of another computation",
            standing(Phase::Open, chain(&other, &own, &[Action::Schedule(dates)])),
            list,
        ),
        (
            "a notice that is left out",
            standing(Phase::Open, honest[1..].to_vec()),
            list,
        ),
        (
            "a notice twice",
            standing(Phase::Paused, vec![honest[0].clone(), honest[0].clone()]),
            list,
        ),
    ];
    let place = Place::new();
    for (name, forged, what) in cases {
        let (server, heard) = (own.server.public(), Arc::new(Mutex::new(Vec::new())));
        let said = Arc::clone(&heard);
        let shown = encode(&ServerMessage::Computation(Box::new(forged)));
        let (url, task) = fake(move |message| match message {
            ClientMessage::Hello { .. } => vec![welcome(server)],
            ClientMessage::Lookup { .. } => vec![shown.clone()],
            other => {
                said.lock().unwrap().push(encode(&other));
                vec![]
            }
        })
        .await;
        let party = place.party(&url.to_string()).args(["--json", "42"]).start();
        let ended = tokio::task::spawn_blocking(move || party.finish());
        let ended = ended.await.unwrap().exits(1);
        assert!(
            ended.stdout.contains(r#""code":"server_misbehaved""#) && ended.stdout.contains(what),
            "{name}: {ended}"
        );
        assert_eq!(*heard.lock().unwrap(), Vec::<String>::new(), "{name}");
        task.abort();
    }
}
