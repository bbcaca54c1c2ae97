//! The order of a frozen batch: written once, by the freeze, and read by pages, leaves and proofs.
//!
//! Pressing Enter waits for it, so a row holds a run of parties and not one: many rows take ten times
//! as long to write and to read back.
//!
//! ```text
//! parties = party key (32) || submission hash (32) || arrival (8, big-endian) ...
//! ```

use rusqlite::{Connection, Row, params};

use super::rows::{self, Current, State};
use super::schema;
use crate::ids::{Fingerprint, PartyKey, SubmissionHash, SubmissionId};
use crate::store::{Result, StoreError};

/// Parties in a row. Of twice as many, looking for one of them reads 36 KB.
const RUN: usize = 256;

/// What a row holds if nobody has written into it but this program.
const CORRUPT: StoreError = StoreError::Corrupt("order of a batch");

/// Where one party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) party_key: PartyKey,
    pub(super) submission_hash: SubmissionHash,
    /// Its row of `submission`.
    pub(super) arrival: i64,
}

impl Place {
    const LEN: usize = PartyKey::LEN + SubmissionHash::LEN + size_of::<i64>();

    fn write(&self, run: &mut Vec<u8>) {
        run.extend_from_slice(self.party_key.as_bytes());
        run.extend_from_slice(self.submission_hash.as_bytes());
        run.extend_from_slice(&self.arrival.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (party_key, rest) = bytes.split_at_checked(PartyKey::LEN)?;
        let (submission_hash, arrival) = rest.split_at_checked(SubmissionHash::LEN)?;
        Some(Self {
            party_key: PartyKey::from_slice(party_key)?,
            submission_hash: SubmissionHash::from_slice(submission_hash)?,
            arrival: i64::from_be_bytes(arrival.try_into().ok()?),
        })
    }
}

/// The places in a row.
fn places(run: &[u8]) -> impl Iterator<Item = Result<Place>> {
    let places = run.chunks(Place::LEN);
    places.map(|bytes| Place::read(bytes).ok_or(CORRUPT))
}

/// Writes the order of a batch, and the ids of all versions that are not in it, from one pass over
/// the rows of the computation. Memory: 72 bytes for each party while it lasts.
pub(super) fn write(connection: &Connection, state: &State) -> Result<()> {
    let expected = usize::try_from(state.parties).unwrap_or(0);
    let (mut batch, mut others) = (Vec::with_capacity(expected), Vec::new());
    let mut statement = connection.prepare_cached(
        "SELECT arrival, current, party_key, submission_hash, submission_id FROM submission
         WHERE arrival >= ?1 AND arrival < ?2",
    )?;
    let rows = schema::arrivals(state.id)?;
    let mut found = statement.query([rows.start, rows.end])?;
    while let Some(row) = found.next()? {
        let arrival = row.get(0)?;
        if row.get::<_, Current>(1)? == Current::Counts {
            batch.push(Place {
                party_key: row.get(2)?,
                submission_hash: row.get(3)?,
                arrival,
            });
        } else {
            others.push((row.get(4)?, arrival));
        }
    }
    batch.sort_unstable_by_key(|place| place.party_key);
    if batch.windows(2).any(stand_for_one_party) {
        return Err(StoreError::Corrupt("submission: stored twice"));
    }
    write_runs(connection, state.id, &batch)?;
    write_others(connection, state.id, others)
}

/// Writes the order of every batch that was frozen by a version that kept it elsewhere.
pub(super) fn restore(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT fingerprint FROM computation JOIN state ON computation = id
         WHERE phase NOT IN ('open', 'paused', 'closed')",
    )?;
    let frozen = statement.query_map([], |row| row.get(0))?;
    for fingerprint in frozen.collect::<rusqlite::Result<Vec<Fingerprint>>>()? {
        write(connection, &rows::state(connection, &fingerprint)?)?;
    }
    Ok(())
}

fn stand_for_one_party(neighbours: &[Place]) -> bool {
    matches!(neighbours, [a, b] if a.party_key == b.party_key)
}

