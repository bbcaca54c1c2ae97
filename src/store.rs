//! Where a server keeps computations and submissions: one trait, one implementation per database.
//!
//! A store never sees a secret key or an opened share. Signed records are bytes to it. All changes
//! to one computation go through one order (a writer), so that a freeze and a submission can never
//! disagree about which came first.

mod computations;
mod events;
mod invitations;
pub mod sqlite;
mod submissions;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::computations::{
    Creation, Listed, NewComputation, Noticed, StoredBatch, StoredCommit, StoredComputation,
    StoredFreeze, Transition,
};
pub use self::events::{Announcements, Happening, MAX_EVENTS, StoredEvent};
pub use self::invitations::{
    InvitationTotals, Invited, NewAdmission, NewInvitations, NewTakeover, NewWithdrawal,
    NotAdmitted, Revoked, StoredDeparture, StoredInvitation, StoredList, Withdrawn,
};
pub use self::submissions::{Leaf, Standing, StoredSubmission, Submitted, TrackedAt};
use crate::ids::{Blob, ComputationName, Fingerprint, InvitationKey, KeyId, PartyKey, Signature};
use crate::manifest::Phase;
use crate::tracking::Change;

/// Why a store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database URL has a scheme that no store serves. The URL is not repeated: it may carry a
    /// password.
    #[error("the database URL must begin with `sqlite:`")]
    UnknownScheme,
    /// Another process has the database open.
    #[error("the database is in use by another server")]
    InUse,
    /// A later version of this program has written the database.
    #[error("the database has schema {found}, this program knows up to {known}")]
    NewerSchema {
        /// Schema version in the database.
        found: i64,
        /// Newest schema version that this program knows.
        known: i64,
    },
    /// The database holds something that this program did not write.
    #[error("the database holds an invalid {0}")]
    Corrupt(&'static str),
    /// No computation has that fingerprint.
    #[error("no such computation")]
    NoComputation,
    /// The computation's phase does not allow that record; nothing changed.
    #[error("the computation's phase does not allow this")]
    WrongPhase(Phase),
    /// A copy is to be made where there is a file already.
    #[error("there is a file of that name already")]
    Exists,
    /// The store is shutting down.
    #[error("the database is closed")]
    Closed,
    /// The database refused or failed.
    #[error("the database failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Short for the results of this module.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A record as its signer wrote it, and the signature over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// The record's bytes, never re-serialised.
    pub body: Blob,
    /// Who signed is known from the context.
    pub signature: Signature,
}

/// A record that both compute parties signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountersignedRecord {
    /// The record's bytes, never re-serialised.
    pub body: Blob,
    /// The analyst's signature.
    pub analyst_signature: Signature,
    /// The server's signature.
    pub server_signature: Signature,
}

