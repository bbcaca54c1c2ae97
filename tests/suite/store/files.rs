//! What is particular to a database in a file: whose it is, and what a crash leaves.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;
use tokio::task::JoinSet;
use web_mpc::store::{self, StoreError, Submitted};

use super::{Backend, FINGERPRINT, MANY, Sqlite, freeze, opened, pages, submission};
use crate::harness::{Server, free_address};

#[tokio::test]
async fn one_server_at_a_time() {
    let backend = Sqlite::new();
    let first = backend.open().await;
    assert!(matches!(
        store::open(&backend.url()).await,
        Err(StoreError::InUse)
    ));
    #[cfg(unix)]
    {
        let link = backend.0.path().join("link.db");
        std::os::unix::fs::symlink(backend.file(), &link).unwrap();
        let by_link = store::open(&format!("sqlite://{}", link.display())).await;
        assert!(matches!(by_link, Err(StoreError::InUse)));
    }
    drop(first);
    backend.open().await;
}

#[tokio::test]
async fn a_killed_server_leaves_no_lock() {
    let backend = Sqlite::new();
    let url = backend.url();
    let arguments = ["--database", url.as_str()];
    let mut server = Server::start(backend.0.path(), free_address(), &arguments);
    let taken = store::open(&url).await;
    assert!(matches!(taken, Err(StoreError::InUse)));
    server.kill();
    store::open(&url).await.unwrap();
}

#[tokio::test]
async fn foreign_files_are_left_alone() {
    let backend = Sqlite::new();
    let text =
        b"not a database at all, but long enough to have been mistaken for the head of one, \
        which has a hundred bytes";
    fs::write(backend.file(), text).unwrap();
    let refused = store::open(&backend.url()).await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt("database file"))),
        "{refused:?}"
    );
    assert_eq!(fs::read(backend.file()).unwrap(), text);

    fs::remove_file(backend.file()).unwrap();
    Connection::open(backend.file())
        .unwrap()
        .execute_batch("CREATE TABLE theirs (a)")
        .unwrap();
    let before = fs::read(backend.file()).unwrap();
    let refused = store::open(&backend.url()).await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt("database file"))),
        "{refused:?}"
    );
    assert_eq!(fs::read(backend.file()).unwrap(), before);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let backend = Sqlite::new();
    drop(backend.open().await);
    Connection::open(backend.file())
        .unwrap()
        .pragma_update(None, "user_version", 1_000)
        .unwrap();
    let refused = store::open(&backend.url()).await;
    assert!(
        matches!(refused, Err(StoreError::NewerSchema { found: 1_000, .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn errors_do_not_name_the_file() {
    for url in [
        "sqlite:/no-such-directory/secret.db",
        "sqlite:",
        "postgres://u:secret@h/db",
    ] {
        let error = store::open(url).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains("secret") && !text.contains("no-such"),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let backend = Sqlite::new();
    let _store = opened(&backend).await;
    let files: Vec<_> = fs::read_dir(backend.0.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(files.len() >= 3, "database, log and lock");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.file_name().display());
    }
}

#[tokio::test]
async fn a_row_that_is_there_twice_is_noticed() {
    const COPY: &str = "INSERT INTO submission SELECT arrival + 1, current, party_key,
        submission_id, sequence, submission_hash, invitations, signature, public_part, server_box,
        analyst_box FROM submission";
    let backend = Sqlite::new();
    let store = opened(&backend).await;
    store
        .submit(&FINGERPRINT, submission(1, 1, 1, 1), MANY)
        .await
        .unwrap();
    store.close().await;
    Connection::open(backend.file())
        .unwrap()
        .execute(COPY, [])
        .unwrap();
    let store = backend.open().await;
    let refused = store
        .submit(&FINGERPRINT, submission(2, 2, 1, 2), MANY)
        .await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt(_))),
        "{refused:?}"
    );
    let freeze = super::transition(1, web_mpc::manifest::Phase::Frozen, 0);
    let refused = store.transition(&FINGERPRINT, freeze).await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt(_))),
        "{refused:?}"
    );
}

/// What a power failure leaves: the database and its log as they are at some moment. Too little is
/// submitted for a checkpoint, which a copy that is not made at one moment could tear.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_loses_nothing_that_was_acknowledged() {
    const TASKS: u32 = 10;
    let backend = Sqlite::new();
    let store = opened(&backend).await;
    let stored: Arc<Vec<AtomicU32>> = Arc::new((0..TASKS).map(|_| AtomicU32::new(0)).collect());
    let mut tasks = JoinSet::new();
    for (task, count) in (0..TASKS).zip(0..) {
        let (store, stored) = (Arc::clone(&store), Arc::clone(&stored));
        tasks.spawn(async move {
            for turn in 0..60 {
                let number = task + turn * TASKS;
                let new = submission(number, number, 1, 1);
                let answer = store.submit(&FINGERPRINT, new, MANY).await.unwrap();
                assert!(matches!(answer, Submitted::Stored { .. }));
                let stored: &Vec<AtomicU32> = &stored;
                stored
                    .get::<usize>(count)
                    .unwrap()
                    .store(turn + 1, Ordering::SeqCst);
            }
        });
    }
    let mut crashes = Vec::new();
    while !tasks.is_empty() {
        let acknowledged: Vec<u32> = stored
            .iter()
            .map(|count| count.load(Ordering::SeqCst))
            .collect();
        crashes.push((acknowledged, copy(&backend.file())));
        for _ in 0..3 {
            tasks.join_next().await;
        }
    }
    for (acknowledged, copy) in crashes {
        let recovered = copy.open().await;
        let found = pages(&*recovered, 100).await;
        for (task, count) in (0..TASKS).zip(acknowledged) {
            for turn in 0..count {
                let number = task + turn * TASKS;
                assert!(found.contains(&submission(number, number, 1, 1)));
            }
        }
        freeze(&*recovered, 1).await;
        assert_eq!(pages(&*recovered, 100).await, found);
    }
}

/// A database with its log, as it is on the disk.
fn copy(file: &Path) -> Sqlite {
    let copy = Sqlite::new();
    fs::copy(file, copy.file()).unwrap();
    let log = |file: &Path| file.with_extension("db-wal");
    fs::copy(log(file), log(&copy.file())).unwrap();
    copy
}
