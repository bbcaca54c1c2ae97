//! Copies of a database that is being written to.

use std::fs;
use std::sync::Arc;

use web_mpc::manifest::Phase;
use web_mpc::store::{self, StoreError};

use super::{Backend, FINGERPRINT, Sqlite, freeze, opened, pages, submission, transition};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_of_one_moment() {
    let backend = Sqlite::new();
    let store = opened(&backend).await;
    let writing = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for number in 1..=2000 {
                let submission = submission(number, number, 1, 1);
                store.submit(&FINGERPRINT, submission, 9999).await.unwrap();
            }
        })
    };
    let (copies, mut last) = (tempfile::tempdir().unwrap(), 0);
    for number in 0..5 {
        let file = copies.path().join(format!("{number}.db"));
        // As another process does it, which does not have the lock.
        let other = store::open_to_read(&backend.url()).await.unwrap().unwrap();
        other.backup(&file).await.unwrap();
        other.close().await;
        let copy = store::open(&format!("sqlite:{}", file.display())).await;
        let copy = copy.unwrap();
        let counted = copy.computation(&FINGERPRINT).await.unwrap().unwrap();
        freeze(&*copy, 1).await;
        let rows = pages(&*copy, 500).await.len();
        assert_eq!(u64::try_from(rows).unwrap(), counted.parties);
        assert!(counted.parties >= last, "later copies have more");
        last = counted.parties;
    }
    writing.await.unwrap();
    // The database itself has noticed nothing.
    let whole = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!((whole.parties, whole.phase), (2000, Phase::Open));
}

#[tokio::test]
async fn a_copy_takes_no_place_that_is_taken() {
    let backend = Sqlite::new();
    let store = opened(&backend).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    fs::write(&file, "mine").unwrap();
    let refused = store.backup(&file).await;
    assert!(matches!(refused, Err(StoreError::Exists)), "{refused:?}");
    let nowhere = folder.path().join("missing").join("copy.db");
    assert!(store.backup(&nowhere).await.is_err());
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    // The one file, and nothing that was begun beside it.
    store.backup(&folder.path().join("other.db")).await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(folder.path().join("other.db")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn who_only_reads_changes_nothing() {
    let backend = Sqlite::new();
    assert!(store::open_to_read(&backend.url()).await.unwrap().is_none());
    assert!(!backend.file().exists());
    let store = opened(&backend).await;
    let reader = store::open_to_read(&backend.url()).await.unwrap().unwrap();
    assert_eq!(reader.computations().await.unwrap(), 1);
    let refused = reader
        .submit(&FINGERPRINT, submission(1, 1, 1, 1), 10)
        .await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
    let refused = reader
        .transition(&FINGERPRINT, transition(1, Phase::Frozen, 0))
        .await;
    assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
    reader.close().await;
    // It goes on, and what comes is stored.
    store
        .submit(&FINGERPRINT, submission(1, 1, 1, 1), 10)
        .await
        .unwrap();

    fs::write(backend.0.path().join("other.db"), vec![7; 4096]).unwrap();
    let other = backend.url().replace("store.db", "other.db");
    let refused = store::open_to_read(&other).await;
    assert!(matches!(refused, Err(StoreError::Corrupt("database file"))));
    let unknown = store::open_to_read("mysql://host/db").await;
    assert!(matches!(unknown, Err(StoreError::UnknownScheme)));
}
