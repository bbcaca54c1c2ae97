//! What the writer knows and does: the connection, and for each computation that takes submissions
//! what must be unique in it.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::book::{self, Book};
use super::columns::Wide;
use super::events::Announcer;
use super::rows::{self, Current, State};
use super::tags::Key;
use crate::ids::{Fingerprint, PartyKey};
use crate::store::{Result, Standing, StoreError};

/// The writer's view.
pub(super) struct Desk {
    pub(super) connection: Connection,
    /// Computations that take submissions, or may take them again.
    pub(super) books: HashMap<Fingerprint, Book>,
    /// Up to which time grain it was told of a computation who has submitted: nothing more is written
    /// down before it. Not kept: after a restart nothing is on its way from before.
    pub(super) told: HashMap<Fingerprint, u64>,
    /// The log has pages as they were before a purge.
    pub(super) purged: bool,
    /// Where anybody is to be told of changes.
    pub(super) announcer: Option<Announcer>,
}

impl Desk {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            books: HashMap::new(),
            told: HashMap::new(),
            purged: false,
            announcer: None,
        }
    }

    /// Runs one statement.
    pub(super) fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    /// Begins a transaction.
    pub(super) fn begin(&mut self) -> Result<()> {
        self.execute("BEGIN IMMEDIATE", [])
    }

    /// Commits it; what was changed is on the disk then.
    pub(super) fn commit(&mut self) -> Result<()> {
        for book in self.books.values().filter(|book| book.is_changed()) {
            self.execute(
                "UPDATE state SET parties = ?2 WHERE computation = ?1",
                params![book.state.id, Wide(book.state.parties)],
            )?;
        }
        self.execute("COMMIT", [])?;
        self.books.values_mut().for_each(Book::keep);
        if self.purged {
            self.purged = !self.empty_log();
        }
        self.events_committed();
        Ok(())
    }

    /// Undoes everything since [`begin`](Self::begin), in memory too.
    pub(super) fn roll_back(&mut self) {
        // SQLite has rolled back by itself after some failures.
        if !self.connection.is_autocommit() && self.execute("ROLLBACK", []).is_err() {
            tracing::error!("the database did not roll back");
        }
        self.books.retain(|_, book| book.undo());
        self.events_rolled_back();
    }

    /// Moves the log into the database and closes it.
    pub(super) fn close(self) {
        let done = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        if done.is_err() || self.connection.close().is_err() {
            tracing::warn!("the database's log stays beside it and is read at the next start");
        }
    }

    /// The book of a computation, or its state if it is frozen.
    pub(super) fn book(
        &mut self,
        fingerprint: &Fingerprint,
    ) -> Result<std::result::Result<&mut Book, State>> {
        // Twice the look-up: a reference that is returned early would be borrowed to the end.
        if !self.books.contains_key(fingerprint) {
            let state = rows::state(&self.connection, fingerprint)?;
            if state.phase.is_frozen() {
                return Ok(Err(state));
            }
            let book = Book::read(&self.connection, state)?;
            self.books.insert(*fingerprint, book);
        }
        self.books
            .get_mut(fingerprint)
            .map(Ok)
            .ok_or(StoreError::NoComputation)
    }

    pub(super) fn standing(
        &mut self,
        fingerprint: &Fingerprint,
        party_key: &PartyKey,
    ) -> Result<Option<Standing>> {
        let frozen_state = self.book(fingerprint)?.err();
        let found = match (frozen_state, self.books.get(fingerprint)) {
            (Some(state), _) => book::frozen_party(&self.connection, state.id, party_key)?,
            (None, Some(book)) => book.find(&self.connection, Key::Party(party_key))?.version,
            (None, None) => None,
        };
        let found = found.filter(|version| version.current == Current::Counts);
        Ok(found.map(|version| Standing {
            sequence: version.sequence,
            submission_hash: version.submission_hash,
        }))
    }

    /// The state of a computation as it is within the transaction.
    pub(super) fn state(&mut self, fingerprint: &Fingerprint) -> Result<State> {
        match self.books.get(fingerprint) {
            Some(book) => Ok(book.state),
            None => rows::state(&self.connection, fingerprint),
        }
    }

    /// Reads a computation again when it is needed: its phase has changed, and whether that will be
    /// committed is not known yet.
    pub(super) fn forget(&mut self, fingerprint: &Fingerprint) {
        self.books.remove(fingerprint);
    }
}
