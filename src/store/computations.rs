//! Computations and what becomes of them: notices, a batch, a commit.

use super::{CountersignedRecord, StoredRecord};
use crate::ids::{Blob, ComputationName, Fingerprint, KeyId};
use crate::manifest::Phase;

/// A computation to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComputation {
    /// Hash of the manifest.
    pub fingerprint: Fingerprint,
    /// Name in the manifest.
    pub name: ComputationName,
    /// Round in the manifest, from 1.
    pub round: u32,
    /// Who the analyst is, in the manifest.
    pub analyst: KeyId,
    /// Whether it may be told before the freeze how many have submitted.
    pub counted: bool,
    /// In steps of how many seconds it may be told when.
    pub grain: u32,
    /// The manifest.
    pub manifest: CountersignedRecord,
}

/// What became of an attempt to create a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// It exists now, in phase `Open`.
    Created,
    /// That fingerprint, or that name and round, exists already; nothing changed.
    Taken,
}

/// A computation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Name in the manifest.
    pub name: ComputationName,
    /// Round in the manifest.
    pub round: u32,
    /// Hash of the manifest.
    pub fingerprint: Fingerprint,
    /// State.
    pub phase: Phase,
    /// How many parties have a current submission.
    pub parties: u64,
    /// Whether the analyst may see that before the freeze.
    pub counted: bool,
}

/// Everything about a computation but its submissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredComputation {
    /// Hash of the manifest.
    pub fingerprint: Fingerprint,
    /// Name in the manifest.
    pub name: ComputationName,
    /// Round in the manifest.
    pub round: u32,
    /// The manifest.
    pub manifest: CountersignedRecord,
    /// State.
    pub phase: Phase,
    /// How many parties have a current submission.
    pub parties: u64,
    /// How many invitations there are.
    pub invitations: u64,
    /// The analyst's notices, in order from number 1.
    pub notices: Vec<StoredRecord>,
    /// The batch that was frozen, signed by the server.
    pub batch: Option<StoredRecord>,
    /// The commit that both sides signed.
    pub commit: Option<CountersignedRecord>,
    /// The analyst's record of the result: nothing in it can be read by the server.
    pub result: Option<StoredRecord>,
}

/// What is fixed of a computation that is frozen: small, since there may be many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFreeze {
    /// Hash of the manifest.
    pub fingerprint: Fingerprint,
    /// State.
    pub phase: Phase,
    /// The batch that was frozen, signed by the server.
    pub batch: Option<StoredRecord>,
    /// The commit that both sides signed.
    pub commit: Option<CountersignedRecord>,
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// Stored, and what it changes with it.
    Applied,
    /// The very same notice was applied before.
    Repeated,
    /// Fewer parties than the minimum; nothing changed.
    TooFew {
        /// How many parties have a current submission.
        parties: u64,
    },
    /// The notice does not follow the last one.
    OutOfOrder {
        /// The number of the last one; 0 when there is none.
        last: u64,
    },
    /// The phase does not allow it.
    NotAllowed(Phase),
}

/// What the analyst changes by a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The notice's number, from 1 without gaps.
    pub number: u64,
    /// The notice.
    pub notice: StoredRecord,
    /// The phase that it changes to; nothing for a notice that leaves the phase as it is, which is
    /// allowed until the freeze.
    pub phase: Option<Phase>,
    /// Refuse it while fewer parties than this have a current submission.
    pub minimum: u64,
}

/// A frozen batch as the server describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBatch {
    /// Signed by the server.
    pub statement: StoredRecord,
    /// The first key and the hash of each block of leaves, so that one party's place can be proved
    /// without reading the whole batch; opaque to the store.
    pub blocks: Blob,
}

/// What both sides committed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCommit {
    /// The commit, signed by both.
    pub record: CountersignedRecord,
    /// A: one bit for each submission of the batch, in the batch's order.
    pub accepted: Blob,
    /// Which were rejected and why; opaque to the store.
    pub rejected: Blob,
    /// `Frozen` when a result may follow, `Ended` when none may.
    pub phase: Phase,
}