fn write_runs(connection: &Connection, computation: i64, batch: &[Place]) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO frozen_run (computation, first_key, parties) VALUES (?1, ?2, ?3)",
    )?;
    let mut run = Vec::with_capacity(RUN * Place::LEN);
    for places in batch.chunks(RUN) {
        run.clear();
        for place in places {
            place.write(&mut run);
        }
        let first = places.first().map(|place| place.party_key);
        insert.execute(params![computation, first, run])?;
    }
    Ok(())
}

/// In the order of the index, which is appended to that way.
fn write_others(
    connection: &Connection,
    computation: i64,
    mut others: Vec<(SubmissionId, i64)>,
) -> Result<()> {
    others.sort_unstable();
    let mut insert = connection.prepare_cached(
        "INSERT INTO superseded_id (computation, submission_id, arrival) VALUES (?1, ?2, ?3)",
    )?;
    for (submission_id, arrival) in others {
        insert.execute(params![computation, submission_id, arrival])?;
    }
    Ok(())
}

/// Selects the row in which a party stands if it is in the batch.
const RUN_OF: &str = "FROM frozen_run WHERE computation = ?1 AND first_key <= ?2
    ORDER BY first_key DESC LIMIT 1";

/// The place of a party.
pub(super) fn find(
    connection: &Connection,
    computation: i64,
    party_key: &PartyKey,
) -> Result<Option<Place>> {
    let mut statement = connection.prepare_cached(&format!("SELECT parties {RUN_OF}"))?;
    let mut found = statement.query(params![computation, party_key])?;
    let Some(row) = found.next()? else {
        return Ok(None);
    };
    let mut places = places(blob(row)?);
    places
        .find(|place| !matches!(place, Ok(place) if place.party_key != *party_key))
        .transpose()
}

/// The places after a party's, `limit` at most.
pub(super) fn after(
    connection: &Connection,
    computation: i64,
    after: Option<&PartyKey>,
    limit: usize,
) -> Result<Vec<Place>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT parties FROM frozen_run
         WHERE computation = ?1 AND first_key >= coalesce((SELECT first_key {RUN_OF}), x'')
         ORDER BY first_key"
    ))?;
    let key: &[u8] = after.map_or(&[], |key| key.as_bytes());
    let mut found = statement.query(params![computation, key])?;
    let mut wanted = Vec::new();
    while wanted.len() < limit
        && let Some(row) = found.next()?
    {
        for place in places(blob(row)?) {
            let place = place?;
            if wanted.len() < limit && after.is_none_or(|after| place.party_key > *after) {
                wanted.push(place);
            }
        }
    }
    Ok(wanted)
}

/// The first column.
fn blob<'a>(row: &'a Row<'_>) -> Result<&'a [u8]> {
    row.get_ref(0)?.as_blob().map_err(|_| CORRUPT)
}

#[cfg(test)]
mod tests {
    use super::super::schema::open_writer;
    use super::*;
    use crate::manifest::Phase;

    /// More than two runs.
    const PARTIES: u64 = 2 * RUN as u64 + 88;

    const FINGERPRINT: [u8; 32] = [7; 32];

    /// Spreads numbers, so that the order of keys is not that of arrivals.
    fn key(number: u64) -> PartyKey {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        PartyKey::new(bytes)
    }

