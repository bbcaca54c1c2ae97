//! A server that lies to the product's own clients: each lie is found out, and before anything that
//! would help the liar.

use std::time::Duration;

use web_mpc::batch::{Accepted, Commit};
use web_mpc::client::ClientError;
use web_mpc::disclosure::{Counts, Outcome};
use web_mpc::manifest::Phase;
use web_mpc::record::Signed;
use web_mpc::reveal::RevealError;
use web_mpc::session::{Misbehaviour, Purpose};

use super::super::hostile::forge::Forge;
use super::super::wire::{Honest, party, rng};
use super::liar::{Liar, Lie, Lying};
use super::{VALUES, honest};

/// The analyst's whole run against a liar.
async fn run(analyst: &mut Honest, lying: &Lying) -> Result<(i64, u64), ClientError> {
    let (mut connection, joined) = analyst.join(&lying.url, Purpose::Existing).await?;
    let batch = analyst.batch(&mut connection, &joined).await?;
    let found = analyst.reveal_on(&mut connection, &joined, &batch).await?;
    Ok(super::super::wire::sum_of(&joined, &found))
}

/// What a run ends with, and what it must not have said.
async fn lie_to_analyst(lie: Lie, change: impl FnOnce(&mut Liar)) -> (ClientError, Lying) {
    let mut liar = Liar::new(lie, 81);
    change(&mut liar);
    let keys = tempfile::tempdir().unwrap();
    let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
    let lying = liar.listen().await;
    let error = run(&mut analyst, &lying).await;
    (error.expect_err(&format!("{lie:?}")), lying)
}

