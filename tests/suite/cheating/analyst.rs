//! An analyst that was modified: it drives the protocol by hand to learn more than one aggregate.

use web_mpc::batch::{ResultRecord, commit_hash};
use web_mpc::crypto::{Analyst, Identity};
use web_mpc::disclosure::{EndReason, Outcome};
use web_mpc::ids::{Blob, Digest, Fingerprint};
use web_mpc::measurement::{Population, Rejection};
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage};
use web_mpc::record::Signed;
use web_mpc::reveal::{Agreed, open_release};

use super::super::wire::{Hand, Tallied, seal, submit};
use super::{Scene, VALUES};

/// Says what is true.
fn truth(_index: u64, code: u8) -> u8 {
    code
}

/// Rejects the submission at a place.
fn reject(place: u64) -> impl Fn(u64, u8) -> u8 {
    move |index, code| match index {
        _ if index == place => Rejection::AnalystBoxUnopenable.code(),
        _ => code,
    }
}

async fn release(hand: &mut Hand) -> Result<Signed<web_mpc::batch::Release>, ErrorCode> {
    match hand.wire.ask(&ClientMessage::Release {}).await {
        ServerMessage::Released(released) => Ok(released),
        ServerMessage::Error(refusal) => Err(refusal.code),
        other => panic!("{other:?}"),
    }
}

