//! What a reveal reads and records.

use web_mpc::ids::Fingerprint;
use web_mpc::manifest::Phase;
use web_mpc::store::{Leaf, StoreError};

use super::{
    Backend, FINGERPRINT, MANY, batch, commit, computation, countersigned, freeze, opened, pages,
    record, submission, transition,
};

pub(crate) async fn the_first_record_stays(backend: impl Backend) {
    let store = opened(&backend).await;
    let early = store.record_batch(&FINGERPRINT, batch(1)).await;
    assert!(
        matches!(early, Err(StoreError::WrongPhase(Phase::Open))),
        "{early:?}"
    );
    let early = store
        .record_commit(&FINGERPRINT, commit(1, Phase::Frozen))
        .await;
    assert!(
        matches!(early, Err(StoreError::WrongPhase(Phase::Open))),
        "{early:?}"
    );
    let early = store.record_result(&FINGERPRINT, record(1)).await;
    assert!(
        matches!(early, Err(StoreError::WrongPhase(Phase::Open))),
        "{early:?}"
    );
    freeze(&*store, 1).await;
    assert_eq!(store.batch(&FINGERPRINT).await.unwrap(), None);
    assert_eq!(store.commit(&FINGERPRINT).await.unwrap(), None);

    for content in [2, 3] {
        assert_eq!(
            store
                .record_batch(&FINGERPRINT, batch(content))
                .await
                .unwrap(),
            batch(2)
        );
    }
    assert_eq!(store.batch(&FINGERPRINT).await.unwrap(), Some(batch(2)));
    let wrong = store
        .record_commit(&FINGERPRINT, commit(1, Phase::Open))
        .await;
    assert!(
        matches!(wrong, Err(StoreError::WrongPhase(Phase::Open))),
        "{wrong:?}"
    );
    for (content, phase) in [(4, Phase::Frozen), (5, Phase::Ended)] {
        let kept = store
            .record_commit(&FINGERPRINT, commit(content, phase))
            .await
            .unwrap();
        assert_eq!(kept, commit(4, Phase::Frozen));
    }
    assert_eq!(
        store.commit(&FINGERPRINT).await.unwrap(),
        Some(commit(4, Phase::Frozen))
    );
    for content in [6, 7] {
        let kept = store
            .record_result(&FINGERPRINT, record(content))
            .await
            .unwrap();
        assert_eq!(kept, record(6));
    }
    let found = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!(found.phase, Phase::Revealed);
    assert_eq!(found.batch, Some(record(2)));
    assert_eq!(found.commit, Some(countersigned(4)));
    assert_eq!(found.result, Some(record(6)));

    let ended = Fingerprint::new([8; 32]);
    store
        .create(computation(ended, "web-mpc", 2))
        .await
        .unwrap();
    store
        .transition(&ended, transition(1, Phase::Frozen, 0))
        .await
        .unwrap();
    store
        .record_commit(&ended, commit(1, Phase::Ended))
        .await
        .unwrap();
    assert_eq!(
        store.computation(&ended).await.unwrap().unwrap().phase,
        Phase::Ended
    );
    let late = store.record_result(&ended, record(1)).await;
    assert!(
        matches!(late, Err(StoreError::WrongPhase(Phase::Ended))),
        "{late:?}"
    );
}

pub(crate) async fn a_purge_leaves_no_boxes(backend: impl Backend) {
    let store = opened(&backend).await;
    store
        .submit(&FINGERPRINT, submission(1, 1, 1, 1), MANY)
        .await
        .unwrap();
    freeze(&*store, 1).await;
    store.record_result(&FINGERPRINT, record(6)).await.unwrap();
    store
        .transition(&FINGERPRINT, transition(2, Phase::Purged, 0))
        .await
        .unwrap();
    let mut bare = submission(1, 1, 1, 1);
    bare.public_part.0.clear();
    bare.server_box.0.clear();
    bare.analyst_box.0.clear();
    assert_eq!(pages(&*store, 10).await, [bare]);
}

pub(crate) async fn pages_are_in_order_of_keys(backend: impl Backend) {
    let store = opened(&backend).await;
    // Another computation's rows are in neither pages nor leaves.
    let other = Fingerprint::new([8; 32]);
    store
        .create(computation(other, "web-mpc", 2))
        .await
        .unwrap();
    let mut expected = Vec::new();
    for number in 0..30 {
        let content = u8::try_from(number).unwrap();
        let new = submission(number, number, 1, content);
        store
            .submit(&other, submission(number + 5, number, 1, 0), MANY)
            .await
            .unwrap();
        store.submit(&FINGERPRINT, new.clone(), MANY).await.unwrap();
        expected.push(new);
    }
    expected.sort_by_key(|submission| submission.party_key);
    let leaves: Vec<Leaf> = expected
        .iter()
        .map(|s| Leaf {
            party_key: s.party_key,
            submission_hash: s.submission_hash,
        })
        .collect();
    for frozen in [false, true] {
        if frozen {
            freeze(&*store, 1).await;
        }
        for limit in [1, 7, 30, 1_000, usize::MAX] {
            assert_eq!(pages(&*store, limit).await, expected, "{limit} at a time");
        }
        assert!(store.page(&FINGERPRINT, None, 0).await.unwrap().is_empty());
        assert_eq!(store.leaves(&FINGERPRINT, None, 100).await.unwrap(), leaves);
        let (first, rest) = leaves.split_at(11);
        assert_eq!(store.leaves(&FINGERPRINT, None, 11).await.unwrap(), first);
        let after = first.last().map(|leaf| leaf.party_key);
        assert_eq!(store.leaves(&FINGERPRINT, after, 100).await.unwrap(), rest);
    }
}

pub(crate) async fn large_shares_are_kept(backend: impl Backend) {
    let store = opened(&backend).await;
    let mut large = submission(1, 1, 1, 1);
    large.server_box.0 = (0..519_000)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect();
    store
        .submit(&FINGERPRINT, large.clone(), MANY)
        .await
        .unwrap();
    freeze(&*store, 1).await;
    assert_eq!(pages(&*store, 1).await, [large]);
}