/// A database of computations and submissions. Every method that changes something returns after
/// the change is committed and synced to the disk.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Creates a computation in phase `Open`.
    async fn create(&self, computation: NewComputation) -> Result<Creation>;

    /// The computation with that fingerprint.
    async fn computation(&self, fingerprint: &Fingerprint) -> Result<Option<StoredComputation>>;

    /// The computation with that name and the highest round.
    async fn newest(&self, name: &ComputationName) -> Result<Option<StoredComputation>>;

    /// The computation with that name and round.
    async fn round(&self, name: &ComputationName, round: u32) -> Result<Option<StoredComputation>>;

    /// What was fixed of all computations that are frozen or beyond, oldest first.
    async fn frozen(&self) -> Result<Vec<StoredFreeze>>;

    /// How many computations there are.
    async fn computations(&self) -> Result<u64>;

    /// How many of them are that analyst's.
    async fn computations_of(&self, analyst: &KeyId) -> Result<u64>;

    /// Those of them that were created after that one, oldest first, `limit` at most.
    async fn list(
        &self,
        analyst: &KeyId,
        after: Option<Fingerprint>,
        limit: usize,
    ) -> Result<Vec<Listed>>;

    /// How many invitations existed when this very submission was stored; nothing if it never was.
    async fn receipted(
        &self,
        fingerprint: &Fingerprint,
        submission: StoredSubmission,
    ) -> Result<Option<u64>>;

    /// What was written down of submissions for their analyst, in the order in which they came. What
    /// is written down later counts as of time grain `boundary` at the earliest, whenever it came:
    /// what is told of the grains before does not change any more.
    async fn changes(&self, fingerprint: &Fingerprint, boundary: u64) -> Result<Vec<Change>>;

    /// Stores a submission as its party's current version, in one order with all other changes.
    ///
    /// Checks, in this order: the same submission again (whatever the phase), the phase, the
    /// submission id, the sequence number, and for a new party `max_parties`. The boxes of a version
    /// that is superseded are dropped; its ids and its sequence number stay.
    async fn submit(
        &self,
        fingerprint: &Fingerprint,
        submission: StoredSubmission,
        max_parties: u64,
    ) -> Result<Submitted>;

    /// The same in an invited computation. Between submission id and sequence number it checks that
    /// the invitation exists, is bound to nobody or to this party (or may be bound to it instead of
    /// another one, whose submission leaves with the same change), is neither revoked nor expired if
    /// it is bound to nobody, and fixes no other cohort.
    async fn submit_invited(
        &self,
        fingerprint: &Fingerprint,
        submission: StoredSubmission,
        max_parties: u64,
        admission: NewAdmission,
    ) -> Result<Submitted>;

    /// Takes a party's current submission out, in one order with all other changes; its boxes are
    /// dropped. Possible until the freeze.
    async fn withdraw(
        &self,
        fingerprint: &Fingerprint,
        withdrawal: NewWithdrawal,
    ) -> Result<Withdrawn>;

    /// Why a party has no current submission, where that is known.
    async fn departure(
        &self,
        fingerprint: &Fingerprint,
        party_key: &PartyKey,
    ) -> Result<Option<StoredDeparture>>;

    /// How many parties have a current submission.
    async fn parties(&self, fingerprint: &Fingerprint) -> Result<u64>;

    /// Applies a notice that adds invitations, and adds them.
    async fn invite(
        &self,
        fingerprint: &Fingerprint,
        change: Transition,
        new: NewInvitations,
    ) -> Result<Invited>;

    /// Applies a notice that revokes invitations. Those that are used go on as before.
    async fn revoke(
        &self,
        fingerprint: &Fingerprint,
        change: Transition,
        keys: Vec<InvitationKey>,
    ) -> Result<Revoked>;

    /// The invitation with that key.
    async fn invitation(
        &self,
        fingerprint: &Fingerprint,
        key: &InvitationKey,
    ) -> Result<Option<StoredInvitation>>;

    /// Lists of invitations in the order of their notices, after notice `after`: as many as have no
    /// more than `room` bytes together, but one at least if there is one.
    async fn lists(
        &self,
        fingerprint: &Fingerprint,
        after: u64,
        room: usize,
    ) -> Result<Vec<StoredList>>;

    /// What became of all invitations.
    async fn invitation_totals(&self, fingerprint: &Fingerprint) -> Result<InvitationTotals>;

    /// The newest earlier round of the same name that has a result and in which nearly the same people
    /// took part: those whose invitations count in only one of both are fewer than `least`, and there
    /// are some. People are told apart by their labels, where both rounds have them, or else by the
    /// numbers of their invitations.
    async fn near_round(&self, fingerprint: &Fingerprint, least: u64) -> Result<Option<u32>>;

    /// Applies a notice and its change of phase, if any, in one order with all submissions.
    async fn transition(&self, fingerprint: &Fingerprint, change: Transition) -> Result<Noticed>;

    /// Records the description of a frozen batch, once: where there is one, that one stays and is
    /// returned.
    async fn record_batch(
        &self,
        fingerprint: &Fingerprint,
        batch: StoredBatch,
    ) -> Result<StoredBatch>;

    /// The description of a frozen batch with its blocks.
    async fn batch(&self, fingerprint: &Fingerprint) -> Result<Option<StoredBatch>>;

    /// Current submissions in the order of their party keys, after `after`, `limit` at most.
    async fn leaves(
        &self,
        fingerprint: &Fingerprint,
        after: Option<PartyKey>,
        limit: usize,
    ) -> Result<Vec<Leaf>>;

    /// Current submissions, whole, in the order of their party keys, after `after`, `limit` at most.
    async fn page(
        &self,
        fingerprint: &Fingerprint,
        after: Option<PartyKey>,
        limit: usize,
    ) -> Result<Vec<StoredSubmission>>;

    /// Records what both sides committed to, once: where there is one, that one stays and is
    /// returned.
    async fn record_commit(
        &self,
        fingerprint: &Fingerprint,
        commit: StoredCommit,
    ) -> Result<StoredCommit>;

    /// What both sides committed to.
    async fn commit(&self, fingerprint: &Fingerprint) -> Result<Option<StoredCommit>>;

    /// Records the analyst's result and goes to `Revealed`, once: where there is one, that one stays
    /// and is returned.
    async fn record_result(
        &self,
        fingerprint: &Fingerprint,
        result: StoredRecord,
    ) -> Result<StoredRecord>;

    /// Keeps a result that its analyst publishes, with a key for each invitation, once: where there is
    /// one, that one stays. Possible when the round is over.
    async fn publish(
        &self,
        fingerprint: &Fingerprint,
        published: StoredRecord,
        keys: Blob,
    ) -> Result<()>;

    /// The result that was published, and the key of an invitation to it.
    async fn publication(
        &self,
        fingerprint: &Fingerprint,
        invitation: Option<InvitationKey>,
    ) -> Result<Option<(StoredRecord, Option<Blob>)>>;

    /// Where one party stands; nothing for a key that never submitted.
    async fn standing(
        &self,
        fingerprint: &Fingerprint,
        party_key: &PartyKey,
    ) -> Result<Option<Standing>>;

    /// Writes an event with each change from now on, in the same transaction. Without this, none is
    /// ever written.
    async fn announce(&self, to: Announcements) -> Result<()>;

    /// The oldest events, `limit` at most.
    async fn events(&self, limit: usize) -> Result<Vec<StoredEvent>>;

    /// How many events there are.
    async fn events_waiting(&self) -> Result<u64>;

    /// Deletes all events up to that number.
    async fn forget_events(&self, last: u64) -> Result<()>;

    /// Copies everything, as it is at one moment, into a file that must not exist; others go on
    /// writing meanwhile. The copy is a database that a server can be started with.
    async fn backup(&self, to: &Path) -> Result<()>;

    /// Finishes what is under way and closes the database.
    async fn close(&self);
}

/// Opens the store that the URL names, and brings its schema up to date.
pub async fn open(url: &str) -> Result<Arc<dyn Store>> {
    let path = sqlite_path(url)?;
    Ok(Arc::new(sqlite::SqliteStore::open(path).await?))
}

/// Opens the store that the URL names to read or copy it, while another process may be writing to
/// it; nothing if there is none. What changes something fails with [`StoreError::Closed`].
pub async fn open_to_read(url: &str) -> Result<Option<Arc<dyn Store>>> {
    let opened = sqlite::SqliteStore::open_to_read(sqlite_path(url)?).await?;
    Ok(opened.map(|store| Arc::new(store) as Arc<dyn Store>))
}

/// `sqlite:file`, `sqlite://file` and `sqlite:///absolute/file` are all in use.
fn sqlite_path(url: &str) -> Result<&str> {
    match url.split_once(':') {
        Some(("sqlite", path)) => Ok(path.strip_prefix("//").unwrap_or(path)),
        _ => Err(StoreError::UnknownScheme),
    }
}
