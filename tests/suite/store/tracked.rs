//! What is written down for an analyst that may see more than the total.

use web_mpc::ids::Fingerprint;
use web_mpc::store::{NewWithdrawal, Store, StoreError, Submitted, TrackedAt, Withdrawn};
use web_mpc::tracking::{Change, Who};

use super::{Backend, FINGERPRINT, MANY, opened, party, record, submission};

/// What came in a grain, and is stored now.
async fn submit(store: &dyn Store, of: u32, grain: u64, cohort: u32) {
    let mut new = submission(of, of, 1, 1);
    new.tracked = Some(TrackedAt { grain, cohort });
    let submitted = store.submit(&FINGERPRINT, new, MANY).await.unwrap();
    assert!(matches!(submitted, Submitted::Stored { .. }));
}

async fn withdraw(store: &dyn Store, of: u32, grain: u64) {
    let withdrawal = NewWithdrawal {
        party_key: party(of),
        sequence: 2,
        record: record(2),
        grain: Some(grain),
    };
    let withdrawn = store.withdraw(&FINGERPRINT, withdrawal).await.unwrap();
    assert_eq!(withdrawn, Withdrawn::Stored);
}

fn change(of: u32, grain: u64, cohort: Option<u32>) -> Change {
    let who = Who::Party(party(of));
    Change { grain, who, cohort }
}

/// Who comes as a grain ends, and is stored only after that grain was told of, would change what was
/// told, and alone: it counts as of the next one.
pub(crate) async fn what_was_told_does_not_change(backend: impl Backend) {
    let store = opened(&backend).await;
    let changes = async |boundary| store.changes(&FINGERPRINT, boundary).await.unwrap();
    submit(&*store, 1, 5, 0).await;
    let mut expected = vec![change(1, 5, Some(0))];
    assert_eq!(changes(5).await, expected);
    submit(&*store, 2, 5, 1).await;
    expected.push(change(2, 5, Some(1)));
    assert_eq!(changes(6).await, expected);
    submit(&*store, 3, 5, 2).await;
    withdraw(&*store, 1, 5).await;
    expected.extend([change(3, 6, Some(2)), change(1, 6, None)]);
    // Asking about less takes nothing back.
    assert_eq!(changes(2).await, expected);
    submit(&*store, 4, 5, 0).await;
    submit(&*store, 5, 9, 0).await;
    expected.extend([change(4, 6, Some(0)), change(5, 9, Some(0))]);
    assert_eq!(changes(9).await, expected);

    let nobody = store.changes(&Fingerprint::new([9; 32]), 1).await;
    assert!(matches!(nobody, Err(StoreError::NoComputation)));
}
