//! What a store writes for a webhook.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::Notify;
use web_mpc::ids::Fingerprint;
use web_mpc::manifest::Phase;
use web_mpc::store::{
    Announcements, Creation, Happening, MAX_EVENTS, NewWithdrawal, Store, StoredEvent, Withdrawn,
};

use super::{
    Backend, FINGERPRINT, MANY, Sqlite, commit, computation, opened, party, record, submission,
    transition,
};

/// A clock that the test sets, and what a store is given with it.
fn announcements() -> (Arc<AtomicU64>, Arc<Notify>, Announcements) {
    let (time, wake) = (Arc::new(AtomicU64::new(1000)), Arc::new(Notify::new()));
    let announcements = Announcements {
        clock: {
            let time = Arc::clone(&time);
            Arc::new(move || time.load(Ordering::Relaxed))
        },
        wake: Arc::clone(&wake),
        dropped: Arc::default(),
    };
    (time, wake, announcements)
}

async fn submit(store: &dyn Store, party: u32, id: u32, sequence: u64) {
    let new = submission(party, id, sequence, 1);
    store.submit(&FINGERPRINT, new, MANY).await.unwrap();
}

async fn go(store: &dyn Store, number: u64, phase: Phase) {
    let change = transition(number, phase, 0);
    store.transition(&FINGERPRINT, change).await.unwrap();
}

fn told(events: &[StoredEvent]) -> Vec<(Happening, u64, Option<u64>)> {
    let told = events.iter();
    told.map(|event| (event.happening, event.at, event.parties))
        .collect()
}

pub(crate) async fn nothing_is_written_where_nobody_is_told(backend: impl Backend) {
    let store = opened(&backend).await;
    submit(&*store, 1, 1, 1).await;
    go(&*store, 1, Phase::Frozen).await;
    assert_eq!(store.events_waiting().await.unwrap(), 0);
    assert!(store.events(10).await.unwrap().is_empty());
}

pub(crate) async fn events_are_written_in_order_with_what_they_tell_of(backend: impl Backend) {
    let store = backend.open().await;
    let (time, wake, announcements) = announcements();
    store.announce(announcements.clone()).await.unwrap();
    let new = computation(FINGERPRINT, "web-mpc", 1);
    assert_eq!(store.create(new.clone()).await.unwrap(), Creation::Created);
    assert_eq!(store.create(new).await.unwrap(), Creation::Taken);
    wake.notified().await;
    time.store(1059, Ordering::Relaxed);
    submit(&*store, 1, 1, 1).await;
    // The same again is no news, nor is what is refused.
    submit(&*store, 1, 1, 1).await;
    submit(&*store, 1, 2, 1).await;
    submit(&*store, 2, 3, 1).await;
    time.store(1080, Ordering::Relaxed);
    submit(&*store, 1, 4, 2).await;
    let withdrawal = NewWithdrawal {
        party_key: party(2),
        sequence: 2,
        record: record(8),
        grain: None,
    };
    for outcome in [Withdrawn::Stored, Withdrawn::Repeated] {
        let withdrawn = store.withdraw(&FINGERPRINT, withdrawal.clone()).await;
        assert_eq!(withdrawn.unwrap(), outcome);
    }
    time.store(1140, Ordering::Relaxed);
    submit(&*store, 2, 5, 3).await;
    wake.notified().await;
    time.store(1160, Ordering::Relaxed);
    for (number, phase) in (1..).zip([Phase::Paused, Phase::Open, Phase::Closed, Phase::Frozen]) {
        go(&*store, number, phase).await;
    }
    let committed = commit(3, Phase::Frozen);
    store.record_commit(&FINGERPRINT, committed).await.unwrap();
    for _ in 0..2 {
        store.record_result(&FINGERPRINT, record(4)).await.unwrap();
    }
    go(&*store, 5, Phase::Purged).await;
    let events = store.events(100).await.unwrap();
    // Of what parties do, the beginning of the minute.
    let expected = [
        (Happening::Created, 1000, Some(0)),
        (Happening::Submitted, 1020, Some(1)),
        (Happening::Submitted, 1020, Some(2)),
        (Happening::Corrected, 1080, Some(2)),
        (Happening::Withdrawn, 1080, Some(1)),
        (Happening::Submitted, 1140, Some(2)),
        (Happening::Paused, 1160, Some(2)),
        (Happening::Resumed, 1160, Some(2)),
        (Happening::Closed, 1160, Some(2)),
        (Happening::Frozen, 1160, Some(2)),
        (Happening::Revealed, 1160, Some(2)),
        (Happening::Purged, 1160, Some(2)),
    ];
    assert_eq!(told(&events), expected);
    let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), events.len());
    let first = &events[0];
    assert_eq!((first.name.as_str(), first.round), ("web-mpc", 1));
    assert_eq!(first.fingerprint, FINGERPRINT);
    // They outlive whoever wrote them, to the letter.
    store.close().await;
    drop(store);
    let store = backend.open().await;
    assert_eq!(store.events(100).await.unwrap(), events);
    assert_eq!(store.events(3).await.unwrap(), events[..3]);
    // Until somebody is to be told again, nothing is added.
    let other = computation(Fingerprint::new([8; 32]), "other", 1);
    store.create(other).await.unwrap();
    assert_eq!(store.events_waiting().await.unwrap(), 12);
}