async fn commit(hand: &mut Hand, tallied: &Tallied) -> Result<(), ErrorCode> {
    let commit = hand.commit(tallied, |_| {});
    match hand.wire.ask(&ClientMessage::Commit(commit)).await {
        ServerMessage::Committed(_) => Ok(()),
        ServerMessage::Error(refusal) => Err(refusal.code),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_step_comes_before_the_one_that_it_follows() {
    let mut scene = Scene::new(93).await;
    let mut hand = scene.hand().await;
    let nothing = Digest::new([0; 32]);
    let broken = hand.notice(|notice| notice.previous = nothing);
    assert_eq!(hand.wire.code(&broken).await, ErrorCode::NoticeOutOfOrder);
    let skipped = hand.notice(|notice| notice.number = 2);
    assert_eq!(hand.wire.code(&skipped).await, ErrorCode::NoticeOutOfOrder);
    assert_eq!(release(&mut hand).await, Err(ErrorCode::NotPrepared));

    let batch = hand.freeze().await;
    assert_eq!(batch.parties, VALUES.len() as u64);
    assert_eq!(release(&mut hand).await, Err(ErrorCode::NotPrepared));
    let other = ClientMessage::Prepare { root: nothing };
    assert_eq!(hand.wire.code(&other).await, ErrorCode::RootMismatch);
    // What the pages would have shown is known from another run.
    let mut other = scene.hand().await;
    let tallied = other.pages(&batch, truth).await;
    assert_eq!(
        commit(&mut hand, &tallied).await,
        Err(ErrorCode::NotPrepared)
    );
    other.wire.close().await;

    hand.wire
        .say(&ClientMessage::Prepare { root: batch.root })
        .await;
    let early = hand.commit(&tallied, |_| {});
    hand.wire.say(&ClientMessage::Commit(early)).await;
    hand.wire.say(&ClientMessage::Release {}).await;
    let mut refused = Vec::new();
    while refused.len() < 2 {
        if let super::super::wire::Heard::Message(ServerMessage::Error(refusal)) =
            hand.wire.hear().await
        {
            refused.push(refusal.code);
        }
    }
    assert_eq!(refused, [ErrorCode::NotPrepared; 2]);
    hand.wire.close().await;

    let mut hand = scene.hand().await;
    let tallied = hand.pages(&batch, truth).await;
    assert_eq!(release(&mut hand).await, Err(ErrorCode::NotCommitted));
    let record = ResultRecord {
        fingerprint: scene.terms.fingerprint,
        commit: nothing,
        commitment: nothing,
        sealed_result: Blob::default(),
    };
    let record = ClientMessage::Result(Signed::sign(&record, &scene.analyst.signing));
    assert_eq!(hand.wire.code(&record).await, ErrorCode::NotCommitted);
    commit(&mut hand, &tallied).await.unwrap();
    assert_eq!(hand.wire.code(&record).await, ErrorCode::ResultInvalid);
    hand.wire.close().await;
    scene.check_result(VALUES.len() as u64).await;
    scene.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_says_what_the_server_found_or_nothing() {
    let mut scene = Scene::new(94).await;
    let mut hand = scene.hand().await;
    let batch = hand.freeze().await;
    let tallied = hand.pages(&batch, truth).await;
    let nothing = Digest::new([0; 32]);
    let mut fewer = web_mpc::batch::Accepted::default();
    for index in 0..batch.parties {
        fewer.push(index != 2);
    }
    let reasons = vec![EndReason::TooFewAccepted {
        accepted: 5,
        minimum: 6,
    }];
    let stranger = Identity::<Analyst>::generate(&mut scene.rng);
    let forged = [
        hand.commit(&tallied, |c| c.fingerprint = Fingerprint::new([1; 32])),
        hand.commit(&tallied, |c| c.root = nothing),
        hand.commit(&tallied, |c| c.accepted = nothing),
        hand.commit(&tallied, |c| c.accepted = fewer.hash()),
        hand.commit(&tallied, |c| c.counts.accepted += 1),
        hand.commit(&tallied, |c| c.counts.accepted -= 1),
        hand.commit(&tallied, |c| {
            c.counts.accepted -= 1;
            c.accepted = fewer.hash();
            c.counts.rejected.insert(Rejection::ProofRejected, 1);
        }),
        hand.commit(&tallied, |c| {
            c.outcome = Outcome::End {
                reasons: reasons.clone(),
            };
        }),
        hand.commit(&tallied, |c| {
            c.outcome = Outcome::without(vec![0]);
        }),
        hand.commit(&tallied, |c| c.counts.cohorts = vec![c.counts.accepted]),
        Signed::from_parts(hand.commit(&tallied, |_| {}).body, {
            let body = hand.commit(&tallied, |_| {}).body;
            stranger.signing.sign(web_mpc::crypto::Tag::COMMIT, &body.0)
        }),
        Signed::from_parts(Blob(vec![b'['; 5_000]), scene.submissions[0].signature),
    ];
    for (number, commit) in forged.into_iter().enumerate() {
        let code = hand.wire.code(&ClientMessage::Commit(commit)).await;
        assert_eq!(code, ErrorCode::CommitMismatch, "forged commit {number}");
        assert_eq!(release(&mut hand).await, Err(ErrorCode::NotCommitted));
    }
    hand.wire.close().await;
    scene.check_result(VALUES.len() as u64).await;
    scene.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_batch_has_one_bitmap_and_one_release() {
    let mut scene = Scene::new(95).await;
    let mut hand = scene.hand().await;
    let batch = hand.freeze().await;

    // Nothing enters a batch that is frozen, and freezing again changes nothing.
    let late = seal(&scene.terms, 1000, &mut scene.rng);
    let address = scene.served.address;
    assert_eq!(submit(address, &late).await, Err(ErrorCode::NotOpen));
    assert_eq!(hand.freeze().await, batch);

    // Any number of runs before the commit, each with its own verdicts.
    let without = hand.pages(&batch, reject(1)).await;
    let all = hand.pages(&batch, truth).await;
    assert_ne!(without.accepted, all.accepted);
    assert_eq!(without.pages, all.pages, "the same bytes each time");
    // The server knows the last run only.
    assert_eq!(
        commit(&mut hand, &without).await,
        Err(ErrorCode::CommitMismatch)
    );
    commit(&mut hand, &all).await.unwrap();
    let first = release(&mut hand).await.unwrap();

    // From now on every other A is refused: on this connection, on another, whatever is rejected.
    for place in 0..batch.parties {
        let other = hand.pages(&batch, reject(place)).await;
        assert_eq!(
            commit(&mut hand, &other).await,
            Err(ErrorCode::CommitMismatch)
        );
        assert_eq!(release(&mut hand).await, Err(ErrorCode::NotCommitted));
    }
    hand.wire.close().await;
    let mut hand = scene.hand().await;
    let other = hand.pages(&batch, reject(0)).await;
    assert_eq!(
        commit(&mut hand, &other).await,
        Err(ErrorCode::CommitMismatch)
    );
    let sent = hand.commit(&other, |commit| {
        commit.accepted = all.accepted.hash();
        commit.counts = all.counts.clone();
    });
    let code = hand.wire.code(&ClientMessage::Commit(sent)).await;
    assert_eq!(
        code,
        ErrorCode::CommitMismatch,
        "the old commit over other verdicts"
    );
    assert_eq!(release(&mut hand).await, Err(ErrorCode::NotCommitted));

    // The same A gives the same share again, and nothing else.
    let again = hand.pages(&batch, truth).await;
    assert_eq!(again, all);
    let bound = hand.commit_to(&again).await;
    let second = release(&mut hand).await.unwrap();
    let open = |released| {
        open_release(
            &scene.terms,
            &bound.body,
            &Agreed::uncounted(Population::whole(0)),
            released,
            &scene.analyst.boxes,
        )
        .unwrap()
    };
    assert_eq!(open(&first), open(&second));

    // Of two records of a result the first stays.
    let fingerprint = scene.terms.fingerprint;
    let record = |fill| ResultRecord {
        fingerprint,
        commit: commit_hash(&bound.body),
        commitment: Digest::new([fill; 32]),
        sealed_result: Blob(vec![fill; 80]),
    };
    for fill in [1, 2] {
        let record = Signed::sign(&record(fill), &scene.analyst.signing);
        let answer = hand.wire.ask(&ClientMessage::Result(record)).await;
        assert_eq!(answer, ServerMessage::Recorded {});
    }
    hand.wire.close().await;
    let standing = scene.hand().await.standing;
    let kept = standing
        .result
        .unwrap()
        .open(&scene.analyst.public().signing_key);
    assert_eq!(kept, Ok(record(1)));
    scene.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_that_rejects_too_many_gets_nothing() {
    let minimum = Scene::with(96, |manifest| manifest.min_parties = 5).await;
    let maximum = Scene::with(97, |manifest| manifest.max_rejected = Some(0)).await;
    for mut scene in [minimum, maximum] {
        let mut hand = scene.hand().await;
        let batch = hand.freeze().await;
        let without = hand.pages(&batch, reject(3)).await;
        let release_anyway =
            hand.commit(&without, |commit| commit.outcome = Outcome::without(vec![]));
        let code = hand.wire.code(&ClientMessage::Commit(release_anyway)).await;
        assert_eq!(code, ErrorCode::CommitMismatch);
        commit(&mut hand, &without).await.unwrap();
        assert_eq!(release(&mut hand).await, Err(ErrorCode::Ended));
        let prepare = ClientMessage::Prepare { root: batch.root };
        assert_eq!(hand.wire.code(&prepare).await, ErrorCode::Ended);
        hand.wire.close().await;
        let mut hand = scene.hand().await;
        assert_eq!(hand.wire.code(&prepare).await, ErrorCode::Ended);
        scene.served.stop().await;
    }
}
