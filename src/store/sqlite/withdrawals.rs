//! Parties that leave: by a withdrawal, or because another device takes their place.

use rusqlite::{Connection, params};

use super::book::{self, frozen_party};
use super::columns::Wide;
use super::desk::Desk;
use super::invitations;
use super::rows::{Current, Version, one, record};
use super::tags::Key;
use super::tracked;
use crate::ids::{Fingerprint, PartyKey};
use crate::invitation::Handover;
use crate::store::{
    Happening, NewWithdrawal, Result, StoreError, StoredDeparture, StoredRecord, Withdrawn,
};
use crate::tracking::Change;

impl Desk {
    pub(super) fn withdraw(
        &mut self,
        fingerprint: &Fingerprint,
        new: &NewWithdrawal,
    ) -> Result<Withdrawn> {
        let frozen = self.book(fingerprint)?.err();
        let told = self.told(fingerprint);
        let connection = &self.connection;
        if let Some(state) = frozen {
            let before = withdrawal(connection, state.id, &new.party_key)?;
            return Ok(match before.filter(|before| before.1 == new.record) {
                Some(_) => Withdrawn::Repeated,
                None => Withdrawn::NotOpen(state.phase),
            });
        }
        let book = self
            .books
            .get_mut(fingerprint)
            .ok_or(StoreError::NoComputation)?;
        let id = book.state.id;
        let before = withdrawal(connection, id, &new.party_key)?;
        if before.as_ref().is_some_and(|before| before.1 == new.record) {
            return Ok(Withdrawn::Repeated);
        }
        let found = book.find(connection, Key::Party(&new.party_key))?.version;
        let Some(version) = found else {
            return Ok(Withdrawn::Nothing);
        };
        if version.current == Current::Departed
            && !matches!(
                departure(connection, id, &new.party_key)?,
                Some(StoredDeparture::Withdrawn(_))
            )
        {
            return Ok(Withdrawn::Nothing);
        }
        let highest = highest(connection, id, &version)?;
        if new.sequence <= highest {
            return Ok(Withdrawn::Stale { highest });
        }
        if version.current == Current::Counts {
            book::depart(connection, version.arrival)?;
            if let Some(grain) = new.grain {
                let change = Change {
                    grain: grain.max(told),
                    who: invitations::who(connection, id, &new.party_key)?,
                    cohort: None,
                };
                tracked::append(connection, id, &change)?;
            }
            let parties = book.state.parties.checked_sub(1);
            book.state.parties = parties.ok_or(StoreError::Corrupt("count of parties"))?;
        }
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO withdrawal
                     (computation, party_key, sequence, body, signature)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                id,
                new.party_key,
                Wide(new.sequence),
                new.record.body,
                new.record.signature
            ])?;
        invitations::keep_place_of(connection, id, &new.party_key)?;
        let state = book.state;
        if version.current == Current::Counts {
            self.announce(&state, Happening::Withdrawn)?;
        }
        Ok(Withdrawn::Stored)
    }
}

/// The highest sequence number of the party whose last version this is.
pub(super) fn highest(connection: &Connection, id: i64, version: &Version) -> Result<u64> {
    if version.current != Current::Departed {
        return Ok(version.sequence);
    }
    let withdrawal = withdrawal(connection, id, &version.party_key)?;
    Ok(withdrawal.map_or(version.sequence, |(sequence, _)| {
        sequence.max(version.sequence)
    }))
}

/// The withdrawal of a party that has not submitted again, and its number.
fn withdrawal(
    connection: &Connection,
    id: i64,
    party: &PartyKey,
) -> Result<Option<(u64, StoredRecord)>> {
    one(
        connection,
        "SELECT sequence, body, signature FROM withdrawal
         WHERE computation = ?1 AND party_key = ?2",
        params![id, party],
        |row| Ok((row.get::<_, Wide>(0)?.0, record(row, 1)?)),
    )
}

/// The party is back.
pub(super) fn forget(connection: &Connection, id: i64, party: &PartyKey) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM withdrawal WHERE computation = ?1 AND party_key = ?2")?
        .execute(params![id, party])?;
    Ok(())
}

/// Why a party has no current submission.
pub(super) fn departure(
    connection: &Connection,
    id: i64,
    party: &PartyKey,
) -> Result<Option<StoredDeparture>> {
    // A party that has submitted again after a takeover or a withdrawal has not left.
    if frozen_party(connection, id, party)?.is_some() {
        return Ok(None);
    }
    let replaced = one(
        connection,
        "SELECT later.party_key, later.invitation, later.signature, later.released_by,
             later.release_sequence, later.release_signature
         FROM admission AS earlier JOIN admission AS later
         ON later.computation = earlier.computation AND later.party_key = earlier.replaced_by
         WHERE earlier.computation = ?1 AND earlier.party_key = ?2",
        params![id, party],
        |row| {
            let release = match (row.get(3)?, row.get(4)?, row.get(5)?) {
                (Some(party_key), Some(Wide(sequence)), Some(signature)) => Some(Handover {
                    party_key,
                    sequence,
                    signature,
                }),
                _ => None,
            };
            Ok(StoredDeparture::Replaced {
                by: row.get(0)?,
                key: row.get(1)?,
                signature: row.get(2)?,
                release,
            })
        },
    )?;
    if replaced.is_some() {
        return Ok(replaced);
    }
    let withdrawal = withdrawal(connection, id, party)?;
    Ok(withdrawal.map(|(_, record)| StoredDeparture::Withdrawn(record)))
}