    /// A frozen computation of so many parties; every tenth has a version before.
    fn frozen(directory: &tempfile::TempDir) -> (Connection, State) {
        let path = directory.path().join("store.db");
        std::fs::File::create(&path).unwrap();
        let connection = open_writer(&path).unwrap();
        let insert = "INSERT INTO submission (arrival, current, party_key, submission_id, sequence,
                submission_hash, invitations, signature, public_part, server_box, analyst_box)
            VALUES (?1, ?2, ?3, ?4, 1, ?5, 0, x'', x'', x'', x'')";
        let mut arrival = schema::arrivals(1).unwrap().start;
        for number in 0..PARTIES {
            let hash = SubmissionHash::new([u8::try_from(number % 251).unwrap(); 32]);
            let versions = if number % 10 == 0 { 2 } else { 1 };
            for version in 1..=versions {
                let mut id = [0; 16];
                id[..8].copy_from_slice(&arrival.to_be_bytes());
                let current = version == versions;
                let row = params![arrival, current, key(number), SubmissionId::new(id), hash];
                connection.execute(insert, row).unwrap();
                arrival += 1;
            }
        }
        connection
            .execute(
                "INSERT INTO computation
                     (id, fingerprint, name, round, manifest, analyst_signature, server_signature)
                 VALUES (1, ?1, 'web-mpc', 1, x'', x'', x'')",
                [Fingerprint::new(FINGERPRINT)],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO state (computation, phase, parties) VALUES (1, ?1, ?2)",
                params![Phase::Frozen, i64::try_from(PARTIES).unwrap()],
            )
            .unwrap();
        let state = rows::state(&connection, &Fingerprint::new(FINGERPRINT)).unwrap();
        (connection, state)
    }

    fn sorted() -> Vec<PartyKey> {
        let mut keys: Vec<_> = (0..PARTIES).map(key).collect();
        keys.sort_unstable();
        keys
    }

    fn keys(places: &[Place]) -> Vec<PartyKey> {
        places.iter().map(|place| place.party_key).collect()
    }

    #[test]
    fn everybody_stands_in_order_and_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let (connection, state) = frozen(&directory);
        write(&connection, &state).unwrap();
        let sorted = sorted();
        let all = after(&connection, 1, None, usize::MAX).unwrap();
        assert_eq!(keys(&all), sorted);
        for place in &all {
            let found = find(&connection, 1, &place.party_key).unwrap();
            assert_eq!(found, Some(*place));
            let version = rows::version(&connection, place.arrival).unwrap();
            assert_eq!(version.party_key, place.party_key);
            assert_eq!(version.submission_hash, place.submission_hash);
        }
        for absent in [[0; 32], [0x33; 32], [0xff; 32]].map(PartyKey::new) {
            let expected = all.iter().find(|place| place.party_key == absent);
            assert_eq!(find(&connection, 1, &absent).unwrap(), expected.copied());
            let later: Vec<_> = sorted.iter().copied().filter(|key| *key > absent).collect();
            let found = after(&connection, 1, Some(&absent), usize::MAX).unwrap();
            assert_eq!(keys(&found), later);
        }
        // Within a run, to its end, across its end, and over all.
        for from in [0, 10, RUN - 1, RUN, RUN + 1] {
            for limit in [0, 1, RUN - 1, RUN, RUN + 1, usize::MAX] {
                let found = after(&connection, 1, Some(&sorted[from]), limit).unwrap();
                let expected: Vec<_> = sorted[from + 1..].iter().copied().take(limit).collect();
                assert_eq!(keys(&found), expected, "{limit} after {from}");
            }
        }
        assert_eq!(after(&connection, 2, None, 10).unwrap(), []);
    }

    #[test]
    fn what_was_frozen_before_is_put_in_order_again() {
        let directory = tempfile::tempdir().unwrap();
        let (connection, state) = frozen(&directory);
        write(&connection, &state).unwrap();
        let superseded = |connection: &Connection| -> i64 {
            let count = "SELECT count(*) FROM superseded_id";
            connection.query_row(count, [], |row| row.get(0)).unwrap()
        };
        let expected = (
            after(&connection, 1, None, usize::MAX).unwrap(),
            superseded(&connection),
        );
        connection
            .execute_batch("DELETE FROM frozen_run; DELETE FROM superseded_id")
            .unwrap();
        restore(&connection).unwrap();
        let found = after(&connection, 1, None, usize::MAX).unwrap();
        assert_eq!((found, superseded(&connection)), expected);
        assert_eq!(expected.1, 60);
    }

    #[test]
    fn a_party_that_stands_twice_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let (connection, state) = frozen(&directory);
        let twice = "UPDATE submission SET current = 1 WHERE arrival = ?1";
        let first = schema::arrivals(1).unwrap().start;
        connection.execute(twice, [first]).unwrap();
        let refused = write(&connection, &state);
        assert!(
            matches!(refused, Err(StoreError::Corrupt(_))),
            "{refused:?}"
        );
    }

    #[test]
    fn a_row_that_is_cut_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let (connection, state) = frozen(&directory);
        write(&connection, &state).unwrap();
        connection
            .execute_batch("UPDATE frozen_run SET parties = substr(parties, 1, 100)")
            .unwrap();
        let refused = after(&connection, 1, None, usize::MAX);
        assert!(
            matches!(refused, Err(StoreError::Corrupt(_))),
            "{refused:?}"
        );
    }
}
