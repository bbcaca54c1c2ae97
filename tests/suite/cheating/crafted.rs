//! Submissions that only one of the compute parties finds out, or that the wrong one does.

use std::cell::RefCell;

use web_mpc::crypto::{Party, SigningKeyPair};
use web_mpc::disclosure::Outcome;
use web_mpc::ids::{PartyKey, SubmissionId};
use web_mpc::measurement::Rejection;
use web_mpc::protocol::{ClientMessage, ServerMessage};
use web_mpc::submission::Submission;

use super::super::forms::plain;
use super::super::wire::{Wire, submit};
use super::prover::{ANALYST, SERVER, prove};
use super::survey::{self, HIDDEN, Survey};

/// Binary digits of what the form asks.
const BITS: usize = 4;

/// Hands in the largest number, proved by hand.
async fn hand_in(survey: &mut Survey, wrong: Option<usize>, knowing: bool) -> PartyKey {
    let (terms, rng) = (&survey.terms, &mut survey.rng);
    let keys = SigningKeyPair::<Party>::generate(rng);
    let id = SubmissionId::random(rng);
    let shares = prove((terms, &id), (0, BITS), wrong, knowing, rng);
    let submission = Submission::seal_shares(terms, &keys, id, 1, &shares, rng);
    // What is wrong with it only both sides together can see.
    submit(survey.served.address, &submission).await.unwrap();
    survey.parties.push(submission.party_key);
    submission.party_key
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_analyst_accepts_and_the_server_rejects_leaves_both_sums() {
    // The server's rejections do not count as the analyst's.
    let mut survey = Survey::new(111, |manifest| manifest.max_rejected = Some(2)).await;
    let good = hand_in(&mut survey, None, true).await;
    survey.all.push(survey::answer(0, 15));
    let crafted = hand_in(&mut survey, Some(ANALYST), true).await;
    let clumsy = hand_in(&mut survey, Some(ANALYST), false).await;
    let other = hand_in(&mut survey, Some(SERVER), true).await;

    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let said = RefCell::new(Vec::new());
    let listen = |_, code| {
        said.borrow_mut().push(code);
        code
    };
    let tallied = hand.pages(&batch, listen).await;
    let accepts = |party: &PartyKey| {
        let place = survey.place_of(party);
        let analyst = said.borrow()[usize::try_from(place).unwrap()] == 0;
        (analyst, tallied.accepted.get(place).unwrap())
    };
    assert_eq!(
        accepts(&good),
        (true, true),
        "the proof is made as it should be"
    );
    assert_eq!(accepts(&crafted), (true, false), "the server alone rejects");
    assert_eq!(accepts(&clumsy), (false, false));
    assert_eq!(accepts(&other), (false, false));
    hand.wire.close().await;

    let found = survey.reveal().await;
    let counts = serde_json::to_value(&found.commit.counts).unwrap();
    let expected = serde_json::json!({
        "accepted": 12,
        "rejected": {"proof_rejected": 2, "verifier_message_rejected": 1},
        "cohorts": [6, 4, 2],
    });
    assert_eq!(counts, expected, "in the commit that both sides signed");
    let suppressed = HIDDEN.to_vec();
    assert_eq!(found.commit.outcome, Outcome::without(suppressed));
    let report = survey::report(&survey.terms, &found);
    assert!(plain::check(&survey::form(), &survey.all, &report) > 0);
    assert_eq!(survey::sums(&report)[0], Some(survey::hours(&survey.all)));

    // Whoever handed it in is told.
    for (party, reason) in [
        (good, None),
        (crafted, Some(Rejection::VerifierMessageRejected)),
        (clumsy, Some(Rejection::ProofRejected)),
    ] {
        let (mut wire, _, _) = Wire::greeted(survey.served.address).await;
        let question = ClientMessage::Inclusion {
            fingerprint: survey.terms.fingerprint,
            party_key: party,
        };
        match wire.ask(&question).await {
            ServerMessage::Inclusion(inclusion) => {
                assert_eq!(inclusion.place.unwrap().rejection, reason);
            }
            answer => panic!("{answer:?}"),
        }
        wire.close().await;
    }
    survey.served.stop().await;
}
