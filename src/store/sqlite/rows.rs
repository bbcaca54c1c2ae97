//! Rows as records, and everything that is read without the writer.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::columns::Wide;
use super::order::{self, Place};
use super::{invitations, schema};
use crate::ids::{
    Blob, ComputationName, Fingerprint, KeyId, PartyKey, SubmissionHash, SubmissionId,
};
use crate::manifest::Phase;
use crate::store::{
    CountersignedRecord, Leaf, Result, StoreError, StoredBatch, StoredCommit, StoredComputation,
    StoredRecord, StoredSubmission,
};

/// What became of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Current {
    /// A later version of its party followed.
    Superseded,
    /// It counts.
    Counts,
    /// It is the last one of a party that has left.
    Departed,
}

impl FromSql for Current {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self::Superseded),
            1 => Ok(Self::Counts),
            2 => Ok(Self::Departed),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// What says which version of whose data a row is.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) arrival: i64,
    pub(super) party_key: PartyKey,
    pub(super) submission_id: SubmissionId,
    pub(super) sequence: u64,
    pub(super) submission_hash: SubmissionHash,
    pub(super) invitations: u64,
    pub(super) current: Current,
}

/// The version in that row.
pub(super) fn version(connection: &Connection, arrival: i64) -> Result<Version> {
    let mut statement = connection.prepare_cached(
        "SELECT party_key, submission_id, sequence, submission_hash, invitations, current
         FROM submission WHERE arrival = ?1",
    )?;
    Ok(statement.query_row([arrival], |row| {
        Ok(Version {
            arrival,
            party_key: row.get(0)?,
            submission_id: row.get(1)?,
            sequence: row.get::<_, Wide>(2)?.0,
            submission_hash: row.get(3)?,
            invitations: row.get::<_, Wide>(4)?.0,
            current: row.get(5)?,
        })
    })?)
}

/// Number, phase and count of parties of a computation.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) id: i64,
    pub(super) phase: Phase,
    pub(super) parties: u64,
    /// Whether it may be told before the freeze how many have submitted.
    pub(super) counted: bool,
    /// In steps of how many seconds it may be told when.
    pub(super) grain: u64,
}

/// The state of the computation with that fingerprint.
pub(super) fn state(connection: &Connection, fingerprint: &Fingerprint) -> Result<State> {
    let mut statement = connection.prepare_cached(
        "SELECT id, phase, parties, counted, grain FROM computation JOIN state ON computation = id
         WHERE fingerprint = ?1",
    )?;
    let found = statement.query_row([fingerprint], |row| {
        Ok(State {
            id: row.get(0)?,
            phase: row.get(1)?,
            parties: row.get::<_, Wide>(2)?.0,
            counted: row.get(3)?,
            grain: row.get::<_, Wide>(4)?.0,
        })
    });
    found.optional()?.ok_or(StoreError::NoComputation)
}

/// One row, or none.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    Ok(connection
        .prepare_cached(sql)?
        .query_row(params, read)
        .optional()?)
}

/// All rows.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_map(params, read)?
        .collect::<rusqlite::Result<_>>()?)
}

/// The body and signature in two columns from `first` on.
pub(super) fn record(row: &Row<'_>, first: usize) -> rusqlite::Result<StoredRecord> {
    Ok(StoredRecord {
        body: row.get(first)?,
        signature: row.get(first + 1)?,
    })
}

/// The body and both signatures in three columns from `first` on.
pub(super) fn countersigned(row: &Row<'_>, first: usize) -> rusqlite::Result<CountersignedRecord> {
    Ok(CountersignedRecord {
        body: row.get(first)?,
        analyst_signature: row.get(first + 1)?,
        server_signature: row.get(first + 2)?,
    })
}

/// Which computations are wanted.
#[derive(Debug)]
pub(super) enum Wanted {
    /// The one with that fingerprint.
    Fingerprint(Fingerprint),
    /// The one with that name and the highest round.
    Newest(ComputationName),
    /// The one with that name and round.
    Round(ComputationName, u32),
}

/// Computations with all their records.
pub(super) fn computations(
    connection: &Connection,
    wanted: &Wanted,
) -> Result<Vec<StoredComputation>> {
    let number = |row: &Row<'_>| row.get(0);
    let ids: Vec<i64> = match wanted {
        Wanted::Fingerprint(fingerprint) => all(
            connection,
            "SELECT id FROM computation WHERE fingerprint = ?1",
            [fingerprint],
            number,
        ),
        Wanted::Newest(name) => all(
            connection,
            "SELECT id FROM computation WHERE name = ?1 ORDER BY round DESC LIMIT 1",
            [name],
            number,
        ),
        Wanted::Round(name, round) => all(
            connection,
            "SELECT id FROM computation WHERE name = ?1 AND round = ?2",
            params![name, round],
            number,
        ),
    }?;
    ids.into_iter()
        .map(|id| computation(connection, id))
        .collect()
}

