//! What the server refuses, and that nothing changes then.

use super::*;
use crate::batch::{Accepted, ResultRecord, commit_hash};
use crate::ids::{Blob, SubmissionId};
use crate::manifest::{Tracking, room};

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_below_the_minimum_changes_nothing() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let mut world = running.create(1, |manifest| manifest.min_parties = 2).await;
    let (mut client, nonce) = running.greeted().await;
    assert_eq!(
        client.refused(&freeze(&world)).await,
        ErrorCode::NotLoggedIn
    );
    let mut wrong = world.analyst.clone();
    wrong.signing = World::new(2).analyst.signing;
    let forged = match login(&world, &nonce) {
        ClientMessage::Login {
            fingerprint, nonce, ..
        } => ClientMessage::Login {
            fingerprint,
            nonce,
            signature: wrong.signing.sign(Tag::LOGIN, b"?"),
        },
        other => other,
    };
    assert_eq!(client.refused(&forged).await, ErrorCode::LoginRefused);

    let mut analyst = running.logged_in(&world).await;
    analyst.say(&freeze(&world)).await;
    let refusal = analyst.hear_refusal().await;
    assert_eq!(refusal.code, ErrorCode::TooFewParties);
    assert_eq!((refusal.have, refusal.need), (Some(0), Some(2)));
    for value in [1, 2] {
        let answer = client
            .ask(&ClientMessage::Submit(world.submission(value)))
            .await;
        assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
    }
    let root = Digest::new([0; 32]);
    assert_eq!(analyst.refused(&prepare(root)).await, ErrorCode::NotFrozen);
    let fingerprint = world.terms.fingerprint;
    let skipped = Notice::following(fingerprint, None, 2, Action::Freeze);
    let skipped = ClientMessage::Notice(Signed::sign(&skipped, &world.analyst.signing));
    assert_eq!(analyst.refused(&skipped).await, ErrorCode::NoticeOutOfOrder);
    let forged = Notice::following(fingerprint, None, 1, Action::Freeze);
    let forged = ClientMessage::Notice(Signed::sign(&forged, &wrong.signing));
    assert_eq!(analyst.refused(&forged).await, ErrorCode::NoticeInvalid);
    let batch = analyst.freeze(&world).await;
    assert_eq!(
        analyst.refused(&prepare(root)).await,
        ErrorCode::RootMismatch
    );

    // One reveal at a time; the turn is free once the other has left.
    analyst.say(&prepare(batch.root)).await;
    analyst.hear_frame().await;
    let code = analyst.refused(&ClientMessage::Release {}).await;
    assert_eq!(code, ErrorCode::NotPrepared);
    let mut second = running.logged_in(&world).await;
    let code = second.refused(&prepare(batch.root)).await;
    assert_eq!(code, ErrorCode::RevealInProgress);
    drop(analyst);
    second.say(&prepare(batch.root)).await;
    second.hear_frame().await;
    second.send(Message::Binary(vec![2; 9].into())).await;
    assert_eq!(second.hear_refusal().await.code, ErrorCode::FrameInvalid);
    assert!(second.frame().await.is_none(), "the server hangs up");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_commit_is_refused() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let mut world = running.create(1, |_| {}).await;
    let (mut client, _) = running.greeted().await;
    let submission = world.submission(9);
    client.ask(&ClientMessage::Submit(submission)).await;
    let mut analyst = running.logged_in(&world).await;
    let batch = analyst.freeze(&world).await;
    let party_key = crate::ids::PartyKey::new([1; 32]);
    let fingerprint = world.terms.fingerprint;
    let ask = ClientMessage::Inclusion {
        fingerprint,
        party_key,
    };
    assert_eq!(client.refused(&ask).await, ErrorCode::NotCommitted);
    let helper = crate::reveal::Helper::new(shared_terms(&world), world.analyst.boxes.clone());
    let mut collection = crate::reveal::Collection::new(helper.clone(), batch.clone());
    analyst.say(&prepare(batch.root)).await;
    let frame = analyst.hear_frame().await;
    let verdicts = collection.verified(helper.verify(0, &frame).unwrap());
    analyst
        .send(Message::Binary(verdicts.unwrap().into()))
        .await;
    collection.settled(&analyst.hear_frame().await).unwrap();
    let honest = collection
        .finish()
        .unwrap()
        .decide(&world.terms, &batch)
        .unwrap()
        .commit;
    let mut commit = honest.clone();
    let mut none = Accepted::default();
    none.push(false);
    commit.accepted = none.hash();
    let signed = Signed::sign(&commit, &world.analyst.signing);
    let code = analyst.refused(&ClientMessage::Commit(signed)).await;
    assert_eq!(code, ErrorCode::CommitMismatch);
    let signed = Signed::sign(&honest, &World::new(2).analyst.signing);
    let code = analyst.refused(&ClientMessage::Commit(signed)).await;
    assert_eq!(code, ErrorCode::CommitMismatch);
    let keys = &world.analyst.signing;
    let most = Signed::sign_len(&honest) + room::RECORD_LEN;
    let signed = padded(&honest, keys, most + 1);
    let code = analyst.refused(&ClientMessage::Commit(signed)).await;
    assert_eq!(code, ErrorCode::CommitMismatch);
    let signed = padded(&honest, keys, most);
    let answer = analyst.ask(&ClientMessage::Commit(signed.clone())).await;
    assert!(matches!(answer, ServerMessage::Committed(_)), "{answer:?}");

    let result = ResultRecord {
        fingerprint,
        commit: commit_hash(&signed.body),
        commitment: Digest::new([0; 32]),
        sealed_result: Blob::default(),
    };
    let most = room::result_len(&world.terms.scheme);
    let signed = padded(&result, keys, most + 1);
    let code = analyst.refused(&ClientMessage::Result(signed)).await;
    assert_eq!(code, ErrorCode::ResultInvalid);
    let signed = padded(&result, keys, most);
    let answer = analyst.ask(&ClientMessage::Result(signed)).await;
    assert!(matches!(answer, ServerMessage::Recorded {}), "{answer:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_before_the_freeze_is_refused() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let mut world = running.create(1, |_| {}).await;
    let (mut client, _) = running.greeted().await;
    client
        .ask(&ClientMessage::Submit(world.submission(9)))
        .await;
    drop(client);
    running.stop().await;
    copy_database(directory.path(), "test.db", "old.db");
    let running = Running::start(&directory).await;
    running.logged_in(&world).await.freeze(&world).await;
    running.stop().await;

    copy_database(directory.path(), "old.db", "test.db");
    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    for which in [by_fingerprint(&world), by_name(&world, true)] {
        assert_eq!(client.refused(&which).await, ErrorCode::RolledBack);
    }
    let code = client
        .refused(&ClientMessage::Submit(world.submission(1)))
        .await;
    assert_eq!(code, ErrorCode::RolledBack);
    running.stop().await;

    // Nor does an empty database know it, whoever creates it again.
    copy_database(directory.path(), "none.db", "test.db");
    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    let code = client.refused(&by_fingerprint(&world)).await;
    assert_eq!(code, ErrorCode::RolledBack);
    let again = Signed::sign(&world.terms.manifest, &world.analyst.signing);
    let code = client.refused(&ClientMessage::Create(again)).await;
    assert_eq!(code, ErrorCode::RolledBack);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn manifests_that_do_not_fit_are_refused() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    let (_, signed) = client.propose(1, |manifest| manifest.round = 2).await;
    let create = ClientMessage::Create;
    assert_eq!(
        client.refused(&create(signed)).await,
        ErrorCode::RoundOutOfOrder
    );
    let (_, signed) = client.propose(1, |_| {}).await;
    let mut forged = signed.clone();
    forged.body = Blob(vec![b'{', b'}']);
    assert_eq!(
        client.refused(&create(forged)).await,
        ErrorCode::ManifestInvalid
    );
    let elsewhere = {
        let world = World::new(1);
        Signed::sign(&world.terms.manifest, &world.analyst.signing)
    };
    let code = client.refused(&create(elsewhere)).await;
    assert_eq!(code, ErrorCode::ManifestForAnotherServer);
    let (mut other, _) = running.greeted().await;
    let code = other.refused(&create(signed.clone())).await;
    assert_eq!(
        code,
        ErrorCode::ManifestForAnotherServer,
        "its key is another's"
    );
    let created = client.ask(&create(signed.clone())).await;
    assert!(
        matches!(created, ServerMessage::Computation(_)),
        "{created:?}"
    );
    assert_eq!(other.ask(&create(signed)).await, created, "the same again");
    let (_, signed) = client.propose(2, |_| {}).await;
    let code = client.refused(&create(signed)).await;
    assert_eq!(code, ErrorCode::ComputationExists);
    let (_, signed) = client.propose(1, |manifest| manifest.round = 2).await;
    assert_eq!(
        client.refused(&create(signed)).await,
        ErrorCode::RoundOutOfOrder
    );
    running.stop().await;
}