pub(crate) async fn what_may_not_be_told_is_not_written(backend: impl Backend) {
    let store = backend.open().await;
    let (_, _, announcements) = announcements();
    store.announce(announcements).await.unwrap();
    let mut new = computation(FINGERPRINT, "web-mpc", 1);
    new.counted = false;
    store.create(new).await.unwrap();
    submit(&*store, 1, 1, 1).await;
    submit(&*store, 1, 2, 2).await;
    go(&*store, 1, Phase::Closed).await;
    go(&*store, 2, Phase::Frozen).await;
    let expected = [
        (Happening::Created, 1000, None),
        (Happening::Closed, 1000, None),
        (Happening::Frozen, 1000, Some(1)),
    ];
    assert_eq!(told(&store.events(10).await.unwrap()), expected);
    store
        .record_commit(&FINGERPRINT, commit(3, Phase::Ended))
        .await
        .unwrap();
    let last = store.events(10).await.unwrap().pop().unwrap();
    assert_eq!(last.happening, Happening::Ended);
}

pub(crate) async fn delivered_events_are_forgotten(backend: impl Backend) {
    let store = backend.open().await;
    let (_, _, announcements) = announcements();
    store.announce(announcements).await.unwrap();
    store
        .create(computation(FINGERPRINT, "web-mpc", 1))
        .await
        .unwrap();
    for number in 1..=4 {
        submit(&*store, number, number, 1).await;
    }
    let events = store.events(2).await.unwrap();
    let last = events.last().unwrap().number;
    store.forget_events(last).await.unwrap();
    store.forget_events(last).await.unwrap();
    assert_eq!(store.events_waiting().await.unwrap(), 3);
    let rest = store.events(10).await.unwrap();
    assert_eq!(told(&rest)[0], (Happening::Submitted, 960, Some(2)));
    store.forget_events(u64::MAX >> 1).await.unwrap();
    submit(&*store, 9, 9, 1).await;
    let next = store.events(10).await.unwrap();
    assert_eq!(told(&next), [(Happening::Submitted, 960, Some(5))]);
}

/// As many events as may wait, but for two, are written past the store, which would take long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_bound_events_of_parties_are_left_out_and_nothing_else() {
    let backend = Sqlite::new();
    opened(&backend).await.close().await;
    let (first, later) = (i64::try_from(MAX_EVENTS).unwrap() - 2, 1000);
    let database = Connection::open(backend.file()).unwrap();
    let insert = "WITH RECURSIVE counted(n) AS
                  (VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < ?1)
                  INSERT INTO event (id, computation, happening, at, parties)
                  SELECT randomblob(16), (SELECT id FROM computation), 'created', ?2, 0
                  FROM counted";
    database.execute(insert, [first, later]).unwrap();
    drop(database);

    let store = backend.open().await;
    let (_, _, announcements) = announcements();
    let dropped = Arc::clone(&announcements.dropped);
    store.announce(announcements.clone()).await.unwrap();
    let waiting = async || store.events_waiting().await.unwrap();
    let left_out = || dropped.load(Ordering::Relaxed);
    submit(&*store, 1, 1, 1).await;
    submit(&*store, 2, 2, 1).await;
    assert_eq!((waiting().await, left_out()), (MAX_EVENTS, 0));
    // A submission, a correction and a withdrawal are stored, and not told of.
    submit(&*store, 3, 3, 1).await;
    submit(&*store, 1, 4, 2).await;
    let withdrawal = NewWithdrawal {
        party_key: party(2),
        sequence: 2,
        record: record(8),
        grain: None,
    };
    let withdrawn = store.withdraw(&FINGERPRINT, withdrawal).await;
    assert_eq!(withdrawn.unwrap(), Withdrawn::Stored);
    assert_eq!((waiting().await, left_out()), (MAX_EVENTS, 3));
    assert_eq!(store.parties(&FINGERPRINT).await.unwrap(), 2);
    // What changes the state is told.
    go(&*store, 1, Phase::Closed).await;
    go(&*store, 2, Phase::Open).await;
    assert_eq!((waiting().await, left_out()), (MAX_EVENTS + 2, 3));
    // What waits is counted again by whoever opens the store, and there is no room yet.
    store.close().await;
    drop(store);
    let store = backend.open().await;
    store.announce(announcements).await.unwrap();
    submit(&*store, 4, 5, 1).await;
    let waiting = async || store.events_waiting().await.unwrap();
    assert_eq!((waiting().await, left_out()), (MAX_EVENTS + 2, 4));
    // Two states and one more must be delivered before the next is written; it tells the total.
    let oldest = store.events(3).await.unwrap();
    store.forget_events(oldest[2].number).await.unwrap();
    submit(&*store, 5, 6, 1).await;
    assert_eq!((waiting().await, left_out()), (MAX_EVENTS, 4));
    submit(&*store, 6, 7, 1).await;
    assert_eq!((waiting().await, left_out()), (MAX_EVENTS, 5));
    let number = oldest[2].number + u64::try_from(first).unwrap() - 3;
    store.forget_events(number).await.unwrap();
    let last = store.events(10).await.unwrap();
    let expected = [
        (Happening::Submitted, 960, Some(1)),
        (Happening::Submitted, 960, Some(2)),
        (Happening::Closed, 1000, Some(2)),
        (Happening::Resumed, 1000, Some(2)),
        (Happening::Submitted, 960, Some(4)),
    ];
    assert_eq!(told(&last), expected);
    assert!(last.is_sorted_by_key(|event| event.number));
}
