//! Random operations, answered by the store as by a model that fits on a page.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use web_mpc::ids::{PartyKey, SubmissionId};
use web_mpc::manifest::Phase;
use web_mpc::store::{
    CountersignedRecord, Leaf, NewWithdrawal, Noticed, Standing, Store, StoreError, StoredBatch,
    StoredCommit, StoredDeparture, StoredRecord, StoredSubmission, Submitted, Transition,
    Withdrawn,
};

use super::{
    Backend, FINGERPRINT, batch, commit, countersigned, opened, party, record, submission,
    transition,
};

/// Sequences of operations that are tried.
const CASES: u32 = 64;

#[derive(Debug, Clone)]
enum Operation {
    Submit {
        of: u32,
        id: u32,
        sequence: u64,
        content: u8,
        max_parties: u64,
    },
    Withdraw {
        of: u32,
        sequence: u64,
    },
    Transition {
        ahead: u64,
        phase: Option<Phase>,
        minimum: u64,
    },
    Batch(u8),
    Commit(u8, Phase),
    Result(u8),
    Leaves {
        after: Option<u32>,
        limit: usize,
    },
    Reopen,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::{Batch, Commit, Leaves, Reopen, Result, Submit, Transition, Withdraw};
    let phase = proptest::sample::select(vec![
        Phase::Open,
        Phase::Paused,
        Phase::Closed,
        Phase::Frozen,
        Phase::Ended,
    ]);
    let phase = proptest::option::weighted(0.8, phase);
    let end = proptest::sample::select(vec![Phase::Frozen, Phase::Ended]);
    prop_oneof![
        20 => (0..5_u32, 0..12_u32, 1..5_u64, 0..2_u8, 2..6_u64).prop_map(
            |(of, id, sequence, content, max_parties)| {
                Submit { of, id, sequence, content, max_parties }
            }
        ),
        5 => (0..5_u32, 1..6_u64).prop_map(|(of, sequence)| Withdraw { of, sequence }),
        4 => (0..3_u64, phase, 0..4_u64)
            .prop_map(|(ahead, phase, minimum)| Transition { ahead, phase, minimum }),
        1 => any::<u8>().prop_map(Batch),
        1 => (any::<u8>(), end).prop_map(|(content, phase)| Commit(content, phase)),
        1 => any::<u8>().prop_map(Result),
        3 => (proptest::option::of(0..5_u32), 0..4_usize)
            .prop_map(|(after, limit)| Leaves { after, limit }),
        2 => Just(Reopen),
    ]
}

/// One computation.
struct Model {
    phase: Phase,
    notices: Vec<StoredRecord>,
    versions: BTreeMap<SubmissionId, StoredSubmission>,
    current: BTreeMap<PartyKey, StoredSubmission>,
    /// The highest number of each party.
    highest: BTreeMap<PartyKey, u64>,
    /// The withdrawals of those who have not come back.
    left: BTreeMap<PartyKey, NewWithdrawal>,
    batch: Option<StoredBatch>,
    commit: Option<StoredCommit>,
    result: Option<StoredRecord>,
}

impl Model {
    fn parties(&self) -> u64 {
        u64::try_from(self.current.len()).unwrap()
    }

    fn submit(&mut self, new: &StoredSubmission, max_parties: u64) -> Submitted {
        let same_id = self.versions.get(&new.submission_id);
        if let Some(found) = same_id.filter(|found| *found == new) {
            return Submitted::Repeated {
                invitations: found.invitations,
            };
        }
        if !self.phase.takes_submissions() {
            return Submitted::NotOpen(self.phase);
        }
        if same_id.is_some() {
            return Submitted::IdTaken;
        }
        match self.highest.get(&new.party_key) {
            Some(&highest) if new.sequence <= highest => return Submitted::Stale { highest },
            _ => {}
        }
        let full = !self.current.contains_key(&new.party_key) && self.parties() >= max_parties;
        let known = u64::try_from(self.highest.len()).unwrap();
        let crowded = !self.highest.contains_key(&new.party_key) && known >= 2 * max_parties;
        if full {
            return Submitted::Full;
        }
        if crowded {
            return Submitted::Crowded {
                keys: 2 * max_parties,
            };
        }
        self.highest.insert(new.party_key, new.sequence);
        self.left.remove(&new.party_key);
        self.versions.insert(new.submission_id, new.clone());
        self.current.insert(new.party_key, new.clone());
        Submitted::Stored {
            parties: self.parties(),
        }
    }

