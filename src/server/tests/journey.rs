//! What the three programs do, in order.

use super::*;
use crate::batch::{leaf, merkle};
use crate::crypto::{Party, SigningKeyPair};
use crate::disclosure::Outcome as Decision;
use crate::manifest::Phase;
use crate::measurement::{Measurement, Population};
use crate::protocol::limits::SMALL_MESSAGE;
use crate::record::Countersigned;
use crate::reveal::{Agreed, Collection, Helper, Tally, open_release, record_result};
use crate::submission::Submission;

/// The analyst's side of the pages.
pub(super) async fn pages(client: &mut Client, world: &World, batch: &Batch) -> Tally {
    let helper = Helper::new(shared_terms(world), world.analyst.boxes.clone());
    let mut collection = Collection::new(helper.clone(), batch.clone());
    client.say(&prepare(batch.root)).await;
    let mut number = 0;
    while !collection.is_complete() {
        let frame = client.hear_frame().await;
        if Helper::is_page(&frame) {
            let page = helper.verify(number, &frame).unwrap();
            number += 1;
            let verdicts = collection.verified(page).unwrap();
            client.send(Message::Binary(verdicts.into())).await;
        } else {
            collection.settled(&frame).unwrap();
        }
    }
    collection.finish().unwrap()
}

pub(super) async fn commit(
    client: &mut Client,
    world: &World,
    tally: &Tally,
    batch: &Batch,
) -> Countersigned<crate::batch::Commit> {
    let commit = tally.decide(&world.terms, batch).unwrap().commit;
    let signed = Signed::sign(&commit, &world.analyst.signing);
    match client.ask(&ClientMessage::Commit(signed)).await {
        ServerMessage::Committed(committed) => committed,
        other => panic!("{other:?}"),
    }
}

