//! The embedded store: SQLite, written by one thread and read by three.

mod backup;
mod book;
mod columns;
mod desk;
mod events;
mod failure;
mod file;
mod frozen;
mod invitations;
mod life;
mod order;
mod publications;
mod records;
mod rounds;
mod rows;
mod schema;
mod submissions;
mod tags;
#[cfg(test)]
mod tests;
mod threads;
mod tracked;
mod withdrawals;
mod writer;

use std::path::Path;
use std::thread::JoinHandle;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use self::desk::Desk;
use self::rows::{Stretch, Wanted};
use self::threads::{Readers, Threads, off_the_runtime, spawn};
use self::writer::{Change, Command, Request};
use super::{
    Announcements, Creation, InvitationTotals, Invited, Leaf, Listed, NewAdmission, NewComputation,
    NewInvitations, NewWithdrawal, Noticed, Result, Revoked, Standing, Store, StoreError,
    StoredBatch, StoredCommit, StoredComputation, StoredDeparture, StoredEvent, StoredFreeze,
    StoredInvitation, StoredList, StoredRecord, StoredSubmission, Submitted, Transition, Withdrawn,
};
use crate::ids::{Blob, ComputationName, Fingerprint, InvitationKey, KeyId, PartyKey};
use crate::tracking;

/// Threads that read, so that one long read does not keep everybody waiting. Pages of reveals have one
/// more to themselves.
const READERS: usize = 2;

/// The database of one server process.
#[derive(Debug)]
pub struct SqliteStore {
    // Dropped in this order: a thread ends when nobody can ask it any more, and the readers end
    // before the writer, which closes the database.
    readers: Readers,
    /// Reads the pages of reveals and nothing else: see [`schema::open_pager`].
    pager: Readers,
    changes: mpsc::Sender<Command<Box<dyn Change>>>,
    writer: Threads,
}