fn computation(connection: &Connection, id: i64) -> Result<StoredComputation> {
    let notices = all(
        connection,
        "SELECT body, signature FROM notice WHERE computation = ?1 ORDER BY number",
        [id],
        |row| record(row, 0),
    )?;
    let batch = one(
        connection,
        "SELECT body, signature FROM batch WHERE computation = ?1",
        [id],
        |row| record(row, 0),
    )?;
    let commit = one(
        connection,
        "SELECT body, analyst_signature, server_signature FROM committed WHERE computation = ?1",
        [id],
        |row| countersigned(row, 0),
    )?;
    let result = result(connection, id)?;
    let invitations = invitations::made(connection, id)?;
    let found = one(
        connection,
        "SELECT fingerprint, name, round, phase, parties, manifest, analyst_signature,
             server_signature
         FROM computation JOIN state ON computation = id WHERE id = ?1",
        [id],
        |row| {
            Ok(StoredComputation {
                fingerprint: row.get(0)?,
                name: row.get(1)?,
                round: row.get(2)?,
                phase: row.get(3)?,
                parties: row.get::<_, Wide>(4)?.0,
                invitations,
                manifest: countersigned(row, 5)?,
                notices,
                batch,
                commit,
                result,
            })
        },
    )?;
    found.ok_or(StoreError::Corrupt("computation"))
}

/// How many computations there are.
pub(super) fn count(connection: &Connection) -> Result<u64> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM computation")?;
    Ok(statement.query_row([], |row| row.get::<_, Wide>(0))?.0)
}

/// How many of them are that analyst's.
pub(super) fn count_of(connection: &Connection, analyst: &KeyId) -> Result<u64> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM computation WHERE analyst = ?1")?;
    Ok(statement
        .query_row([analyst], |row| row.get::<_, Wide>(0))?
        .0)
}

/// The description of a frozen batch.
pub(super) fn batch(connection: &Connection, id: i64) -> Result<Option<StoredBatch>> {
    one(
        connection,
        "SELECT body, signature, blocks FROM batch WHERE computation = ?1",
        [id],
        |row| {
            Ok(StoredBatch {
                statement: record(row, 0)?,
                blocks: row.get(2)?,
            })
        },
    )
}

/// What both sides committed to.
pub(super) fn commit(connection: &Connection, id: i64) -> Result<Option<StoredCommit>> {
    one(
        connection,
        "SELECT body, analyst_signature, server_signature, accepted, rejected, phase
         FROM committed WHERE computation = ?1",
        [id],
        |row| {
            Ok(StoredCommit {
                record: countersigned(row, 0)?,
                accepted: row.get(3)?,
                rejected: row.get(4)?,
                phase: row.get(5)?,
            })
        },
    )
}

/// The number of the last notice, or 0.
pub(super) fn last_notice(connection: &Connection, id: i64) -> Result<u64> {
    let mut statement = connection
        .prepare_cached("SELECT coalesce(max(number), 0) FROM notice WHERE computation = ?1")?;
    Ok(statement.query_row([id], |row| row.get::<_, Wide>(0))?.0)
}

/// The body of that notice.
pub(super) fn notice(connection: &Connection, id: i64, number: u64) -> Result<Option<Blob>> {
    let sql = "SELECT body FROM notice WHERE computation = ?1 AND number = ?2";
    one(connection, sql, params![id, Wide(number)], |row| row.get(0))
}

/// The analyst's record of the result.
pub(super) fn result(connection: &Connection, id: i64) -> Result<Option<StoredRecord>> {
    one(
        connection,
        "SELECT body, signature FROM result WHERE computation = ?1",
        [id],
        |row| record(row, 0),
    )
}

/// Before the freeze no index has the order of the keys: each page reads all keys of the computation,
/// and keeps as many as it returns.
const UNFROZEN: &str = "SELECT party_key, submission_hash, arrival FROM submission
    WHERE arrival >= ?1 AND arrival < ?2 AND current = 1 AND party_key > ?3
    ORDER BY party_key LIMIT ?4";

/// A stretch of the parties of a computation.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) fingerprint: Fingerprint,
    pub(super) after: Option<PartyKey>,
    pub(super) limit: usize,
}

impl Stretch {
    /// Where these parties stand.
    fn places(&self, connection: &Connection) -> Result<Vec<Place>> {
        let state = state(connection, &self.fingerprint)?;
        let after = self.after.as_ref();
        if state.phase.is_frozen() {
            return order::after(connection, state.id, after, self.limit);
        }
        let rows = schema::arrivals(state.id)?;
        let after: &[u8] = after.map_or(&[], |key| key.as_bytes());
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let params = params![rows.start, rows.end, after, limit];
        all(connection, UNFROZEN, params, |row| {
            Ok(Place {
                party_key: row.get(0)?,
                submission_hash: row.get(1)?,
                arrival: row.get(2)?,
            })
        })
    }

    /// The leaves of these parties.
    pub(super) fn leaves(&self, connection: &Connection) -> Result<Vec<Leaf>> {
        let leaf = |place: &Place| Leaf {
            party_key: place.party_key,
            submission_hash: place.submission_hash,
        };
        Ok(self.places(connection)?.iter().map(leaf).collect())
    }

    /// The current submissions of these parties.
    pub(super) fn page(&self, connection: &Connection) -> Result<Vec<StoredSubmission>> {
        let places = self.places(connection)?;
        let mut statement = connection.prepare_cached(
            "SELECT submission_id, sequence, public_part, server_box, analyst_box, signature,
                 invitations
             FROM submission WHERE arrival = ?1",
        )?;
        let mut page = Vec::with_capacity(places.len());
        for place in places {
            page.push(statement.query_row([place.arrival], |row| {
                Ok(StoredSubmission {
                    party_key: place.party_key,
                    submission_id: row.get(0)?,
                    sequence: row.get::<_, Wide>(1)?.0,
                    submission_hash: place.submission_hash,
                    public_part: row.get(2)?,
                    server_box: row.get(3)?,
                    analyst_box: row.get(4)?,
                    signature: row.get(5)?,
                    invitations: row.get::<_, Wide>(6)?.0,
                    tracked: None,
                })
            })?);
        }
        Ok(page)
    }
}