async fn submit(running: &Running, submission: &Submission) {
    let (mut client, _) = running.greeted().await;
    let answer = client.ask(&ClientMessage::Submit(submission.clone())).await;
    let ServerMessage::Receipt(receipt) = answer else {
        panic!("{answer:?}")
    };
    let receipt = receipt.open(identity().signing.public()).unwrap();
    assert_eq!(receipt.submission_hash, submission.hash());
    // The same again gets the same.
    let again = client.ask(&ClientMessage::Submit(submission.clone())).await;
    let ServerMessage::Receipt(again) = again else {
        panic!("{again:?}")
    };
    let again = again.open(identity().signing.public()).unwrap();
    assert_eq!(again, receipt);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_creation_to_the_result() {
    let directory = directory();
    let running = Running::with(&directory, Limits::default(), true).await;
    let mut world = running.create(1, |_| {}).await;
    let submissions = [40, 2].map(|value| world.submission(value));
    for submission in &submissions {
        submit(&running, submission).await;
    }
    let mut analyst = running.logged_in(&world).await;
    let watched = analyst.ask(&ClientMessage::Watch {}).await;
    assert_eq!(watched, ServerMessage::Submissions { parties: 2 });
    let third = world.submission(-0);
    submit(&running, &third).await;
    assert_eq!(
        analyst.hear().await,
        ServerMessage::Submissions { parties: 3 }
    );

    let batch = analyst.freeze(&world).await;
    assert_eq!(batch.parties, 3);
    assert_eq!(analyst.freeze(&world).await, batch, "once more");
    let tally = pages(&mut analyst, &world, &batch).await;
    let record = commit(&mut analyst, &world, &tally, &batch).await;
    let released = match analyst.ask(&ClientMessage::Release {}).await {
        ServerMessage::Released(released) => released,
        other => panic!("{other:?}"),
    };
    let keys = &world.analyst.boxes;
    let agreed = Agreed::uncounted(Population::whole(3));
    let share = open_release(&world.terms, &record.body, &agreed, &released, keys).unwrap();
    let scheme = &world.terms.scheme;
    let ours = scheme.release(tally.aggregate(), &Population::whole(3));
    let aggregate = scheme.unshard(&share, &ours, Population::whole(3));
    assert_eq!(scheme.summarise(&aggregate).sum(), Some(&42.into()));

    inclusion(&running, &world, &batch, &submissions[1]).await;
    let answer = analyst
        .ask(&ClientMessage::Signatures { after: None })
        .await;
    assert!(
        matches!(&answer, ServerMessage::Signatures(all) if all.len() == 3),
        "{answer:?}"
    );
    let result = record_result(
        &world.terms,
        &batch,
        &record.body,
        &aggregate,
        &world.analyst,
        &mut world.rng,
    );
    let recorded = analyst.ask(&ClientMessage::Result(result)).await;
    assert_eq!(recorded, ServerMessage::Recorded {});
    assert_eq!(running.ended().await, Outcome::Revealed);

    // The next round, by the same analyst.
    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    let standing = client.look_up(&by_name(&world, false)).await;
    assert_eq!(standing.phase, Phase::Revealed);
    let next = running.create(1, |manifest| manifest.round = 2).await;
    let newest = client.look_up(&by_name(&next, false)).await;
    assert_eq!(newest.phase, Phase::Open);
    running.stop().await;
}

async fn inclusion(running: &Running, world: &World, batch: &Batch, submission: &Submission) {
    let (mut client, _) = running.greeted().await;
    let fingerprint = world.terms.fingerprint;
    let ask = |party_key| ClientMessage::Inclusion {
        fingerprint,
        party_key,
    };
    let answer = client.ask(&ask(submission.party_key)).await;
    let ServerMessage::Inclusion(inclusion) = answer else {
        panic!("{answer:?}")
    };
    let place = inclusion.place.unwrap();
    let leaf = leaf(&submission.party_key, &submission.hash());
    assert!(merkle::verify(
        &leaf,
        place.index,
        batch.parties,
        &place.path,
        &batch.root
    ));
    assert_eq!(inclusion.accepted.0, [0b111]);
    for stranger in [[0; 32], [255; 32]] {
        let answer = client.ask(&ask(crate::ids::PartyKey::new(stranger))).await;
        assert!(
            matches!(&answer, ServerMessage::Inclusion(inclusion) if inclusion.place.is_none()),
            "{answer:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_pages_are_added_up_and_again_after_a_restart() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let mut world = running
        .create(2, |manifest| manifest.max_parties = 5000)
        .await;
    let (mut client, _) = running.greeted().await;
    for value in 1..=2500 {
        let submission = world.submission(value);
        client.say(&ClientMessage::Submit(submission)).await;
        if value % 50 == 0 {
            for _ in 0..50 {
                let answer = client.hear().await;
                assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
            }
        }
    }
    let mut analyst = running.logged_in(&world).await;
    let batch = analyst.freeze(&world).await;
    let tally = pages(&mut analyst, &world, &batch).await;
    let first = commit(&mut analyst, &world, &tally, &batch).await;
    // Through the pages again on the same connection, to the same commit.
    let again = pages(&mut analyst, &world, &batch).await;
    assert_eq!(commit(&mut analyst, &world, &again, &batch).await, first);
    running.stop().await;

    let running = Running::start(&directory).await;
    let mut analyst = running.logged_in(&world).await;
    let code = analyst.refused(&ClientMessage::Release {}).await;
    assert_eq!(code, ErrorCode::NotPrepared);
    let tally = pages(&mut analyst, &world, &batch).await;
    let code = analyst.refused(&ClientMessage::Release {}).await;
    assert_eq!(code, ErrorCode::NotCommitted);
    assert_eq!(commit(&mut analyst, &world, &tally, &batch).await, first);
    let released = match analyst.ask(&ClientMessage::Release {}).await {
        ServerMessage::Released(released) => released,
        other => panic!("{other:?}"),
    };
    let keys = &world.analyst.boxes;
    let agreed = Agreed::uncounted(Population::whole(2500));
    let share = open_release(&world.terms, &first.body, &agreed, &released, keys).unwrap();
    let scheme = &world.terms.scheme;
    let ours = scheme.release(tally.aggregate(), &Population::whole(3));
    let aggregate = scheme.unshard(&share, &ours, Population::whole(2500));
    assert_eq!(
        scheme.summarise(&aggregate).sum(),
        Some(&(2500 * 2501 / 2).into())
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_may_not_be_revealed_ends() {
    let directory = directory();
    let running = Running::with(&directory, Limits::default(), true).await;
    let mut world = running
        .create(3, |manifest| manifest.max_rejected = Some(0))
        .await;
    // Sealed to another analyst.
    let theirs = World::new(4).analyst.public();
    let terms = world.terms.clone();
    world.terms.manifest.analyst.box_key = theirs.box_key;
    let bad = world.submission(5);
    world.terms = terms;
    submit(&running, &bad).await;
    let mut analyst = running.logged_in(&world).await;
    let batch = analyst.freeze(&world).await;
    let tally = pages(&mut analyst, &world, &batch).await;
    let record = commit(&mut analyst, &world, &tally, &batch).await;
    let key = world.analyst.signing.public();
    let commit = record.open(key, identity().signing.public()).unwrap();
    assert!(matches!(commit.outcome, Decision::End { .. }));
    assert_eq!(running.ended().await, Outcome::Revealed);

    let running = Running::start(&directory).await;
    let mut analyst = running.logged_in(&world).await;
    let code = analyst.refused(&prepare(batch.root)).await;
    assert_eq!(code, ErrorCode::Ended);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_and_then_answered_in_order() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let world = World::new(6);
    let (mut client, _) = running.greeted().await;
    assert_eq!(
        client.refused(&by_name(&world, false)).await,
        ErrorCode::UnknownComputation
    );
    let waiting = client.ask(&by_name(&world, true)).await;
    assert_eq!(waiting, ServerMessage::Waiting {});
    // A request behind the one that waits.
    client.say(&ClientMessage::Watch {}).await;
    let (mut leaver, _) = running.greeted().await;
    leaver.ask(&by_name(&world, true)).await;
    drop(leaver);
    let world = running.create(6, |_| {}).await;
    match client.hear().await {
        ServerMessage::Computation(standing) => {
            assert_eq!(Terms::agreed(&standing.manifest).unwrap(), world.terms);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(client.hear_refusal().await.code, ErrorCode::NotLoggedIn);
    running.stop().await;
}

/// An address may have many connections that wait, for as long as it likes: each keeps one short
/// request at most.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_keeps_little_in_memory() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let longer = |bytes: usize| {
        let watch = encode(&ClientMessage::Watch {});
        let blanks = " ".repeat(bytes - watch.len());
        Message::Text(format!("{watch}{blanks}").into())
    };
    let (mut long, _) = running.greeted().await;
    long.ask(&by_name(&World::new(8), true)).await;
    long.send(longer(SMALL_MESSAGE + 1)).await;
    assert_eq!(long.hear_refusal().await.code, ErrorCode::NotAllowed);
    assert!(long.frame().await.is_none(), "hung up");
    let (mut two, _) = running.greeted().await;
    two.ask(&by_name(&World::new(8), true)).await;
    two.say(&ClientMessage::Watch {}).await;
    two.say(&by_name(&World::new(8), true)).await;
    assert_eq!(two.hear_refusal().await.code, ErrorCode::NotAllowed);
    assert!(two.frame().await.is_none(), "hung up");
    // A short one is answered in its turn.
    let (mut short, _) = running.greeted().await;
    short.ask(&by_name(&World::new(8), true)).await;
    short.send(longer(SMALL_MESSAGE)).await;
    running.create(8, |_| {}).await;
    let appeared = short.hear().await;
    assert!(
        matches!(appeared, ServerMessage::Computation(_)),
        "{appeared:?}"
    );
    assert_eq!(short.hear_refusal().await.code, ErrorCode::NotLoggedIn);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_replaces_and_an_older_version_does_not() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let mut world = running.create(7, |manifest| manifest.max_parties = 1).await;
    let keys = SigningKeyPair::<Party>::generate(&mut world.rng);
    let mut version = |sequence, value: i64| {
        let measurement = Measurement::Number(value.into());
        Submission::seal(&world.terms, &keys, sequence, &measurement, &mut world.rng).unwrap()
    };
    let (first, second) = (version(1, 1), version(2, 2));
    let stale = version(1, 3);
    submit(&running, &first).await;
    submit(&running, &second).await;
    let (mut client, _) = running.greeted().await;
    client.say(&ClientMessage::Submit(stale)).await;
    let refusal = client.hear_refusal().await;
    assert_eq!(refusal.code, ErrorCode::SubmissionStale);
    assert_eq!((refusal.have, refusal.need), (Some(1), Some(3)));
    let stranger = world.submission(1);
    let code = client.refused(&ClientMessage::Submit(stranger)).await;
    assert_eq!(code, ErrorCode::ComputationFull);
    let mut analyst = running.logged_in(&world).await;
    assert_eq!(analyst.freeze(&world).await.parties, 1);
    let late = client
        .refused(&ClientMessage::Submit(world.submission(1)))
        .await;
    assert_eq!(late, ErrorCode::NotOpen);
    submit(&running, &second).await;
    running.stop().await;
}