    fn withdraw(&mut self, new: &NewWithdrawal) -> Withdrawn {
        if self.left.get(&new.party_key) == Some(new) {
            return Withdrawn::Repeated;
        }
        if self.phase.is_frozen() {
            return Withdrawn::NotOpen(self.phase);
        }
        match self.highest.get(&new.party_key) {
            None => return Withdrawn::Nothing,
            Some(&highest) if new.sequence <= highest => return Withdrawn::Stale { highest },
            Some(_) => {}
        }
        self.current.remove(&new.party_key);
        self.highest.insert(new.party_key, new.sequence);
        self.left.insert(new.party_key, new.clone());
        Withdrawn::Stored
    }

    fn transition(&mut self, change: &Transition) -> Noticed {
        let last = u64::try_from(self.notices.len()).unwrap();
        if (1..=last).contains(&change.number) {
            // A notice's content follows from its number here.
            return Noticed::Repeated;
        }
        if change.number != last + 1 {
            return Noticed::OutOfOrder { last };
        }
        let allowed = match change.phase {
            Some(phase) => self.phase.may_become(phase),
            None => !self.phase.is_frozen(),
        };
        if !allowed {
            return Noticed::NotAllowed(self.phase);
        }
        if self.parties() < change.minimum {
            return Noticed::TooFew {
                parties: self.parties(),
            };
        }
        self.notices.push(change.notice.clone());
        self.phase = change.phase.unwrap_or(self.phase);
        Noticed::Applied
    }

    fn leaves(&self, after: Option<PartyKey>, limit: usize) -> Vec<Leaf> {
        let beyond = self
            .current
            .values()
            .filter(|s| after.is_none_or(|key| s.party_key > key));
        let leaf = |s: &StoredSubmission| Leaf {
            party_key: s.party_key,
            submission_hash: s.submission_hash,
        };
        beyond.map(leaf).take(limit).collect()
    }
}

/// What is recorded once: the first stays, and none comes while the phase is another.
fn once<T: Clone>(slot: &mut Option<T>, phase: Phase, new: T) -> Option<T> {
    if slot.is_none() && phase == Phase::Frozen {
        *slot = Some(new);
    }
    slot.clone()
}

