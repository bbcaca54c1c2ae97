//! Teams that are too small, and counted together for that: what is merged holds with a modified
//! analyst and with a modified server.

use web_mpc::batch::Commit;
use web_mpc::client::ClientError;
use web_mpc::disclosure::Outcome;
use web_mpc::form::{Answers, Form};
use web_mpc::measurement::Rejection;
use web_mpc::measurement::merging::Merged;
use web_mpc::protocol::{ClientMessage, ErrorCode};

use super::super::wire::{Hand, Tallied};
use super::liar::{Liar, Lie, deceive};
use super::survey::{self, Survey, hours};

const FORM: &str = r#"{
  "title": "Hours",
  "questions": [{"id": "hours", "text": "How many hours?",
    "answer": {"number": {"min": 0, "max": 15, "statistics": ["sum"]}}}],
  "cohorts": [{"id": "team", "title": "Team", "options": ["Red", "Green", "Blue", "Other"],
    "merge": {"into": "Other", "options": ["Green", "Blue"]}}],
  "minimum": {"parties": 3, "cohort": 3}
}"#;

/// Blue is too small, and so is Other: together they are enough.
const TEAMS: [u64; 4] = [5, 4, 2, 1];
const BLUE: u32 = 2;

fn form() -> Form {
    Form::parse(FORM).unwrap()
}

fn everybody() -> Vec<Answers> {
    survey::members_of(&TEAMS)
}

/// Of all, of Red, of Green, and of Blue and Other together.
fn truth(all: &[Answers]) -> Vec<Option<i128>> {
    [all, &all[..5], &all[5..9], &all[9..]]
        .map(|some| Some(hours(some)))
        .to_vec()
}

/// A release in which these options of each dimension are merged.
fn merging(suppressed: &[u32], merged: &[&[u32]]) -> Outcome {
    Outcome::Release {
        suppressed: suppressed.to_vec(),
        merged: Merged::new(merged.iter().map(|options| options.to_vec()).collect()),
        hidden: None,
    }
}

async fn refused(hand: &mut Hand, tallied: &Tallied, outcome: Outcome, cohorts: &[u64]) {
    let named = format!("{outcome:?} of {cohorts:?}");
    let commit = hand.commit(tallied, |commit| {
        commit.outcome = outcome;
        commit.counts.cohorts = cohorts.to_vec();
    });
    let code = hand.wire.code(&ClientMessage::Commit(commit)).await;
    assert_eq!(code, ErrorCode::CommitMismatch, "{named}");
    let release = ClientMessage::Release {};
    let code = hand.wire.code(&release).await;
    assert_eq!(code, ErrorCode::NotCommitted, "{named}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_that_merges_otherwise_gets_nothing() {
    let mut survey = Survey::about(&form(), everybody(), 151, |_| {}).await;
    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let tallied = hand.pages(&batch, |_, code| code).await;
    assert_eq!(tallied.counts.cohorts, TEAMS);
    for outcome in [
        // Nothing is merged: all teams are shown, or those that are large enough.
        merging(&[], &[]),
        merging(&[3], &[]),
        merging(&[3, 4], &[]),
        // Another team, more of them, one that the rule does not name, one that there is not.
        merging(&[], &[&[1]]),
        merging(&[], &[&[1, 2]]),
        merging(&[], &[&[0, 2]]),
        merging(&[], &[&[3]]),
        merging(&[], &[&[2, 9]]),
        // As it is, but twice, of a dimension that there is not, and with a team less.
        merging(&[], &[&[2, 2]]),
        merging(&[], &[&[2], &[0]]),
        merging(&[2], &[&[2]]),
    ] {
        refused(&mut hand, &tallied, outcome, &TEAMS).await;
    }
    // Counts of which the same rule makes what the analyst would like.
    for (cohorts, outcome) in [
        ([5, 3, 3, 1], merging(&[], &[])),
        ([5, 4, 0, 3], merging(&[], &[])),
        ([5, 2, 2, 3], merging(&[], &[&[1, 2]])),
    ] {
        refused(&mut hand, &tallied, outcome, &cohorts).await;
    }

    let bound = hand.commit_to(&tallied).await;
    let groups = hand.released(&bound).await;
    let shown = groups
        .iter()
        .map(|group| group.iter().any(|byte| *byte != 0));
    let shown: Vec<bool> = shown.collect();
    assert_eq!(shown, [true, true, true, false, true], "nothing of Blue");
    hand.wire.close().await;

    let found = survey.reveal().await;
    assert_eq!(found.commit.outcome, merging(&[], &[&[BLUE]]));
    let report = survey::report(&survey.terms, &found);
    assert_eq!(survey::sums(&report), truth(&survey.all));
    let other = &report.groups[3];
    assert_eq!((other.of[0].1.as_str(), other.parties), ("Other", 3));
    assert_eq!(other.includes[0].1, "Blue", "and that is said");
    survey.served.stop().await;
}

/// Whoever rejects parties of a team to have it merged, or of the merged ones to see one alone, is
/// shown nothing of fewer than the minimum.
#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_that_makes_the_merged_teams_small_is_not_shown_them() {
    let mut survey = Survey::about(&form(), everybody(), 152, |_| {}).await;
    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let other = survey.place_of(&survey.parties[11]);
    let without = |index, code| match index {
        _ if index == other => Rejection::ProofRejected.code(),
        _ => code,
    };
    let tallied = hand.pages(&batch, without).await;
    assert_eq!(tallied.counts.cohorts, [5, 4, 2, 0]);
    // Blue is alone in Other now, unless Green is counted there as well.
    for outcome in [merging(&[], &[]), merging(&[], &[&[BLUE]])] {
        refused(&mut hand, &tallied, outcome, &[5, 4, 2, 0]).await;
    }
    let bound = hand.commit_to(&tallied).await;
    let commit: Commit = serde_json::from_slice(&bound.body.0).unwrap();
    assert_eq!(commit.outcome, merging(&[], &[&[1, BLUE]]));
    hand.wire.close().await;
    survey.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_merges_otherwise_is_refused() {
    for (lie, wrong) in [
        (Lie::None, None),
        (Lie::MergesLess, Some("commit")),
        (Lie::MergesMore, Some("commit")),
        (Lie::MergesAnother, Some("commit")),
        (Lie::ReleasesUnmerged, Some("released share")),
        (Lie::ReleasesMergedApart, Some("released share")),
    ] {
        let liar = || Liar::about(&form(), &everybody(), lie, 153);
        let (outcome, lying) = deceive(liar()).await;
        match (outcome, wrong) {
            (Ok(found), None) => {
                let report = survey::report(&liar().terms, &found);
                assert_eq!(survey::sums(&report), truth(&everybody()));
            }
            (Err(ClientError::Misbehaviour(found)), Some(wrong)) => {
                assert!(found.to_string().contains(wrong), "{lie:?}: {found}");
                assert_eq!(lying.heard("release"), wrong != "commit", "{lie:?}");
                assert!(!lying.heard("result"), "{lie:?}");
            }
            (Ok(_), Some(_)) => panic!("{lie:?}: taken"),
            (Err(error), _) => panic!("{lie:?}: {error}"),
        }
    }
}
