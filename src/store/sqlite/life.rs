//! What is asked of a computation through its life, beside its submissions: whether one was taken
//! before, which computations an analyst has, and what is left to do once its shares are deleted.

use rusqlite::{Connection, params};

use super::book;
use super::columns::Wide;
use super::desk::Desk;
use super::rows::Version;
use super::tags::Key;
use crate::ids::{Fingerprint, KeyId};
use crate::store::{Listed, Result, StoredSubmission};

impl Desk {
    /// How many invitations existed when this very submission was stored, if it was.
    pub(super) fn receipted(
        &mut self,
        fingerprint: &Fingerprint,
        submission: &StoredSubmission,
    ) -> Result<Option<u64>> {
        let frozen_state = self.book(fingerprint)?.err();
        let found = match (frozen_state, self.books.get(fingerprint)) {
            (Some(state), _) => {
                let version = (&submission.party_key, &submission.submission_id);
                book::frozen_version(&self.connection, state.id, version)?
            }
            (None, Some(book)) => {
                let id = Key::Id(&submission.submission_id);
                book.find(&self.connection, id)?.version
            }
            (None, None) => None,
        };
        let is_it = |found: &Version| {
            found.party_key == submission.party_key
                && found.sequence == submission.sequence
                && found.submission_hash == submission.submission_hash
        };
        Ok(found.filter(is_it).map(|found| found.invitations))
    }

    /// Empties the log, in which pages stand as they were before a purge; false while somebody still
    /// reads in it.
    pub(super) fn empty_log(&self) -> bool {
        let busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, bool>(0)
            });
        matches!(busy, Ok(false))
    }
}

/// Computations of that analyst in the order of their creation, after `after`, `limit` at most.
pub(super) fn list(
    connection: &Connection,
    analyst: &KeyId,
    after: Option<Fingerprint>,
    limit: usize,
) -> Result<Vec<Listed>> {
    let mut statement = connection.prepare_cached(
        "SELECT name, round, fingerprint, phase, parties, counted
         FROM computation JOIN state ON computation = id
         WHERE analyst = ?1
             AND id > coalesce((SELECT id FROM computation WHERE fingerprint = ?2), 0)
         ORDER BY id LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map(params![analyst, after, limit], |row| {
        Ok(Listed {
            name: row.get(0)?,
            round: row.get(1)?,
            fingerprint: row.get(2)?,
            phase: row.get(3)?,
            parties: row.get::<_, Wide>(4)?.0,
            counted: row.get(5)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
