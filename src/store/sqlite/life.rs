//! What is asked of a computation through its life, beside its submissions: which computations an
//! analyst has, and what is left to do once its shares are deleted.

use rusqlite::{Connection, params};

use super::columns::Wide;
use super::desk::Desk;
use crate::ids::{Fingerprint, KeyId};
use crate::store::{Listed, Result};

impl Desk {
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
