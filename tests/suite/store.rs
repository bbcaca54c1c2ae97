//! What every store must do, whichever database it stands on. A backend joins with one line at
//! [`conformance!`], and its tests fail, never skip, where the database is missing.

#[path = "store/contract.rs"]
mod contract;
#[path = "store/copies.rs"]
mod copies;
#[path = "store/events.rs"]
mod events;
#[path = "store/files.rs"]
mod files;
#[path = "store/invitations.rs"]
mod invitations;
#[path = "store/model.rs"]
mod model;
#[path = "store/order.rs"]
mod order;
#[path = "store/reveal.rs"]
mod reveal;
#[path = "store/tracked.rs"]
mod tracked;

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use web_mpc::ids::{Blob, Fingerprint, KeyId, PartyKey, Signature, SubmissionHash, SubmissionId};
use web_mpc::manifest::Phase;
use web_mpc::store::{
    self, CountersignedRecord, Creation, NewComputation, Noticed, Store, StoreError, StoredBatch,
    StoredCommit, StoredRecord, StoredSubmission, Transition,
};

use super::harness::PATIENCE;

/// A database of its own for one test.
#[async_trait]
trait Backend: Send + Sync {
    /// Makes an empty one.
    fn new() -> Self;

    /// Opens it, again if need be.
    async fn open(&self) -> Arc<dyn Store>;
}

/// An embedded database in a directory that ends with the test.
struct Sqlite(tempfile::TempDir);

impl Sqlite {
    fn file(&self) -> std::path::PathBuf {
        self.0.path().join("store.db")
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }
}

#[async_trait]
impl Backend for Sqlite {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn open(&self) -> Arc<dyn Store> {
        // A child that another test has just forked holds every lock of this process until it runs
        // its own program.
        let deadline = Instant::now() + PATIENCE;
        loop {
            match store::open(&self.url()).await {
                Err(StoreError::InUse) if Instant::now() < deadline => {
                    tokio::task::yield_now().await;
                }
                opened => return opened.unwrap(),
            }
        }
    }
}

/// Runs the named tests of each module against a backend.
macro_rules! conformance {
    ($backend:ident as $module:ident: $($group:ident { $($test:ident)+ })+) => {
        mod $module {
            use super::{$backend, Backend};
            $(mod $group {
                use super::{$backend, Backend};
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $test() {
                        super::super::$group::$test($backend::new()).await;
                    }
                )+
            })+
        }
    };
}

conformance!(Sqlite as sqlite:
    contract {
        computations_are_found
        names_and_fingerprints_are_taken_once
        submissions_are_answered_as_documented
        superseded_versions_lose_their_boxes
        notices_follow_each_other
        a_freeze_needs_its_minimum
        unknown_computations_are_refused
        a_closed_store_says_so
    }
    events {
        nothing_is_written_where_nobody_is_told
        events_are_written_in_order_with_what_they_tell_of
        what_may_not_be_told_is_not_written
        delivered_events_are_forgotten
    }
    order {
        what_was_stored_before_the_freeze_is_in_the_batch
        parties_do_not_exceed_their_maximum_together
        one_submission_sent_by_many_is_stored_once
        everything_is_there_after_reopening
    }
    reveal {
        the_first_record_stays
        a_purge_leaves_no_boxes
        pages_are_in_order_of_keys
        large_shares_are_kept
    }
    invitations {
        lists_are_kept_as_they_came
        an_invitation_admits_one_party
        a_party_takes_the_place_of_another
        a_withdrawn_party_is_not_counted
    }
    tracked { what_was_told_does_not_change }
    model { the_store_follows_its_model }
);

/// The computation that most tests use.
const FINGERPRINT: Fingerprint = Fingerprint::new([7; 32]);

/// More parties than any test has.
const MANY: u64 = 1_000_000;

fn record(content: u8) -> StoredRecord {
    StoredRecord {
        body: Blob(vec![content; 20]),
        signature: Signature::new([content; 64]),
    }
}

fn countersigned(content: u8) -> CountersignedRecord {
    CountersignedRecord {
        body: Blob(vec![content; 30]),
        analyst_signature: Signature::new([content; 64]),
        server_signature: Signature::new([!content; 64]),
    }
}

/// Each name belongs to an analyst of its own.
fn analyst_of(name: &str) -> KeyId {
    KeyId::new([u8::try_from(name.len()).unwrap(); 32])
}

fn computation(fingerprint: Fingerprint, name: &str, round: u32) -> NewComputation {
    NewComputation {
        fingerprint,
        name: name.parse().unwrap(),
        round,
        analyst: analyst_of(name),
        counted: true,
        grain: 60,
        manifest: countersigned(1),
    }
}

/// A store with one open computation.
async fn opened(backend: &impl Backend) -> Arc<dyn Store> {
    let store = backend.open().await;
    let new = computation(FINGERPRINT, "web-mpc", 1);
    assert_eq!(store.create(new).await.unwrap(), Creation::Created);
    store
}

fn party(number: u32) -> PartyKey {
    let mut bytes = [0; 32];
    // Mixed, so that the order of the keys is not the order of their making.
    bytes[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    bytes[28..].copy_from_slice(&number.to_be_bytes());
    PartyKey::new(bytes)
}

fn id(number: u32) -> SubmissionId {
    let mut bytes = [0x55; 16];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    SubmissionId::new(bytes)
}

/// A submission; `content` stands for everything that the party signs.
fn submission(of: u32, id_number: u32, sequence: u64, content: u8) -> StoredSubmission {
    StoredSubmission {
        party_key: party(of),
        submission_id: id(id_number),
        sequence,
        submission_hash: SubmissionHash::new([content; 32]),
        public_part: Blob(vec![content; 10]),
        server_box: Blob(vec![content; 230]),
        analyst_box: Blob(vec![!content; 220]),
        signature: Signature::new([content; 64]),
        invitations: 3,
        tracked: None,
    }
}

fn transition(number: u64, phase: impl Into<Option<Phase>>, minimum: u64) -> Transition {
    let content = u8::try_from(number % 256).unwrap();
    Transition {
        number,
        notice: record(content),
        phase: phase.into(),
        minimum,
    }
}

async fn freeze(store: &dyn Store, number: u64) {
    let noticed = store
        .transition(&FINGERPRINT, transition(number, Phase::Frozen, 0))
        .await;
    assert_eq!(noticed.unwrap(), Noticed::Applied);
}

fn batch(content: u8) -> StoredBatch {
    StoredBatch {
        statement: record(content),
        blocks: Blob(vec![content; 64]),
    }
}

fn commit(content: u8, phase: Phase) -> StoredCommit {
    StoredCommit {
        record: countersigned(content),
        accepted: Blob(vec![content; 3]),
        rejected: Blob(vec![content; 5]),
        phase,
    }
}

/// All pages, read `limit` at a time.
async fn pages(store: &dyn Store, limit: usize) -> Vec<StoredSubmission> {
    let mut all: Vec<StoredSubmission> = Vec::new();
    loop {
        let after = all.last().map(|last| last.party_key);
        let page = store.page(&FINGERPRINT, after, limit).await.unwrap();
        assert!(page.len() <= limit);
        assert!(
            page.iter()
                .all(|row| after.is_none_or(|key| row.party_key > key))
        );
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}
