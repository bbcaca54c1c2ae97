use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::*;
use crate::ids::{Blob, KeyId, Signature, SubmissionHash, SubmissionId};
use crate::store::CountersignedRecord;

const FINGERPRINT: Fingerprint = Fingerprint::new([7; 32]);

fn computation() -> NewComputation {
    let manifest = CountersignedRecord {
        body: Blob(vec![1]),
        analyst_signature: Signature::new([2; 64]),
        server_signature: Signature::new([3; 64]),
    };
    NewComputation {
        fingerprint: FINGERPRINT,
        name: ComputationName::default(),
        round: 1,
        analyst: KeyId::new([4; 32]),
        counted: true,
        grain: 60,
        manifest,
    }
}

fn submission(number: u8, size: usize) -> StoredSubmission {
    StoredSubmission {
        party_key: PartyKey::new([number; 32]),
        submission_id: SubmissionId::new([number; 16]),
        sequence: 1,
        submission_hash: SubmissionHash::new([number; 32]),
        public_part: Blob::default(),
        server_box: Blob(vec![number; size]),
        analyst_box: Blob(vec![number; size]),
        signature: Signature::new([number; 64]),
        invitations: 0,
        tracked: None,
    }
}

#[tokio::test]
async fn a_full_disk_is_reported_and_survived() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path().join("store.db"))
        .await
        .unwrap();
    store.create(computation()).await.unwrap();
    let limit = async |pages: i64| {
        let set = move |desk: &mut Desk| {
            Ok(desk
                .connection
                .pragma_update(None, "max_page_count", pages)?)
        };
        store.change(set).await.unwrap();
    };
    let submit = async |number, size| {
        store
            .submit(&FINGERPRINT, submission(number, size), u64::MAX)
            .await
    };
    limit(40).await;
    assert_eq!(
        submit(1, 200).await.unwrap(),
        Submitted::Stored { parties: 1 }
    );
    let full = submit(2, 200_000).await.unwrap_err();
    let StoreError::Backend(source) = full else {
        panic!("{full:?}")
    };
    assert!(source.to_string().contains("the disk is full"), "{source}");
    // What still fits is taken, and everything is once there is room again.
    assert_eq!(
        submit(3, 200).await.unwrap(),
        Submitted::Stored { parties: 2 }
    );
    limit(10_000).await;
    assert_eq!(
        submit(2, 200_000).await.unwrap(),
        Submitted::Stored { parties: 3 }
    );
    assert_eq!(store.page(&FINGERPRINT, None, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_failing_request_fails_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let mut desk = Desk::new(schema::open_writer(&path).unwrap());

    let submit = |number| {
        let (reply, answer) = oneshot::channel();
        let change = move |desk: &mut Desk| {
            let answer = desk.submit(&FINGERPRINT, &submission(number, 200), u64::MAX, None)?;
            // This one has written its row when it fails.
            if number == 2 {
                Err(StoreError::Corrupt("test"))
            } else {
                Ok(answer)
            }
        };
        (
            Box::new(Request::new(change, reply)) as Box<dyn Change>,
            answer,
        )
    };
    let (reply, created) = oneshot::channel();
    let create = Request::new(|desk: &mut Desk| desk.create(&computation()), reply);
    let (first, first_answer) = submit(1);
    let (second, second_answer) = submit(2);
    let (third, third_answer) = submit(3);
    writer::serve(&mut desk, vec![Box::new(create), first, second, third]);
    assert_eq!(created.await.unwrap().unwrap(), Creation::Created);
    assert_eq!(
        first_answer.await.unwrap().unwrap(),
        Submitted::Stored { parties: 1 }
    );
    assert!(matches!(
        second_answer.await.unwrap(),
        Err(StoreError::Corrupt("test"))
    ));
    assert_eq!(
        third_answer.await.unwrap().unwrap(),
        Submitted::Stored { parties: 2 }
    );

    // A computation that is known from before loses only what the failed group did.
    let (fourth, fourth_answer) = submit(4);
    let (second, _) = submit(2);
    writer::serve(&mut desk, vec![fourth, second]);
    assert_eq!(
        fourth_answer.await.unwrap().unwrap(),
        Submitted::Stored { parties: 3 }
    );
    desk.close();
    let store = SqliteStore::open(&path).await.unwrap();
    let found = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!(found.parties, 3);
    let again = store
        .submit(&FINGERPRINT, submission(2, 200), u64::MAX)
        .await
        .unwrap();
    assert_eq!(again, Submitted::Stored { parties: 4 });
}

#[tokio::test]
async fn an_event_comes_with_its_change_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let mut desk = Desk::new(schema::open_writer(&path).unwrap());
    let to = Announcements {
        clock: Arc::new(|| 100),
        wake: Arc::default(),
        dropped: Arc::default(),
    };
    desk.begin_announcing(&to).unwrap();
    let submit = |number: u8, fails: bool| {
        let (reply, _) = oneshot::channel();
        let change = move |desk: &mut Desk| {
            let answer = desk.submit(&FINGERPRINT, &submission(number, 20), u64::MAX, None)?;
            if fails {
                return Err(StoreError::Corrupt("test"));
            }
            Ok(answer)
        };
        Box::new(Request::new(change, reply)) as Box<dyn Change>
    };
    let (reply, _) = oneshot::channel();
    let create = Request::new(|desk: &mut Desk| desk.create(&computation()), reply);
    let changes = vec![
        Box::new(create),
        submit(1, false),
        submit(2, true),
        submit(3, false),
    ];
    writer::serve(&mut desk, changes);
    let found = events::oldest(&desk.connection, 10).unwrap();
    let parties: Vec<_> = found.iter().map(|event| event.parties.unwrap()).collect();
    assert_eq!(parties, [0, 1, 2]);
    assert_eq!(desk.events_waiting(), Some(3));
}

#[tokio::test]
async fn a_locked_file_is_reported_and_survived() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.create(computation()).await.unwrap();
    let impatient = |desk: &mut Desk| Ok(desk.connection.busy_timeout(Duration::ZERO)?);
    store.change(impatient).await.unwrap();
    let submit = || store.submit(&FINGERPRINT, submission(1, 200), u64::MAX);

    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = submit().await.unwrap_err();
    let StoreError::Backend(source) = locked else {
        panic!("{locked:?}")
    };
    assert!(
        source.to_string().contains("the file is locked"),
        "{source}"
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(submit().await.unwrap(), Submitted::Stored { parties: 1 });
}
