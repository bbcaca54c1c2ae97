//! Every outcome of every method, one after another.

use web_mpc::ids::Fingerprint;
use web_mpc::manifest::Phase;
use web_mpc::store::{Creation, Noticed, Standing, StoreError, Submitted};

use super::{
    Backend, FINGERPRINT, MANY, analyst_of, batch, commit, computation, countersigned, freeze,
    opened, pages, party, record, submission, transition,
};

pub(crate) async fn computations_are_found(backend: impl Backend) {
    let store = backend.open().await;
    let name = "survey".parse().unwrap();
    assert_eq!(store.newest(&name).await.unwrap(), None);
    assert_eq!(store.computations().await.unwrap(), 0);
    for round in [2, 10, 1] {
        let fingerprint = Fingerprint::new([u8::try_from(round).unwrap(); 32]);
        let new = computation(fingerprint, "survey", round);
        assert_eq!(store.create(new).await.unwrap(), Creation::Created);
    }
    assert_eq!(store.computations().await.unwrap(), 3);
    let of = async |name| store.computations_of(&analyst_of(name)).await.unwrap();
    assert_eq!((of("survey").await, of("other").await), (3, 0));
    assert_eq!(store.newest(&name).await.unwrap().unwrap().round, 10);
    assert_eq!(store.newest(&"other".parse().unwrap()).await.unwrap(), None);
    assert_eq!(store.round(&name, 3).await.unwrap(), None);
    let second = store.round(&name, 2).await.unwrap().unwrap();
    assert_eq!(second.fingerprint, Fingerprint::new([2; 32]));
    assert_eq!((second.phase, second.parties), (Phase::Open, 0));
    assert_eq!(second.manifest, countersigned(1));
    assert_eq!(
        store.computation(&second.fingerprint).await.unwrap(),
        Some(second)
    );
    assert_eq!(
        store.computation(&Fingerprint::new([9; 32])).await.unwrap(),
        None
    );

    assert!(store.frozen().await.unwrap().is_empty());
    for (fingerprint, minimum) in [([10; 32], 0), ([2; 32], 0), ([1; 32], 1)] {
        let change = transition(1, Phase::Frozen, minimum);
        store
            .transition(&Fingerprint::new(fingerprint), change)
            .await
            .unwrap();
    }
    let frozen = store.frozen().await.unwrap();
    let found: Vec<_> = frozen.iter().map(|one| one.fingerprint).collect();
    let expected = [[2; 32], [10; 32]].map(Fingerprint::new);
    assert_eq!(found, expected, "in the order of their creation");
}

pub(crate) async fn names_and_fingerprints_are_taken_once(backend: impl Backend) {
    let store = opened(&backend).await;
    let other = Fingerprint::new([8; 32]);
    for taken in [
        computation(FINGERPRINT, "other", 1),
        computation(other, "web-mpc", 1),
    ] {
        assert_eq!(store.create(taken).await.unwrap(), Creation::Taken);
    }
    assert_eq!(store.computations().await.unwrap(), 1);
    let next = computation(other, "web-mpc", 2);
    assert_eq!(store.create(next).await.unwrap(), Creation::Created);
}

pub(crate) async fn submissions_are_answered_as_documented(backend: impl Backend) {
    let store = opened(&backend).await;
    let submit = async |submission, max| store.submit(&FINGERPRINT, submission, max).await.unwrap();

    assert_eq!(
        submit(submission(1, 1, 5, 1), 2).await,
        Submitted::Stored { parties: 1 }
    );
    let mut again = submission(1, 1, 5, 1);
    again.invitations = 99;
    assert_eq!(
        submit(again, 2).await,
        Submitted::Repeated { invitations: 3 }
    );
    for other in [
        submission(1, 1, 5, 2),
        submission(1, 1, 6, 1),
        submission(2, 1, 5, 1),
    ] {
        assert_eq!(submit(other, 2).await, Submitted::IdTaken);
    }
    for sequence in [0, 4, 5] {
        let stale = submission(1, 2, sequence, 2);
        assert_eq!(submit(stale, 2).await, Submitted::Stale { highest: 5 });
    }
    assert_eq!(
        submit(submission(2, 3, 1, 3), 2).await,
        Submitted::Stored { parties: 2 }
    );
    assert_eq!(submit(submission(3, 4, 1, 4), 2).await, Submitted::Full);
    // A correction is no new party, and a sequence number may be any.
    assert_eq!(
        submit(submission(1, 5, u64::MAX, 5), 2).await,
        Submitted::Stored { parties: 2 }
    );
    let stale = submission(1, 6, u64::MAX, 6);
    assert_eq!(
        submit(stale, 2).await,
        Submitted::Stale { highest: u64::MAX }
    );
    // What is superseded is still known, as is its id.
    assert_eq!(
        submit(submission(1, 1, 5, 1), 2).await,
        Submitted::Repeated { invitations: 3 }
    );
    assert_eq!(
        submit(submission(4, 1, 1, 1), MANY).await,
        Submitted::IdTaken
    );
    assert_eq!(
        store
            .computation(&FINGERPRINT)
            .await
            .unwrap()
            .unwrap()
            .parties,
        2
    );

    for (number, phase) in [(1, Phase::Paused), (2, Phase::Closed), (3, Phase::Frozen)] {
        store
            .transition(&FINGERPRINT, transition(number, phase, 0))
            .await
            .unwrap();
        let repeated = Submitted::Repeated { invitations: 3 };
        assert_eq!(
            submit(submission(1, 1, 5, 1), 2).await,
            repeated,
            "{phase:?}"
        );
        assert_eq!(
            submit(submission(1, 5, u64::MAX, 5), 2).await,
            repeated,
            "{phase:?}"
        );
        for refused in [
            submission(9, 9, 9, 9),
            submission(9, 1, 9, 9),
            submission(1, 9, 1, 9),
        ] {
            assert_eq!(submit(refused, 2).await, Submitted::NotOpen(phase));
        }
    }
}

