//! One computation that takes submissions, as the writer keeps it in memory, and its rows.

use std::hash::RandomState;

use rusqlite::{Connection, OptionalExtension, params};

use super::columns::Wide;
use super::order;
use super::rows::{self, Current, State, Version};
use super::schema;
use super::tags::{Key, Slot, Tags};
use crate::ids::{PartyKey, SubmissionId};
use crate::store::{Result, StoreError, StoredSubmission};

/// A computation that takes, or may take again, submissions.
pub(super) struct Book {
    pub(super) state: State,
    /// Where the next submission goes.
    pub(super) next: i64,
    /// How many parties have ever submitted, those that have left too.
    pub(super) known: u64,
    tags: Tags,
    /// The count of parties, `next` and `known` as they were committed.
    committed: (u64, i64, u64),
    /// Changes of `tags` since then: the tag and what it held before.
    changes: Vec<(u64, Option<i64>)>,
    /// Read within the current transaction, so that a rollback forgets it.
    new: bool,
}

impl Book {
    /// Reads all keys of a computation, and refuses rows that this program cannot have written.
    pub(super) fn read(connection: &Connection, state: State) -> Result<Self> {
        let rows = schema::arrivals(state.id)?;
        let mut book = Self {
            state,
            next: rows.start,
            known: 0,
            tags: Tags::new(RandomState::new()),
            committed: (state.parties, rows.start, 0),
            changes: Vec::new(),
            new: true,
        };
        let mut statement = connection.prepare_cached(
            "SELECT arrival, party_key, submission_id, current FROM submission
             WHERE arrival >= ?1 AND arrival < ?2 ORDER BY arrival",
        )?;
        let mut found = statement.query([rows.start, rows.end])?;
        let mut parties = 0;
        while let Some(row) = found.next()? {
            let arrival: i64 = row.get(0)?;
            book.add(connection, Key::Id(&row.get(2)?), arrival)?;
            let current: Current = row.get(3)?;
            if current != Current::Superseded {
                book.add(connection, Key::Party(&row.get(1)?), arrival)?;
                book.known = book.known.saturating_add(1);
            }
            if current == Current::Counts {
                parties += 1;
            }
            book.next = arrival.saturating_add(1);
        }
        if parties != state.parties {
            return Err(StoreError::Corrupt("count of parties"));
        }
        book.committed = (parties, book.next, book.known);
        Ok(book)
    }

    /// Adds a key that must not be there yet.
    fn add(&mut self, connection: &Connection, key: Key<'_>, arrival: i64) -> Result<()> {
        let slot = self.find(connection, key)?;
        if slot.version.is_some() {
            return Err(StoreError::Corrupt("submission: stored twice"));
        }
        self.tags.set(slot.tag, arrival);
        Ok(())
    }

    /// The row with that key.
    pub(super) fn find(&self, connection: &Connection, key: Key<'_>) -> Result<Slot<Version>> {
        self.tags.find(key, |arrival| {
            let version = rows::version(connection, arrival)?;
            let is_it = match key {
                Key::Party(party_key) => version.party_key == *party_key,
                Key::Id(submission_id) => version.submission_id == *submission_id,
            };
            Ok(is_it.then_some(version))
        })
    }

    /// Enters the row that was put at `next` under the tags of its keys.
    pub(super) fn enter(&mut self, tags: [u64; 2], parties: u64) {
        for tag in tags {
            let before = self.tags.set(tag, self.next);
            self.changes.push((tag, before));
        }
        self.next = self.next.saturating_add(1);
        self.state.parties = parties;
    }

    /// Whether there are more or fewer parties than were committed.
    pub(super) fn is_changed(&self) -> bool {
        self.state.parties != self.committed.0
    }

    /// What is in the book is committed.
    pub(super) fn keep(&mut self) {
        self.committed = (self.state.parties, self.next, self.known);
        self.changes.clear();
        self.new = false;
    }

    /// What was entered since the last commit is not; false if the whole book is to be forgotten.
    pub(super) fn undo(&mut self) -> bool {
        (self.state.parties, self.next, self.known) = self.committed;
        for (tag, before) in self.changes.drain(..).rev() {
            self.tags.unset(tag, before);
        }
        !self.new
    }
}

/// The current version of a party in a computation that is frozen.
pub(super) fn frozen_party(
    connection: &Connection,
    computation: i64,
    party_key: &PartyKey,
) -> Result<Option<Version>> {
    let place = order::find(connection, computation, party_key)?;
    let version = place.map(|place| rows::version(connection, place.arrival));
    version.transpose()
}

/// The version with a submission's party and id in a computation that is frozen, current or
/// superseded.
pub(super) fn frozen_version(
    connection: &Connection,
    computation: i64,
    (party_key, submission_id): (&PartyKey, &SubmissionId),
) -> Result<Option<Version>> {
    let current = frozen_party(connection, computation, party_key)?;
    if current
        .as_ref()
        .is_some_and(|version| version.submission_id == *submission_id)
    {
        return Ok(current);
    }
    let mut statement = connection.prepare_cached(
        "SELECT arrival FROM superseded_id WHERE computation = ?1 AND submission_id = ?2",
    )?;
    let arrival = statement.query_row(params![computation, submission_id], |row| row.get(0));
    let version = arrival
        .optional()?
        .map(|arrival| rows::version(connection, arrival));
    version.transpose()
}

/// Drops the boxes of a version that is followed by a newer one.
pub(super) fn supersede(connection: &Connection, arrival: i64) -> Result<()> {
    drop_boxes(connection, arrival, 0)
}

/// Drops the boxes of the last version of a party that leaves.
pub(super) fn depart(connection: &Connection, arrival: i64) -> Result<()> {
    drop_boxes(connection, arrival, 2)
}

fn drop_boxes(connection: &Connection, arrival: i64, current: i64) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE submission
             SET current = ?2, public_part = x'', server_box = x'', analyst_box = x''
             WHERE arrival = ?1",
        )?
        .execute([arrival, current])?;
    Ok(())
}

/// Appends a submission as its party's current version.
pub(super) fn insert(connection: &Connection, arrival: i64, new: &StoredSubmission) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO submission (arrival, current, party_key, submission_id, sequence,
                 submission_hash, invitations, signature, public_part, server_box, analyst_box)
             VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            arrival,
            new.party_key,
            new.submission_id,
            Wide(new.sequence),
            new.submission_hash,
            Wide(new.invitations),
            new.signature,
            new.public_part,
            new.server_box,
            new.analyst_box,
        ])?;
    Ok(())
}
