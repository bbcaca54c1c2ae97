//! The log of who has submitted, moved and left, where an analyst may see more of it than the total.

use rusqlite::{Connection, params};

use super::columns::Wide;
use super::desk::Desk;
use super::schema;
use crate::ids::{Fingerprint, PartyKey};
use crate::store::{Result, StoreError};
use crate::tracking::{Change, Who};

impl Desk {
    /// From now on nothing is written down as if it had come before that grain.
    pub(super) fn end_grains(&mut self, fingerprint: &Fingerprint, boundary: u64) -> Result<()> {
        self.state(fingerprint)?;
        let told = self.told.entry(*fingerprint).or_default();
        *told = boundary.max(*told);
        Ok(())
    }

    /// The earliest grain in which something may be written down.
    pub(super) fn told(&self, fingerprint: &Fingerprint) -> u64 {
        self.told.get(fingerprint).copied().unwrap_or_default()
    }
}

/// Adds a change behind all others of its computation.
pub(super) fn append(connection: &Connection, id: i64, change: &Change) -> Result<()> {
    let entries = schema::arrivals(id)?;
    let (invitation, party_key) = match change.who {
        Who::Invitation(number) => (Some(Wide(number)), None),
        Who::Party(party_key) => (None, Some(party_key)),
    };
    connection
        .prepare_cached(
            "INSERT INTO tracked (entry, grain, invitation, party_key, cohort)
             SELECT coalesce(max(entry) + 1, ?1), ?3, ?4, ?5, ?6 FROM tracked
             WHERE entry >= ?1 AND entry < ?2",
        )?
        .execute(params![
            entries.start,
            entries.end,
            Wide(change.grain),
            invitation,
            party_key,
            change.cohort,
        ])?;
    Ok(())
}

/// All changes of a computation, in their order.
pub(super) fn changes(connection: &Connection, id: i64) -> Result<Vec<Change>> {
    let entries = schema::arrivals(id)?;
    let mut statement = connection.prepare_cached(
        "SELECT grain, invitation, party_key, cohort FROM tracked
         WHERE entry >= ?1 AND entry < ?2 ORDER BY entry",
    )?;
    let mut rows = statement.query([entries.start, entries.end])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, party_key): (Option<Wide>, Option<PartyKey>) = (row.get(1)?, row.get(2)?);
        let who = match (number, party_key) {
            (Some(number), None) => Who::Invitation(number.0),
            (None, Some(party_key)) => Who::Party(party_key),
            _ => return Err(StoreError::Corrupt("log of who has submitted")),
        };
        changes.push(Change {
            grain: row.get::<_, Wide>(0)?.0,
            who,
            cohort: row.get(3)?,
        });
    }
    Ok(changes)
}

/// Deletes the log of a computation.
pub(super) fn delete(connection: &Connection, id: i64) -> Result<()> {
    let entries = schema::arrivals(id)?;
    connection
        .prepare_cached("DELETE FROM tracked WHERE entry >= ?1 AND entry < ?2")?
        .execute([entries.start, entries.end])?;
    Ok(())
}
