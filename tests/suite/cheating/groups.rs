//! Minimums of a form, overall and of a cohort, with a modified analyst or a modified server on the
//! other side: nobody gets what a group that is too small has said.

use web_mpc::batch::Commit;
use web_mpc::client::{ClientError, Found};
use web_mpc::disclosure::{EndReason, Outcome};
use web_mpc::measurement::Rejection;
use web_mpc::protocol::{ClientMessage, ErrorCode};

use super::super::wire::{Hand, Tallied};
use super::liar::{Liar, Lie, Lying, deceive};
use super::survey::{self, HIDDEN, Survey, TEAMS, hours};

/// Says what is true.
fn truth(_index: u64, code: u8) -> u8 {
    code
}

/// That a commit is refused, and that nothing is released after it.
async fn refused(hand: &mut Hand, tallied: &Tallied, change: impl FnOnce(&mut Commit)) {
    let commit = ClientMessage::Commit(hand.commit(tallied, change));
    assert_eq!(hand.wire.code(&commit).await, ErrorCode::CommitMismatch);
    let release = ClientMessage::Release {};
    assert_eq!(hand.wire.code(&release).await, ErrorCode::NotCommitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_that_suppresses_less_gets_nothing() {
    let mut survey = Survey::new(121, |_| {}).await;
    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let tallied = hand.pages(&batch, truth).await;
    assert_eq!(tallied.counts.cohorts, TEAMS);
    // Fewer groups suppressed, others, more, or none of these at all.
    for suppressed in [
        &[][..],
        &[2],
        &[3],
        &[1, 3],
        &[0, 2, 3],
        &[3, 2],
        &[2, 3, 4],
    ] {
        refused(&mut hand, &tallied, |commit| {
            let suppressed = suppressed.to_vec();
            commit.outcome = Outcome::without(suppressed);
        })
        .await;
    }
    // Counts of which the same rule makes another outcome.
    for cohorts in [vec![5, 3, 3], vec![4, 4, 3], vec![11, 0, 0], Vec::new()] {
        refused(&mut hand, &tallied, |commit| {
            commit.counts.cohorts = cohorts;
            commit.outcome = Outcome::without(vec![]);
        })
        .await;
    }
    let bound = hand.commit_to(&tallied).await;
    let groups = hand.released(&bound).await;
    for (number, group) in (0..).zip(&groups) {
        let empty = group.iter().all(|byte| *byte == 0);
        assert_eq!(empty, HIDDEN.contains(&number), "group {number}");
    }
    // Once it is bound, no other choice of parties shows another group.
    let reds = survey.parties[..3].iter().map(|red| survey.place_of(red));
    let reds: Vec<u64> = reds.collect();
    let without = |index, code| match index {
        _ if reds.contains(&index) => Rejection::ProofRejected.code(),
        _ => code,
    };
    let other = hand.pages(&batch, without).await;
    assert_eq!(other.counts.cohorts, [2, 4, 2]);
    refused(&mut hand, &other, |_| {}).await;
    hand.wire.close().await;
    let found = survey.reveal().await;
    let report = survey::report(&survey.terms, &found);
    let (all, red) = (hours(&survey.all), hours(&survey.all[..5]));
    assert_eq!(survey::sums(&report), [Some(all), Some(red), None, None]);
    survey.served.stop().await;
}

/// Whoever rejects others to make a team small is not shown that team.
#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_that_makes_a_team_small_is_not_shown_it() {
    let mut survey = Survey::new(122, |_| {}).await;
    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let reds = survey.parties[..3].iter().map(|red| survey.place_of(red));
    let reds: Vec<u64> = reds.collect();
    let without = |index, code| match index {
        _ if reds.contains(&index) => Rejection::AnalystBoxUnopenable.code(),
        _ => code,
    };
    let tallied = hand.pages(&batch, without).await;
    refused(&mut hand, &tallied, |commit| {
        let suppressed = HIDDEN.to_vec();
        commit.outcome = Outcome::without(suppressed);
    })
    .await;
    // Now Red has two parties, as Blue has; both together are enough.
    let bound = hand.commit_to(&tallied).await;
    let groups = hand.released(&bound).await;
    let shown = groups
        .iter()
        .map(|group| group.iter().any(|byte| *byte != 0));
    assert_eq!(shown.collect::<Vec<_>>(), [true, false, true, false]);
    hand.wire.close().await;
    survey.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_with_a_lower_minimum_gets_nothing() {
    let mut survey = Survey::new(123, |manifest| manifest.min_parties = 11).await;
    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let without = |index, code| match index {
        0 => Rejection::ProofRejected.code(),
        _ => code,
    };
    let tallied = hand.pages(&batch, without).await;
    refused(&mut hand, &tallied, |commit| {
        let suppressed = HIDDEN.to_vec();
        commit.outcome = Outcome::without(suppressed);
    })
    .await;
    let lower = EndReason::TooFewAccepted {
        accepted: 10,
        minimum: 10,
    };
    refused(&mut hand, &tallied, |commit| {
        let reasons = vec![lower];
        commit.outcome = Outcome::End { reasons };
    })
    .await;
    hand.commit_to(&tallied).await;
    let release = ClientMessage::Release {};
    assert_eq!(hand.wire.code(&release).await, ErrorCode::Ended);
    hand.wire.close().await;
    survey.served.stop().await;
}

/// The honest analyst's whole run against a server that lies about a survey.
async fn run(lie: Lie, seed: u64) -> (Result<Found, ClientError>, Lying) {
    deceive(Liar::asking(lie, seed)).await
}

/// What a run ends with that goes through.
async fn shown(lie: Lie, seed: u64) -> (Found, Vec<Option<i128>>, Lying) {
    let (outcome, lying) = run(lie, seed).await;
    let found = outcome.unwrap();
    let terms = Liar::asking(lie, seed).terms;
    let sums = match found.aggregate {
        Some(_) => survey::sums(&survey::report(&terms, &found)),
        None => Vec::new(),
    };
    (found, sums, lying)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_releases_everything_is_refused() {
    let all = survey::everybody();
    let (found, sums, _) = shown(Lie::None, 131).await;
    assert_eq!(
        sums,
        [Some(hours(&all)), Some(hours(&all[..5])), None, None]
    );
    let Outcome::Release { suppressed, .. } = &found.commit.outcome else {
        panic!("no release");
    };
    assert_eq!(*suppressed, HIDDEN);
    let (outcome, lying) = run(Lie::ReleasesEverything, 131).await;
    assert!(lying.heard("release"));
    match outcome {
        Err(error) => assert!(error.to_string().contains("released share"), "{error}"),
        Ok(_) => panic!("taken"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_signs_another_outcome_is_refused() {
    for lie in [
        Lie::SuppressesLess,
        Lie::SuppressesNothing,
        Lie::CountsMoreInATeam,
        Lie::CountsMore,
    ] {
        let (outcome, lying) = run(lie, 132).await;
        let Err(ClientError::Misbehaviour(found)) = outcome else {
            panic!("{lie:?}: not refused");
        };
        assert_eq!(format!("{found:?}"), "Unproven(\"commit\")", "{lie:?}");
        assert!(!lying.heard("release"), "{lie:?}");
    }
}

/// A server may reject whom it likes, with a reason that it must give: no team and no total is shown
/// that has become too small by that.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_rejects_the_honest_shows_no_small_group() {
    let all = survey::everybody();
    let (found, sums, _) = shown(Lie::RejectsTeam, 133).await;
    let rejected = &found.commit.counts.rejected;
    assert_eq!(rejected[&Rejection::VerifierMessageRejected], 3);
    assert_eq!(found.commit.counts.cohorts, [2, 4, 2]);
    let green = hours(&all[5..9]);
    assert_eq!(sums[1..], [None, Some(green), None]);

    let (found, sums, lying) = shown(Lie::RejectsAllButTwo, 134).await;
    let reasons = vec![EndReason::TooFewAccepted {
        accepted: 2,
        minimum: 3,
    }];
    assert_eq!(found.commit.outcome, Outcome::End { reasons });
    assert_eq!(sums, []);
    assert!(!lying.heard("release"));
}