pub(crate) async fn superseded_versions_lose_their_boxes(backend: impl Backend) {
    let store = opened(&backend).await;
    for sequence in 1..=3 {
        let number = u32::try_from(sequence).unwrap();
        let content = u8::try_from(sequence).unwrap();
        let newer = submission(1, number, sequence, content);
        store.submit(&FINGERPRINT, newer, MANY).await.unwrap();
    }
    let standing = Standing {
        sequence: 3,
        submission_hash: submission(1, 3, 3, 3).submission_hash,
    };
    for number in 1..=2 {
        assert_eq!(pages(&*store, 10).await, [submission(1, 3, 3, 3)]);
        assert_eq!(
            store.standing(&FINGERPRINT, &party(1)).await.unwrap(),
            Some(standing)
        );
        assert_eq!(store.standing(&FINGERPRINT, &party(2)).await.unwrap(), None);
        if number == 1 {
            freeze(&*store, 1).await;
        }
    }
}

pub(crate) async fn notices_follow_each_other(backend: impl Backend) {
    let store = opened(&backend).await;
    let notice = async |change| store.transition(&FINGERPRINT, change).await.unwrap();

    for number in [0, 2, u64::MAX] {
        let change = transition(number, Phase::Paused, 0);
        assert_eq!(notice(change).await, Noticed::OutOfOrder { last: 0 });
    }
    assert_eq!(
        notice(transition(1, Phase::Open, 0)).await,
        Noticed::NotAllowed(Phase::Open)
    );
    assert_eq!(
        notice(transition(1, Phase::Revealed, 0)).await,
        Noticed::NotAllowed(Phase::Open)
    );
    assert_eq!(
        notice(transition(1, Phase::Paused, 0)).await,
        Noticed::Applied
    );
    assert_eq!(
        notice(transition(1, Phase::Paused, 0)).await,
        Noticed::Repeated
    );
    let mut other = transition(1, Phase::Closed, 0);
    other.notice = record(77);
    assert_eq!(notice(other).await, Noticed::OutOfOrder { last: 1 });
    assert_eq!(
        notice(transition(2, Phase::Open, 0)).await,
        Noticed::Applied
    );
    assert_eq!(
        notice(transition(3, Phase::Closed, 0)).await,
        Noticed::Applied
    );
    assert_eq!(
        notice(transition(1, Phase::Paused, 0)).await,
        Noticed::Repeated
    );
    assert_eq!(
        notice(transition(4, Phase::Frozen, 0)).await,
        Noticed::Applied
    );
    assert_eq!(
        notice(transition(5, Phase::Open, 0)).await,
        Noticed::NotAllowed(Phase::Frozen)
    );
    let found = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!(found.phase, Phase::Frozen);
    assert_eq!(found.notices, [record(1), record(2), record(3), record(4)]);
}

pub(crate) async fn a_freeze_needs_its_minimum(backend: impl Backend) {
    let store = opened(&backend).await;
    store
        .submit(&FINGERPRINT, submission(1, 1, 1, 1), MANY)
        .await
        .unwrap();
    store
        .submit(&FINGERPRINT, submission(1, 2, 2, 2), MANY)
        .await
        .unwrap();
    let freeze = |minimum| store.transition(&FINGERPRINT, transition(1, Phase::Frozen, minimum));
    assert_eq!(freeze(2).await.unwrap(), Noticed::TooFew { parties: 1 });
    let found = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!((found.phase, found.notices.len()), (Phase::Open, 0));
    assert_eq!(freeze(1).await.unwrap(), Noticed::Applied);
}

pub(crate) async fn unknown_computations_are_refused(backend: impl Backend) {
    let store = backend.open().await;
    let none = &FINGERPRINT;
    macro_rules! refused {
        ($($call:expr),+ $(,)?) => {$(
            assert!(matches!($call.await, Err(StoreError::NoComputation)), stringify!($call));
        )+};
    }
    refused!(
        store.submit(none, submission(1, 1, 1, 1), MANY),
        store.transition(none, transition(1, Phase::Frozen, 0)),
        store.record_batch(none, batch(1)),
        store.batch(none),
        store.leaves(none, None, 1),
        store.page(none, None, 1),
        store.record_commit(none, commit(1, Phase::Frozen)),
        store.commit(none),
        store.record_result(none, record(1)),
        store.standing(none, &party(1)),
    );
}

pub(crate) async fn a_closed_store_says_so(backend: impl Backend) {
    let store = opened(&backend).await;
    store.close().await;
    store.close().await;
    let late = store
        .submit(&FINGERPRINT, submission(1, 1, 1, 1), MANY)
        .await;
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
    assert!(matches!(
        store.computations().await,
        Err(StoreError::Closed)
    ));
    // Others may open it, although this one is still there.
    let reopened = backend.open().await;
    assert_eq!(reopened.computations().await.unwrap(), 1);
}