impl SqliteStore {
    /// Opens a database file, makes it if there is none (for its owner alone), and brings its schema
    /// up to date. One process at a time: the lock lies on a file beside it and ends with the
    /// process, however that ends.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        off_the_runtime(move || Self::open_now(&path)).await?
    }

    fn open_now(path: &Path) -> Result<Self> {
        let path = file::create(path)?;
        let lock = file::lock(&path)?;
        let writer_connection = schema::open_writer(&path)?;
        let reader_connections = (0..READERS)
            .map(|_| schema::open_reader(&path))
            .collect::<Result<Vec<_>>>()?;
        let pager = schema::open_pager(&path)?;

        let (changes, change_queue) = mpsc::channel(writer::QUEUE);
        let writer = spawn("store-writer", move || {
            writer::run(writer_connection, change_queue);
            drop(lock);
        })?;
        Self::with(changes, vec![writer], reader_connections, pager)
    }

    /// Opens a database file that is there, to read or copy it, whoever writes to it; nothing if
    /// there is none. Every change is refused as if the store were closed.
    pub async fn open_to_read(path: impl AsRef<Path>) -> Result<Option<Self>> {
        let path = path.as_ref().to_owned();
        off_the_runtime(move || {
            if !path.try_exists()? {
                return Ok(None);
            }
            let (reader, pager) = (schema::open_foreign(&path)?, schema::open_foreign(&path)?);
            let (changes, _) = mpsc::channel(1);
            Self::with(changes, Vec::new(), vec![reader], pager).map(Some)
        })
        .await?
    }

    fn with(
        changes: mpsc::Sender<Command<Box<dyn Change>>>,
        writers: Vec<JoinHandle<()>>,
        readers: Vec<Connection>,
        pager: Connection,
    ) -> Result<Self> {
        Ok(Self {
            readers: Readers::new("store-reader", readers)?,
            pager: Readers::new("store-pager", vec![pager])?,
            changes,
            writer: Threads::new(writers),
        })
    }

    /// Has the writer make a change; returns when it is durable.
    async fn change<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Desk) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let request = Command::Do(Box::new(Request::new(change, reply)) as Box<dyn Change>);
        self.changes
            .send(request)
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Has a reader read, all in one snapshot.
    async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.readers.read(read).await
    }

    async fn read_one(&self, wanted: Wanted) -> Result<Option<StoredComputation>> {
        Ok(self
            .read(move |connection| rows::computations(connection, &wanted))
            .await?
            .pop())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create(&self, computation: NewComputation) -> Result<Creation> {
        self.change(move |desk| desk.create(&computation)).await
    }

    async fn computation(&self, fingerprint: &Fingerprint) -> Result<Option<StoredComputation>> {
        self.read_one(Wanted::Fingerprint(*fingerprint)).await
    }

    async fn newest(&self, name: &ComputationName) -> Result<Option<StoredComputation>> {
        self.read_one(Wanted::Newest(name.clone())).await
    }

    async fn round(&self, name: &ComputationName, round: u32) -> Result<Option<StoredComputation>> {
        self.read_one(Wanted::Round(name.clone(), round)).await
    }

    async fn frozen(&self) -> Result<Vec<StoredFreeze>> {
        self.read(frozen::all_frozen).await
    }

    async fn computations(&self) -> Result<u64> {
        self.read(rows::count).await
    }

    async fn computations_of(&self, analyst: &KeyId) -> Result<u64> {
        let analyst = *analyst;
        self.read(move |connection| rows::count_of(connection, &analyst))
            .await
    }

    async fn list(
        &self,
        analyst: &KeyId,
        after: Option<Fingerprint>,
        limit: usize,
    ) -> Result<Vec<Listed>> {
        let analyst = *analyst;
        self.read(move |connection| life::list(connection, &analyst, after, limit))
            .await
    }

    async fn receipted(
        &self,
        fingerprint: &Fingerprint,
        submission: StoredSubmission,
    ) -> Result<Option<u64>> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.receipted(&fingerprint, &submission))
            .await
    }

    async fn changes(
        &self,
        fingerprint: &Fingerprint,
        boundary: u64,
    ) -> Result<Vec<tracking::Change>> {
        let fingerprint = *fingerprint;
        // By the writer first: what is written down after that is not of before the boundary.
        self.change(move |desk| desk.end_grains(&fingerprint, boundary))
            .await?;
        self.read(move |connection| {
            tracked::changes(connection, rows::state(connection, &fingerprint)?.id)
        })
        .await
    }

    async fn submit(
        &self,
        fingerprint: &Fingerprint,
        submission: StoredSubmission,
        max_parties: u64,
    ) -> Result<Submitted> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.submit(&fingerprint, &submission, max_parties, None))
            .await
    }

    async fn submit_invited(
        &self,
        fingerprint: &Fingerprint,
        submission: StoredSubmission,
        max_parties: u64,
        admission: NewAdmission,
    ) -> Result<Submitted> {
        let fingerprint = *fingerprint;
        self.change(move |desk| {
            desk.submit(&fingerprint, &submission, max_parties, Some(&admission))
        })
        .await
    }

    async fn withdraw(
        &self,
        fingerprint: &Fingerprint,
        withdrawal: NewWithdrawal,
    ) -> Result<Withdrawn> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.withdraw(&fingerprint, &withdrawal))
            .await
    }

    async fn departure(
        &self,
        fingerprint: &Fingerprint,
        party_key: &PartyKey,
    ) -> Result<Option<StoredDeparture>> {
        let (fingerprint, party_key) = (*fingerprint, *party_key);
        self.read(move |connection| {
            let state = rows::state(connection, &fingerprint)?;
            withdrawals::departure(connection, state.id, &party_key)
        })
        .await
    }

    async fn parties(&self, fingerprint: &Fingerprint) -> Result<u64> {
        let fingerprint = *fingerprint;
        self.read(move |connection| Ok(rows::state(connection, &fingerprint)?.parties))
            .await
    }

    async fn invite(
        &self,
        fingerprint: &Fingerprint,
        change: Transition,
        new: NewInvitations,
    ) -> Result<Invited> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.invite(&fingerprint, &change, &new))
            .await
    }

    async fn revoke(
        &self,
        fingerprint: &Fingerprint,
        change: Transition,
        keys: Vec<InvitationKey>,
    ) -> Result<Revoked> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.revoke(&fingerprint, &change, &keys))
            .await
    }

    async fn invitation(
        &self,
        fingerprint: &Fingerprint,
        key: &InvitationKey,
    ) -> Result<Option<StoredInvitation>> {
        let (fingerprint, key) = (*fingerprint, *key);
        self.read(move |connection| {
            let state = rows::state(connection, &fingerprint)?;
            invitations::find(connection, state.id, &key)
        })
        .await
    }

    async fn lists(
        &self,
        fingerprint: &Fingerprint,
        after: u64,
        room: usize,
    ) -> Result<Vec<StoredList>> {
        let fingerprint = *fingerprint;
        self.read(move |connection| {
            let state = rows::state(connection, &fingerprint)?;
            invitations::lists(connection, state.id, after, room)
        })
        .await
    }

    async fn invitation_totals(&self, fingerprint: &Fingerprint) -> Result<InvitationTotals> {
        let fingerprint = *fingerprint;
        self.read(move |connection| {
            let state = rows::state(connection, &fingerprint)?;
            invitations::totals(connection, state.id)
        })
        .await
    }

    async fn near_round(&self, fingerprint: &Fingerprint, least: u64) -> Result<Option<u32>> {
        let fingerprint = *fingerprint;
        self.read(move |connection| {
            let state = rows::state(connection, &fingerprint)?;
            rounds::near(connection, state.id, least)
        })
        .await
    }

    async fn transition(&self, fingerprint: &Fingerprint, change: Transition) -> Result<Noticed> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.transition(&fingerprint, &change))
            .await
    }

    async fn record_batch(
        &self,
        fingerprint: &Fingerprint,
        batch: StoredBatch,
    ) -> Result<StoredBatch> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.record_batch(&fingerprint, &batch))
            .await
    }

    async fn batch(&self, fingerprint: &Fingerprint) -> Result<Option<StoredBatch>> {
        let fingerprint = *fingerprint;
        self.read(move |connection| {
            rows::batch(connection, rows::state(connection, &fingerprint)?.id)
        })
        .await
    }

    async fn leaves(
        &self,
        fingerprint: &Fingerprint,
        after: Option<PartyKey>,
        limit: usize,
    ) -> Result<Vec<Leaf>> {
        let stretch = Stretch {
            fingerprint: *fingerprint,
            after,
            limit,
        };
        self.read(move |connection| stretch.leaves(connection))
            .await
    }

    async fn page(
        &self,
        fingerprint: &Fingerprint,
        after: Option<PartyKey>,
        limit: usize,
    ) -> Result<Vec<StoredSubmission>> {
        let stretch = Stretch {
            fingerprint: *fingerprint,
            after,
            limit,
        };
        self.pager
            .read(move |connection| stretch.page(connection))
            .await
    }

    async fn record_commit(
        &self,
        fingerprint: &Fingerprint,
        commit: StoredCommit,
    ) -> Result<StoredCommit> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.record_commit(&fingerprint, &commit))
            .await
    }

    async fn commit(&self, fingerprint: &Fingerprint) -> Result<Option<StoredCommit>> {
        let fingerprint = *fingerprint;
        self.read(move |connection| {
            rows::commit(connection, rows::state(connection, &fingerprint)?.id)
        })
        .await
    }

    async fn record_result(
        &self,
        fingerprint: &Fingerprint,
        result: StoredRecord,
    ) -> Result<StoredRecord> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.record_result(&fingerprint, &result))
            .await
    }

    async fn publish(
        &self,
        fingerprint: &Fingerprint,
        published: StoredRecord,
        keys: Blob,
    ) -> Result<()> {
        let fingerprint = *fingerprint;
        self.change(move |desk| desk.publish(&fingerprint, &published, &keys))
            .await
    }

    async fn publication(
        &self,
        fingerprint: &Fingerprint,
        invitation: Option<InvitationKey>,
    ) -> Result<Option<(StoredRecord, Option<Blob>)>> {
        let fingerprint = *fingerprint;
        self.read(move |connection| {
            publications::publication(connection, &fingerprint, invitation.as_ref())
        })
        .await
    }

    async fn standing(
        &self,
        fingerprint: &Fingerprint,
        party_key: &PartyKey,
    ) -> Result<Option<Standing>> {
        let (fingerprint, party_key) = (*fingerprint, *party_key);
        // By the writer, who knows where a party's row is before the freeze.
        self.change(move |desk| desk.standing(&fingerprint, &party_key))
            .await
    }

    async fn announce(&self, to: Announcements) -> Result<()> {
        self.change(move |desk| desk.begin_announcing(&to)).await
    }

    async fn events(&self, limit: usize) -> Result<Vec<StoredEvent>> {
        self.read(move |connection| events::oldest(connection, limit))
            .await
    }

    async fn events_waiting(&self) -> Result<u64> {
        self.read(events::waiting).await
    }

    async fn forget_events(&self, last: u64) -> Result<()> {
        self.change(move |desk| desk.forget_events(last)).await
    }

    async fn backup(&self, to: &Path) -> Result<()> {
        let to = to.to_owned();
        self.read(move |connection| backup::copy(connection, &to))
            .await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.pager.close().await;
        // An error says that it is closed already.
        drop(self.changes.send(Command::Close).await);
        self.writer.join().await;
    }
}
