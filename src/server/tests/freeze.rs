//! A freeze that takes longer than its answer may.

use super::super::{Shared, freeze, stored};
use super::*;
use crate::manifest::Phase;
use crate::store::{Noticed, Transition};

/// The files of a server with a computation and one submission.
async fn with_one_party(directory: &TempDir, seed: u64) -> World {
    let running = Running::start(directory).await;
    let mut world = running.create(seed, |_| {}).await;
    let (mut client, _) = running.greeted().await;
    let submission = world.submission(42);
    client.ask(&ClientMessage::Submit(submission)).await;
    running.stop().await;
    world
}

/// A freeze, without the description of the batch.
fn frozen(world: &World) -> Transition {
    let notice = Notice::following(world.terms.fingerprint, None, 1, Action::Freeze);
    Transition {
        number: 1,
        notice: stored::stored(&Signed::sign(&notice, &world.analyst.signing)),
        phase: Some(Phase::Frozen),
        minimum: 1,
    }
}

#[tokio::test]
async fn a_batch_is_described_to_its_end_whoever_waits_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let world = with_one_party(&directory, 31).await;

    let options = options(&directory, Limits::default(), false).await;
    let shared = Arc::new(Shared::new(options).unwrap());
    let fingerprint = world.terms.fingerprint;
    let live = shared.known(&fingerprint).await.unwrap();
    let applied = shared.store.transition(&fingerprint, frozen(&world)).await;
    assert!(matches!(applied, Ok(Noticed::Applied)));
    let turn = || Arc::clone(&live.seat.turn).lock_owned();
    // Whoever asked gives up while the batch is read.
    let mut describing = Box::pin(freeze::describe(&shared, &live, turn().await));
    assert!(futures_util::poll!(&mut describing).is_pending());
    drop(describing);
    // Who asks again waits for that, and finds it done.
    let turn = timeout(PATIENCE, turn()).await.unwrap();
    let view = live.view();
    let root = view.frozen().expect("described").batch.root;
    let again = freeze::describe(&shared, &live, turn).await.unwrap();
    assert_eq!(again.frozen().unwrap().batch.root, root);
    shared.store.close().await;
}

#[tokio::test]
async fn a_crash_before_the_description_is_made_good_when_somebody_asks() {
    let directory = tempfile::tempdir().unwrap();
    let world = with_one_party(&directory, 32).await;
    let fingerprint = world.terms.fingerprint;
    let before = options(&directory, Limits::default(), false).await;
    let applied = before.store.transition(&fingerprint, frozen(&world)).await;
    assert!(matches!(applied, Ok(Noticed::Applied)));
    before.store.close().await;

    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    match client.ask(&by_fingerprint(&world)).await {
        ServerMessage::Computation(standing) => assert!(standing.batch.is_some()),
        other => panic!("{other:?}"),
    }
    running.stop().await;
}