fn misbehaviour(lie: Lie, error: &ClientError) -> String {
    match error {
        ClientError::Misbehaviour(misbehaviour) => format!("{misbehaviour:?}"),
        other => panic!("{lie:?}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_tells_the_truth_is_believed() {
    let liar = Liar::new(Lie::None, 80);
    let keys = tempfile::tempdir().unwrap();
    let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
    let terms = liar.terms.clone();
    let lying = liar.listen().await;
    party(&lying.url, &terms, 1).await.unwrap();
    let sum = VALUES.iter().sum();
    assert_eq!(run(&mut analyst, &lying).await.unwrap(), (sum, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_before_the_reveal_end_it() {
    let unproven = |what| format!("Unproven({what:?})");
    let cases = [
        (
            Lie::UnsignedManifest,
            "Manifest(Record(BadSignature))".to_owned(),
        ),
        (
            Lie::ManifestSignedByTheServerAlone,
            "Manifest(Record(BadSignature))".to_owned(),
        ),
        (Lie::AnotherComputation, "OtherComputation".to_owned()),
        (Lie::AnotherIdentity, unproven("identity")),
        (Lie::UnsignedLogin, unproven("login")),
        (Lie::UnsignedBatch, unproven("batch")),
        (Lie::BatchOfAnotherComputation, unproven("batch")),
    ];
    for (lie, expected) in cases {
        let (error, lying) = lie_to_analyst(lie, |_| {}).await;
        assert_eq!(misbehaviour(lie, &error), expected, "{lie:?}");
        assert!(!lying.heard("prepare"), "{lie:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_about_the_batch_are_found_before_the_commit() {
    let cases = [
        (Lie::Duplicated, RevealError::Order),
        (Lie::DuplicateId, RevealError::DuplicateId),
        (Lie::Reordered, RevealError::Order),
        (Lie::Unsorted, RevealError::Order),
        (Lie::Swapped, RevealError::Root),
        (Lie::Added, RevealError::Count),
        (Lie::ShortPage, RevealError::Frame),
        (Lie::PageTwice, RevealError::Frame),
        (Lie::VerdictsFirst, RevealError::Frame),
        (Lie::VerdictOfTheAnalyst, RevealError::Verdict),
        (Lie::RejectsForAnotherReason, RevealError::Verdict),
        (Lie::UnknownVerdict, RevealError::Verdict),
    ];
    for (lie, expected) in cases {
        let (error, lying) = lie_to_analyst(lie, |_| {}).await;
        let expected = format!("{:?}", Misbehaviour::Reveal(expected));
        assert_eq!(misbehaviour(lie, &error), expected, "{lie:?}");
        assert!(!lying.heard("commit"), "{lie:?}");
    }
    let (error, lying) = lie_to_analyst(Lie::TooManyPages, |_| {}).await;
    assert!(matches!(error, ClientError::Misbehaviour(_)), "{error:?}");
    assert!(!lying.heard("commit"));

    // One that the analyst rejected, for it was malformed.
    let (error, lying) = lie_to_analyst(Lie::AcceptsWhatWasRejected, |liar| {
        let mut rng = rng(82);
        let terms = liar.terms.clone();
        let bad = Forge::new(&terms, &mut rng).make(|header| header.cohort = 9, |_| {});
        liar.submissions.push(bad);
        liar.submissions
            .sort_by_key(|submission| submission.party_key);
    })
    .await;
    let expected = format!("{:?}", Misbehaviour::Reveal(RevealError::Verdict));
    assert_eq!(misbehaviour(Lie::AcceptsWhatWasRejected, &error), expected);
    assert!(!lying.heard("commit"));
}

/// A submission that is missing leaves the analyst waiting for it; when the server ends the
/// connection, nothing was committed.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_submission_is_never_summed_without() {
    for lie in [Lie::Dropped, Lie::DroppedAndCounted] {
        let liar = Liar::new(lie, 83);
        let keys = tempfile::tempdir().unwrap();
        let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
        let lying = liar.listen().await;
        let task = tokio::spawn({
            let url = lying.url.clone();
            async move {
                let (mut connection, joined) = analyst.join(&url, Purpose::Existing).await?;
                let batch = analyst.batch(&mut connection, &joined).await?;
                let found = analyst.reveal_on(&mut connection, &joined, &batch).await?;
                Ok::<_, ClientError>(found)
            }
        });
        while !lying.heard("prepare") {
            tokio::task::yield_now().await;
        }
        // It waits for ever for the fifth.
        let waited = tokio::time::timeout(Duration::from_millis(300), task).await;
        assert!(waited.is_err(), "{lie:?}: {waited:?}");
        assert!(!lying.heard("commit"), "{lie:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_after_the_commit_release_nothing_to_anybody() {
    let cases = [
        (Lie::NotCountersigned, "commit", "release"),
        (Lie::AnotherCommit, "commit", "release"),
        (Lie::ShareOfAnotherCommit, "released share", "result"),
        (Lie::UnsignedShare, "released share", "result"),
        (Lie::ShareForAnother, "released share", "result"),
        (Lie::ShareOutOfRange, "released share", "result"),
    ];
    for (lie, what, unsaid) in cases {
        let (error, lying) = lie_to_analyst(lie, |_| {}).await;
        assert_eq!(
            misbehaviour(lie, &error),
            format!("Unproven({what:?})"),
            "{lie:?}"
        );
        assert!(!lying.heard(unsaid), "{lie:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_over_another_batch_is_refused_by_the_journal() {
    let keys = tempfile::tempdir().unwrap();
    // The first run ends before its commit.
    let liar = Liar::new(Lie::UnknownVerdict, 84);
    let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
    let lying = liar.listen().await;
    run(&mut analyst, &lying).await.unwrap_err();

    // Frozen anew, or shown as frozen, without one submission: everything signed as it should be.
    for shown in [false, true] {
        let mut liar = Liar::new(Lie::None, 84);
        liar.submissions.remove(3);
        if shown {
            liar.phase = Phase::Frozen;
            liar.batch = Some(liar.signed_batch());
        }
        let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
        let lying = liar.listen().await;
        let error = run(&mut analyst, &lying).await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, ClientError::Host(_)), "{text}");
        assert!(text.contains("has another batch"), "{text}");
        assert!(!lying.heard("prepare"));
    }

    // The same batch, but the server cannot open a box that it could open before.
    let liar = Liar::new(Lie::None, 84);
    let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
    let lying = liar.listen().await;
    run(&mut analyst, &lying).await.unwrap();
    let mut liar = Liar::new(Lie::None, 84);
    let other = Accepted::default();
    let commit = Commit {
        fingerprint: liar.terms.fingerprint,
        root: liar
            .signed_batch()
            .open(&liar.terms.manifest.server.identity.signing_key)
            .unwrap()
            .root,
        accepted: other.hash(),
        counts: Counts::default(),
        outcome: Outcome::without(vec![]),
    };
    liar.phase = Phase::Frozen;
    liar.batch = Some(liar.signed_batch());
    let signed = Signed::sign(&commit, &liar.analyst.signing);
    liar.commit = Some(liar.countersign(&signed));
    let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
    let lying = liar.listen().await;
    let error = run(&mut analyst, &lying).await.unwrap_err();
    let expected = "Unproven(\"commit of an earlier run\")";
    assert_eq!(misbehaviour(Lie::None, &error), expected);
    assert!(!lying.heard("commit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_receipt_is_no_receipt() {
    let lies = [
        Lie::UnsignedReceipt,
        Lie::ReceiptOfAnotherSubmission,
        Lie::ReceiptOfAnotherParty,
        Lie::ReceiptOfAnotherSequence,
        Lie::ReceiptOfAnotherComputation,
    ];
    for lie in lies {
        let liar = Liar::new(lie, 85);
        let terms = liar.terms.clone();
        let lying = liar.listen().await;
        let error = party(&lying.url, &terms, 3).await.unwrap_err();
        assert_eq!(
            misbehaviour(lie, &error),
            "Unproven(\"receipt\")",
            "{lie:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_seals_nothing_for_a_swapped_manifest() {
    let lies = [
        (Lie::UnsignedManifest, "Manifest(Record(BadSignature))"),
        (
            Lie::ManifestSignedByTheServerAlone,
            "Manifest(Record(BadSignature))",
        ),
        (Lie::AnotherComputation, "OtherComputation"),
    ];
    for (lie, expected) in lies {
        let liar = Liar::new(lie, 86);
        let terms = liar.terms.clone();
        let lying = liar.listen().await;
        let error = party(&lying.url, &terms, 3).await.unwrap_err();
        assert_eq!(misbehaviour(lie, &error), expected, "{lie:?}");
        assert!(!lying.heard("submit"), "{lie:?}");
    }
}

/// A server that takes connections and answers nothing but that it is busy is asked less and less
/// often.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stays_busy_is_left_alone() {
    let liar = Liar::new(Lie::Busy, 87);
    let terms = liar.terms.clone();
    let lying = liar.listen().await;
    // Twenty pauses of the first length, and six of growing ones.
    let patience = Duration::from_secs(2);
    let asking = tokio::time::timeout(patience, party(&lying.url, &terms, 3));
    assert!(asking.await.is_err());
    let tries = lying.times("submit");
    assert!((2..10).contains(&tries), "{tries} tries");
}
