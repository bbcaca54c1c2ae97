//! Many at once: one order for all, and nothing that was acknowledged is lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;
use web_mpc::ids::PartyKey;
use web_mpc::manifest::Phase;
use web_mpc::store::{Store, StoredSubmission, Submitted};

use super::{Backend, FINGERPRINT, MANY, freeze, opened, pages, submission, transition};

/// Tasks that submit at the same time.
const TASKS: u32 = 40;

pub(crate) async fn what_was_stored_before_the_freeze_is_in_the_batch(backend: impl Backend) {
    let store = opened(&backend).await;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut current = BTreeMap::new();
            // A new party each time, and every third one corrects what it sent.
            for turn in 0.. {
                let number = task + turn * TASKS;
                let of = if turn % 3 == 2 {
                    number - TASKS
                } else {
                    number
                };
                let new = submission(of, number, u64::from(turn + 1), 1);
                match store.submit(&FINGERPRINT, new.clone(), MANY).await.unwrap() {
                    Submitted::Stored { .. } => current.insert(new.party_key, new),
                    Submitted::NotOpen(Phase::Frozen) => break,
                    other => panic!("{other:?}"),
                };
            }
            current
        });
    }
    while store
        .computation(&FINGERPRINT)
        .await
        .unwrap()
        .unwrap()
        .parties
        < 500
    {
        tokio::task::yield_now().await;
    }
    freeze(&*store, 1).await;
    let counted = store
        .computation(&FINGERPRINT)
        .await
        .unwrap()
        .unwrap()
        .parties;
    let acknowledged: BTreeMap<PartyKey, StoredSubmission> =
        tasks.join_all().await.into_iter().flatten().collect();
    assert!(acknowledged.len() >= 500);
    assert_eq!(counted, u64::try_from(acknowledged.len()).unwrap());
    assert_eq!(
        pages(&*store, 64).await,
        acknowledged.into_values().collect::<Vec<_>>()
    );
}

pub(crate) async fn parties_do_not_exceed_their_maximum_together(backend: impl Backend) {
    let store = opened(&backend).await;
    let answers = submit_all(&store, (0..TASKS).map(|n| submission(n, n, 1, 1)), 7).await;
    let full = answers
        .iter()
        .filter(|answer| **answer == Submitted::Full)
        .count();
    assert_eq!(answers.len() - full, 7);
    assert_eq!(pages(&*store, 100).await.len(), 7);
}

pub(crate) async fn one_submission_sent_by_many_is_stored_once(backend: impl Backend) {
    let store = opened(&backend).await;
    let answers = submit_all(&store, (0..TASKS).map(|_| submission(1, 1, 1, 1)), MANY).await;
    let stored = answers
        .iter()
        .filter(|answer| matches!(answer, Submitted::Stored { .. }))
        .count();
    let repeated = Submitted::Repeated { invitations: 3 };
    let again = answers.iter().filter(|answer| **answer == repeated).count();
    assert_eq!((stored, stored + again), (1, answers.len()));
}

pub(crate) async fn everything_is_there_after_reopening(backend: impl Backend) {
    let store = opened(&backend).await;
    let all = (0..TASKS).map(|n| submission(n, n, 1, 1));
    submit_all(&store, all.clone(), MANY).await;
    store
        .submit(&FINGERPRINT, submission(0, TASKS, 2, 2), MANY)
        .await
        .unwrap();
    let before = (
        store.computation(&FINGERPRINT).await.unwrap(),
        pages(&*store, 100).await,
    );
    // Without closing it first.
    drop(store);
    let store = backend.open().await;
    let after = (
        store.computation(&FINGERPRINT).await.unwrap(),
        pages(&*store, 100).await,
    );
    assert_eq!(after, before);
    for again in submit_all(&store, all, 1).await {
        assert_eq!(again, Submitted::Repeated { invitations: 3 });
    }
    let stale = store
        .submit(&FINGERPRINT, submission(0, 99, 2, 3), MANY)
        .await
        .unwrap();
    assert_eq!(stale, Submitted::Stale { highest: 2 });
    let new = store
        .submit(&FINGERPRINT, submission(TASKS, TASKS + 1, 1, 1), MANY)
        .await
        .unwrap();
    assert_eq!(
        new,
        Submitted::Stored {
            parties: u64::from(TASKS) + 1
        }
    );
    store
        .transition(&FINGERPRINT, transition(1, Phase::Frozen, 0))
        .await
        .unwrap();
    store.close().await;
    assert_eq!(
        pages(&*backend.open().await, 9).await.len(),
        usize::try_from(TASKS).unwrap() + 1
    );
}

async fn submit_all(
    store: &Arc<dyn Store>,
    all: impl Iterator<Item = StoredSubmission>,
    max_parties: u64,
) -> Vec<Submitted> {
    let mut tasks = JoinSet::new();
    for new in all {
        let store = Arc::clone(store);
        tasks.spawn(async move { store.submit(&FINGERPRINT, new, max_parties).await.unwrap() });
    }
    tasks.join_all().await
}