/// The record that came back, or nothing if the phase does not allow it.
fn allowed<T>(outcome: Result<T, StoreError>) -> Option<T> {
    match outcome {
        Ok(record) => Some(record),
        Err(StoreError::WrongPhase(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

async fn follow<B: Backend>(operations: Vec<Operation>) {
    let backend = B::new();
    let mut store = opened(&backend).await;
    let mut model = Model {
        phase: Phase::Open,
        notices: Vec::new(),
        versions: BTreeMap::new(),
        current: BTreeMap::new(),
        highest: BTreeMap::new(),
        left: BTreeMap::new(),
        batch: None,
        commit: None,
        result: None,
    };
    for operation in operations {
        match operation {
            Operation::Submit {
                of,
                id,
                sequence,
                content,
                max_parties,
            } => {
                let new = submission(of, id, sequence, content);
                let expected = model.submit(&new, max_parties);
                let answer = store.submit(&FINGERPRINT, new, max_parties).await.unwrap();
                assert_eq!(answer, expected);
            }
            Operation::Withdraw { of, sequence } => {
                let new = NewWithdrawal {
                    party_key: party(of),
                    grain: None,
                    sequence,
                    record: record(u8::try_from(sequence).unwrap()),
                };
                let expected = model.withdraw(&new);
                assert_eq!(store.withdraw(&FINGERPRINT, new).await.unwrap(), expected);
            }
            Operation::Transition {
                ahead,
                phase,
                minimum,
            } => {
                let number = u64::try_from(model.notices.len()).unwrap() + ahead;
                let change = transition(number, phase, minimum);
                let expected = model.transition(&change);
                assert_eq!(
                    store.transition(&FINGERPRINT, change).await.unwrap(),
                    expected
                );
            }
            Operation::Batch(content) => {
                let expected = once(&mut model.batch, model.phase, batch(content));
                let answer = store.record_batch(&FINGERPRINT, batch(content)).await;
                assert_eq!(allowed(answer), expected);
            }
            Operation::Commit(content, phase) => {
                let first = model.commit.is_none();
                let expected = once(&mut model.commit, model.phase, commit(content, phase));
                if first && expected.is_some() {
                    model.phase = phase;
                }
                let answer = store
                    .record_commit(&FINGERPRINT, commit(content, phase))
                    .await;
                assert_eq!(allowed(answer), expected);
            }
            Operation::Result(content) => {
                let expected = once(&mut model.result, model.phase, record(content));
                if model.phase == Phase::Frozen {
                    model.phase = Phase::Revealed;
                }
                let answer = store.record_result(&FINGERPRINT, record(content)).await;
                assert_eq!(allowed(answer), expected);
            }
            Operation::Leaves { after, limit } => {
                let after = after.map(party);
                let leaves = store.leaves(&FINGERPRINT, after, limit).await.unwrap();
                assert_eq!(leaves, model.leaves(after, limit));
            }
            Operation::Reopen => {
                drop(store);
                store = backend.open().await;
            }
        }
        compare(&*store, &model).await;
    }
}

async fn compare(store: &dyn Store, model: &Model) {
    let found = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!((found.phase, found.parties), (model.phase, model.parties()));
    assert_eq!(found.notices, model.notices);
    assert_eq!(
        found.batch,
        model.batch.as_ref().map(|batch| batch.statement.clone())
    );
    let commit: Option<CountersignedRecord> = model.commit.as_ref().map(|c| c.record.clone());
    assert_eq!(found.commit, commit);
    assert_eq!(found.result, model.result);
    assert_eq!(found.manifest, countersigned(1));
    let page = store.page(&FINGERPRINT, None, 100).await.unwrap();
    assert_eq!(page, model.current.values().cloned().collect::<Vec<_>>());
    for number in 0..5 {
        let standing = store.standing(&FINGERPRINT, &party(number)).await.unwrap();
        let expected = model.current.get(&party(number));
        let expected = expected.map(|current| Standing {
            sequence: current.sequence,
            submission_hash: current.submission_hash,
        });
        assert_eq!(standing, expected);
        let departure = store.departure(&FINGERPRINT, &party(number)).await.unwrap();
        let expected = model.left.get(&party(number));
        let expected = expected.map(|left| StoredDeparture::Withdrawn(left.record.clone()));
        assert_eq!(departure, expected);
    }
    assert_eq!(store.parties(&FINGERPRINT).await.unwrap(), model.parties());
}

pub(crate) async fn the_store_follows_its_model<B: Backend + 'static>(_: B) {
    let runtime = tokio::runtime::Handle::current();
    let cases = tokio::task::spawn_blocking(move || {
        // Failures print their operations; there is no file of them to keep.
        let config = ProptestConfig {
            cases: CASES,
            failure_persistence: None,
            ..Default::default()
        };
        let operations = proptest::collection::vec(operation(), 1..60);
        TestRunner::new(config).run(&operations, |operations| {
            runtime.block_on(follow::<B>(operations));
            Ok(())
        })
    });
    if let Err(failure) = cases.await.unwrap() {
        panic!("{failure}");
    }
}
