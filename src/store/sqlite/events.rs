//! Events for a webhook: rows that are written in the transaction of what they tell of, where there
//! is a webhook, and deleted once they are delivered.

use std::sync::atomic::Ordering;

use rusqlite::{Connection, params};

use super::columns::Wide;
use super::desk::Desk;
use super::rows::State;
use crate::manifest::Phase;
use crate::store::{Announcements, Happening, MAX_EVENTS, Result, StoredEvent};

/// What the writer knows of events.
#[derive(Debug)]
pub(super) struct Announcer {
    to: Announcements,
    /// How many wait.
    waiting: u64,
    /// There are some that are not committed yet.
    news: bool,
}

impl Desk {
    /// Writes events from now on.
    pub(super) fn begin_announcing(&mut self, to: &Announcements) -> Result<()> {
        self.announcer = Some(Announcer {
            to: to.clone(),
            waiting: waiting(&self.connection)?,
            news: false,
        });
        Ok(())
    }

    /// Writes an event about a computation as it is after the change, where anybody is to be told.
    pub(super) fn announce(&mut self, state: &State, happening: Happening) -> Result<()> {
        let Some(announcer) = &mut self.announcer else {
            return Ok(());
        };
        let of_a_party = happening.is_a_partys();
        if of_a_party && !state.counted {
            return Ok(());
        }
        if of_a_party && announcer.waiting >= MAX_EVENTS {
            announcer.to.dropped.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let now = (announcer.to.clock)();
        // No time finer than the grain is kept of what a party does.
        let grain = if of_a_party { state.grain.max(1) } else { 1 };
        let at = now - now % grain;
        let known = state.counted || state.phase.is_frozen();
        self.connection
            .prepare_cached(
                "INSERT INTO event (id, computation, happening, at, parties)
                 VALUES (randomblob(16), ?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                state.id,
                happening,
                Wide(at),
                known.then_some(Wide(state.parties))
            ])?;
        announcer.waiting = announcer.waiting.saturating_add(1);
        announcer.news = true;
        Ok(())
    }

    /// The same for a computation that has come to a phase.
    pub(super) fn announce_phase(&mut self, state: &State) -> Result<()> {
        let happening = match state.phase {
            Phase::Open => Happening::Resumed,
            Phase::Paused => Happening::Paused,
            Phase::Closed => Happening::Closed,
            Phase::Frozen => Happening::Frozen,
            Phase::Revealed => Happening::Revealed,
            Phase::Ended => Happening::Ended,
            Phase::Purged => Happening::Purged,
        };
        self.announce(state, happening)
    }

    /// How many wait, as the writer believes.
    #[cfg(test)]
    pub(super) fn events_waiting(&self) -> Option<u64> {
        self.announcer.as_ref().map(|announcer| announcer.waiting)
    }

    /// What was written is committed.
    pub(super) fn events_committed(&mut self) {
        if let Some(announcer) = &mut self.announcer
            && std::mem::take(&mut announcer.news)
        {
            announcer.to.wake.notify_one();
        }
    }

    /// What was written is not.
    pub(super) fn events_rolled_back(&mut self) {
        if let Some(announcer) = &mut self.announcer {
            announcer.news = false;
            // Where that fails, the next commit does.
            if let Ok(waiting) = waiting(&self.connection) {
                announcer.waiting = waiting;
            }
        }
    }

    /// Deletes the events up to that number.
    pub(super) fn forget_events(&mut self, last: u64) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM event WHERE number <= ?1")?;
        let deleted = statement.execute([Wide(last)])?;
        if let Some(announcer) = &mut self.announcer {
            let deleted = u64::try_from(deleted).unwrap_or(u64::MAX);
            announcer.waiting = announcer.waiting.saturating_sub(deleted);
        }
        Ok(())
    }
}

/// How many events wait. A database of an earlier version has none.
pub(super) fn waiting(connection: &Connection) -> Result<u64> {
    let table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'event'";
    if !connection.prepare_cached(table)?.exists([])? {
        return Ok(0);
    }
    let mut statement = connection.prepare_cached("SELECT count(*) FROM event")?;
    Ok(statement.query_row([], |row| row.get::<_, Wide>(0))?.0)
}

/// The oldest events.
pub(super) fn oldest(connection: &Connection, limit: usize) -> Result<Vec<StoredEvent>> {
    let mut statement = connection.prepare_cached(
        "SELECT number, event.id, happening, at, fingerprint, name, round, parties
         FROM event JOIN computation ON computation.id = computation
         ORDER BY number LIMIT ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map([limit], |row| {
        Ok(StoredEvent {
            number: row.get::<_, Wide>(0)?.0,
            id: row.get(1)?,
            happening: row.get(2)?,
            at: row.get::<_, Wide>(3)?.0,
            fingerprint: row.get(4)?,
            name: row.get(5)?,
            round: row.get(6)?,
            parties: row.get::<_, Option<Wide>>(7)?.map(|parties| parties.0),
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
