//! What is fixed of frozen computations, of all at once: what a server that starts compares.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::rows::{all, countersigned, record};
use crate::store::{Result, StoredFreeze};

/// What was fixed of all computations that are frozen or beyond, oldest first.
pub(super) fn all_frozen(connection: &Connection) -> Result<Vec<StoredFreeze>> {
    all(
        connection,
        "SELECT fingerprint, state.phase, batch.body, batch.signature, committed.body,
             committed.analyst_signature, committed.server_signature
         FROM state JOIN computation ON id = state.computation
         LEFT JOIN batch ON batch.computation = id
         LEFT JOIN committed ON committed.computation = id
         WHERE state.phase NOT IN ('open', 'paused', 'closed') ORDER BY id",
        [],
        |row| {
            let has = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)? != ValueRef::Null);
            Ok(StoredFreeze {
                fingerprint: row.get(0)?,
                phase: row.get(1)?,
                batch: has(2)?.then(|| record(row, 2)).transpose()?,
                commit: has(4)?.then(|| countersigned(row, 4)).transpose()?,
            })
        },
    )
}