type Change = fn(&mut crate::submission::Submission);

#[tokio::test(flavor = "multi_thread")]
async fn submissions_that_do_not_fit_are_refused() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let mut world = running
        .create(1, |manifest| manifest.tracking = Tracking::None)
        .await;
    let (mut client, _) = running.greeted().await;
    let submission = world.submission(1);
    let cases: [(Change, ErrorCode); 5] = [
        (
            |s| s.fingerprint = World::new(9).terms.fingerprint,
            ErrorCode::UnknownComputation,
        ),
        (|s| s.sequence = 0, ErrorCode::SubmissionWrongSize),
        (
            |s| s.server_box.0.truncate(9),
            ErrorCode::SubmissionWrongSize,
        ),
        (
            |s| s.submission_id = SubmissionId::new([0; 16]),
            ErrorCode::SubmissionBadSignature,
        ),
        (
            |s| s.server_box.0.reverse(),
            ErrorCode::SubmissionBadSignature,
        ),
    ];
    for (change, code) in cases {
        let mut changed = submission.clone();
        change(&mut changed);
        assert_eq!(client.refused(&ClientMessage::Submit(changed)).await, code);
    }
    let answer = client.ask(&ClientMessage::Submit(submission)).await;
    assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
    let mut analyst = running.logged_in(&world).await;
    let code = analyst.refused(&ClientMessage::Watch {}).await;
    assert_eq!(code, ErrorCode::NotAllowed, "nobody is shown how many");
    running.stop().await;
}
