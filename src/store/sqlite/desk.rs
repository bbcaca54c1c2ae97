//! What the writer knows and does: the connection, and for each computation that takes submissions
//! what must be unique in it.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::book::{self, Book};
use super::columns::Wide;
use super::events::Announcer;
use super::invitations::{self, Verdict};
use super::rows::{self, Current, State, Version};
use super::tags::Key;
use super::tracked;
use super::withdrawals;
use crate::ids::{Fingerprint, PartyKey};
use crate::store::{
    Happening, NewAdmission, NotAdmitted, Result, Standing, StoreError, StoredSubmission,
    Submitted, TrackedAt,
};
use crate::tracking::Change;

/// How many party keys there may be for each party that the manifest allows, those that have left
/// too: everybody may lose a receipt after a withdrawal once, and nobody can fill a disk by leaving.
const KEYS_PER_PLACE: u64 = 2;

/// The writer's view.
pub(super) struct Desk {
    pub(super) connection: Connection,
    /// Computations that take submissions, or may take them again.
    pub(super) books: HashMap<Fingerprint, Book>,
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

    pub(super) fn submit(
        &mut self,
        fingerprint: &Fingerprint,
        new: &StoredSubmission,
        max_parties: u64,
        admission: Option<&NewAdmission>,
    ) -> Result<Submitted> {
        if let Err(state) = self.book(fingerprint)? {
            return too_late(&self.connection, &state, new);
        }
        let connection = &self.connection;
        let book = self
            .books
            .get_mut(fingerprint)
            .ok_or(StoreError::NoComputation)?;
        let id = book.state.id;
        let same_id = book.find(connection, Key::Id(&new.submission_id))?;
        if let Some(found) = same_id.version.as_ref().filter(|found| is_same(found, new)) {
            return Ok(Submitted::Repeated {
                invitations: found.invitations,
            });
        }
        if !book.state.phase.takes_submissions() {
            return Ok(Submitted::NotOpen(book.state.phase));
        }
        if same_id.version.is_some() {
            return Ok(Submitted::IdTaken);
        }
        let verdict = match admission {
            None => Verdict::Bound,
            Some(admission) => invitations::judge(connection, id, &new.party_key, admission)?,
        };
        if let Verdict::Refused(why) = verdict {
            return Ok(Submitted::NotAdmitted(why));
        }
        let same_party = book.find(connection, Key::Party(&new.party_key))?;
        if let Some(older) = &same_party.version {
            let highest = withdrawals::highest(connection, id, older)?;
            if new.sequence <= highest {
                return Ok(Submitted::Stale { highest });
            }
        }
        // From here on something is written, unless a consent is too old or there is no room.
        if let (Verdict::Asks { due, seconds }, Some(admission)) = (verdict, admission) {
            invitations::ask(connection, id, &new.party_key, &admission.key, due)?;
            return Ok(Submitted::NotAdmitted(NotAdmitted::Waiting { seconds }));
        }
        let counts = |version: &&Version| version.current == Current::Counts;
        let replaced = match verdict {
            Verdict::Replaces(party) => book.find(connection, Key::Party(&party))?.version,
            _ => None,
        };
        // A consent ends with whatever its party has sent since.
        let release = admission.and_then(|new| new.takeover?.release);
        if let (Some(leaves), Some(release)) = (&replaced, release)
            && release.sequence < withdrawals::highest(connection, id, leaves)?
        {
            return Ok(Submitted::NotAdmitted(NotAdmitted::TakeoverRefused));
        }
        let replaced = replaced.as_ref().filter(counts);
        let older = same_party.version.as_ref();
        let leaving = u64::from(replaced.is_some()) + u64::from(older.as_ref().is_some_and(counts));
        let staying = book.state.parties.checked_sub(leaving);
        let staying = staying.ok_or(StoreError::Corrupt("count of parties"))?;
        // Those that have left are kept too: otherwise there would be no end of keys that come and go.
        // Of the invited, each invitation has its own limit.
        let most = max_parties.saturating_mul(KEYS_PER_PLACE);
        let crowded = older.is_none() && admission.is_none() && book.known >= most;
        if leaving == 0 && staying >= max_parties {
            return Ok(Submitted::Full);
        }
        if crowded {
            return Ok(Submitted::Crowded { keys: most });
        }
        if older.is_none() {
            book.known = book.known.saturating_add(1);
        }
        if let Some(replaced) = replaced {
            book::depart(connection, replaced.arrival)?;
        }
        if let Some(older) = older {
            book::supersede(connection, older.arrival)?;
            if older.current == Current::Departed {
                withdrawals::forget(connection, id, &new.party_key)?;
            }
        }
        if let Some(admission) = admission {
            invitations::admit(connection, id, &new.party_key, admission, verdict)?;
        }
        book::insert(connection, book.next, new)?;
        if let Some(TrackedAt { grain, cohort }) = new.tracked {
            let change = Change {
                grain,
                who: invitations::who(connection, id, &new.party_key)?,
                cohort: Some(cohort),
            };
            tracked::append(connection, id, &change)?;
        }
        let parties = staying.saturating_add(1);
        book.enter([same_id.tag, same_party.tag], parties);
        let state = book.state;
        self.announce(
            &state,
            match leaving {
                0 => Happening::Submitted,
                // Also by another device in the place of the first.
                _ => Happening::Corrected,
            },
        )?;
        Ok(Submitted::Stored { parties })
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

/// What becomes of a submission to a computation that is frozen.
fn too_late(connection: &Connection, state: &State, new: &StoredSubmission) -> Result<Submitted> {
    let version = (&new.party_key, &new.submission_id);
    let found = book::frozen_version(connection, state.id, version)?;
    Ok(match found.filter(|found| is_same(found, new)) {
        Some(found) => Submitted::Repeated {
            invitations: found.invitations,
        },
        None => Submitted::NotOpen(state.phase),
    })
}

/// Whether a version is that very submission.
fn is_same(found: &Version, new: &StoredSubmission) -> bool {
    found.party_key == new.party_key
        && found.sequence == new.sequence
        && found.submission_hash == new.submission_hash
}
