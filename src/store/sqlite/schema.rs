//! The tables, how a database file is recognised, and how each connection is set up.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::order;
use crate::store::{Result, StoreError};

/// Marks a database file as ours ("wmpc"), so that a file of another program is refused instead of
/// written into.
const APPLICATION_ID: i64 = 0x776d_7063;

/// What brings a database from schema version `i` to `i + 1`. Steps that were released never change.
///
/// `submission` has no index on its random keys. Each insert into such an index rewrites a random
/// page: with two of them 100 submitters got 23,000 to 37,000 durable submissions a second where a
/// plain synced file takes 140,000 (less still with pages of 1 KiB and a large cache), without them
/// 80,000 to 120,000 (`benches/figures/durable.rs`, 200,000 rows). So the writer keeps what must be unique in
/// memory, which is sound since it has the file to itself. Reading the rows back refuses a key that
/// is there twice, and a freeze writes what is looked up later, in sorted order, as primary keys.
const STEPS: &[&str] = &[
    "
    CREATE TABLE computation (
        id INTEGER PRIMARY KEY,
        fingerprint BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        round INTEGER NOT NULL,
        manifest BLOB NOT NULL,
        analyst_signature BLOB NOT NULL,
        server_signature BLOB NOT NULL,
        UNIQUE (name, round)
    ) STRICT;
    -- Apart from the manifest, since it is rewritten with every group of submissions.
    CREATE TABLE state (
        computation INTEGER PRIMARY KEY REFERENCES computation,
        phase TEXT NOT NULL,
        parties INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE notice (
        computation INTEGER NOT NULL REFERENCES computation,
        number INTEGER NOT NULL,
        body BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (computation, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE batch (
        computation INTEGER PRIMARY KEY REFERENCES computation,
        body BLOB NOT NULL,
        signature BLOB NOT NULL,
        blocks BLOB NOT NULL
    ) STRICT;
    CREATE TABLE committed (
        computation INTEGER PRIMARY KEY REFERENCES computation,
        body BLOB NOT NULL,
        analyst_signature BLOB NOT NULL,
        server_signature BLOB NOT NULL,
        accepted BLOB NOT NULL,
        rejected BLOB NOT NULL,
        phase TEXT NOT NULL
    ) STRICT;
    CREATE TABLE result (
        computation INTEGER PRIMARY KEY REFERENCES computation,
        body BLOB NOT NULL,
        signature BLOB NOT NULL
    ) STRICT;
    -- arrival = computation * 2^40 + a number that rises: one computation's rows lie together, in
    -- the order of their arrival. The boxes come last, so that scans do not read them.
    CREATE TABLE submission (
        arrival INTEGER PRIMARY KEY,
        current INTEGER NOT NULL,
        party_key BLOB NOT NULL,
        submission_id BLOB NOT NULL,
        sequence INTEGER NOT NULL,
        submission_hash BLOB NOT NULL,
        invitations INTEGER NOT NULL,
        signature BLOB NOT NULL,
        public_part BLOB NOT NULL,
        server_box BLOB NOT NULL,
        analyst_box BLOB NOT NULL
    ) STRICT;
    -- The batch in its order, written by the freeze.
    CREATE TABLE frozen_party (
        computation INTEGER NOT NULL,
        party_key BLOB NOT NULL,
        submission_hash BLOB NOT NULL,
        arrival INTEGER NOT NULL,
        PRIMARY KEY (computation, party_key)
    ) STRICT, WITHOUT ROWID;
    -- The ids of versions that were superseded, written by the freeze.
    CREATE TABLE superseded_id (
        computation INTEGER NOT NULL,
        submission_id BLOB NOT NULL,
        arrival INTEGER NOT NULL,
        PRIMARY KEY (computation, submission_id)
    ) STRICT, WITHOUT ROWID;
",
    "
    -- Those of before belong to nobody: they do not count against a quota.
    ALTER TABLE computation ADD COLUMN analyst BLOB;
    CREATE INDEX computation_of_analyst ON computation (analyst);
",
    "
    -- Whether its analyst may see how many have submitted before the freeze.
    ALTER TABLE computation ADD COLUMN counted INTEGER NOT NULL DEFAULT 1;
    UPDATE computation SET counted = 0
    WHERE json_extract(CAST(manifest AS TEXT), '$.tracking') = 'none';
",
    "
    -- Only invited computations have rows in these; random keys cost them what open ones are spared.
    CREATE TABLE invitation (
        computation INTEGER NOT NULL,
        key BLOB NOT NULL,
        number INTEGER NOT NULL,
        cohorts BLOB NOT NULL,
        expires INTEGER,
        revoked INTEGER NOT NULL,
        -- Who uses it, and how often that has changed.
        party_key BLOB,
        takeovers INTEGER NOT NULL,
        -- Who asks for its place, and when that may be had.
        claimant BLOB,
        due INTEGER,
        label TEXT,
        PRIMARY KEY (computation, key)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX invitation_number ON invitation (computation, number);
    CREATE UNIQUE INDEX invitation_label ON invitation (computation, label)
        WHERE label IS NOT NULL;
    CREATE TABLE invitation_list (
        computation INTEGER NOT NULL,
        notice INTEGER NOT NULL,
        first INTEGER NOT NULL,
        count INTEGER NOT NULL,
        list BLOB NOT NULL,
        PRIMARY KEY (computation, notice)
    ) STRICT;
    -- Which invitation a party uses or has used, and who has taken its place.
    CREATE TABLE admission (
        computation INTEGER NOT NULL,
        party_key BLOB NOT NULL,
        invitation BLOB NOT NULL,
        signature BLOB NOT NULL,
        released_by BLOB,
        release_signature BLOB,
        replaced_by BLOB,
        PRIMARY KEY (computation, party_key)
    ) STRICT, WITHOUT ROWID;
    -- Parties that have withdrawn and not submitted again. The last version of a party that has left,
    -- in this way or by a takeover, has 2 in submission.current (1: it counts, 0: superseded).
    CREATE TABLE withdrawal (
        computation INTEGER NOT NULL,
        party_key BLOB NOT NULL,
        sequence INTEGER NOT NULL,
        body BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (computation, party_key)
    ) STRICT, WITHOUT ROWID;
",
    "
    -- In steps of how many seconds it may be told when something happened.
    ALTER TABLE computation ADD COLUMN grain INTEGER NOT NULL DEFAULT 3600;
    UPDATE computation SET grain = json_extract(CAST(manifest AS TEXT), '$.time_grain');
    -- What waits to be told to a webhook. The id is for the receiver, and random.
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        computation INTEGER NOT NULL REFERENCES computation,
        happening TEXT NOT NULL,
        at INTEGER NOT NULL,
        parties INTEGER
    ) STRICT;
",
    "
    -- Who has submitted, moved or left in which time grain, where the analyst may see more than the
    -- total. entry = computation * 2^40 + a number that rises; cohort is NULL for who has left.
    CREATE TABLE tracked (
        entry INTEGER PRIMARY KEY,
        grain INTEGER NOT NULL,
        invitation INTEGER,
        party_key BLOB,
        cohort INTEGER
    ) STRICT;
",
    "
    -- Results that were published, with a key for each invitation.
    CREATE TABLE publication (
        computation INTEGER PRIMARY KEY,
        body BLOB NOT NULL,
        signature BLOB NOT NULL,
        keys BLOB NOT NULL
    ) STRICT;
",
    "
    -- The batch in its order, a run of parties in a row (`order.rs`). It is made again for
    -- computations that were frozen before.
    CREATE TABLE frozen_run (
        computation INTEGER NOT NULL,
        first_key BLOB NOT NULL,
        parties BLOB NOT NULL,
        PRIMARY KEY (computation, first_key)
    ) STRICT, WITHOUT ROWID;
    DROP TABLE frozen_party;
    DELETE FROM superseded_id;
",
    "
    -- Up to which sequence number of its own a party has consented to being replaced.
    ALTER TABLE admission ADD COLUMN release_sequence INTEGER;
",
];

/// The step that keeps the order of a batch in runs: which batches were frozen before, SQL alone
/// cannot write.
const RUNS: usize = 7;

/// How many rows a computation has room for: `arrival` is the computation's number times this, plus
/// a number that rises. Leaves room for 2^23 computations.
const ARRIVALS: i64 = 1 << 40;

/// The values of `arrival` that belong to a computation.
pub(super) fn arrivals(computation: i64) -> Result<std::ops::Range<i64>> {
    computation
        .checked_mul(ARRIVALS)
        .and_then(|first| Some(first..first.checked_add(ARRIVALS)?))
        .ok_or(StoreError::Corrupt("computation number"))
}

/// Page cache of the writer in KiB. Appends touch few pages; a freeze and its sort are why it is not
/// smaller.
const WRITER_CACHE: i64 = 4 * 1024;

/// Page cache of each reader in KiB.
const READER_CACHE: i64 = 2 * 1024;

/// How much of the database file is mapped where the pages of reveals are read, in bytes. These have
/// the order of random keys: each submission is a read of its own, half of which is the system's
/// part. Mapped, most of that is gone. It counts as memory of the process, though the system can take
/// it back at any time; so it has a bound, and one connection alone has it. What lies beyond is read
/// as everywhere else.
///
/// Where the disk fails, reading what is mapped ends the process. That is as good an answer as any:
/// whatever was answered is on the disk, and a reveal begins again.
const PAGER_MAP: i64 = 64 << 20;

/// What all connections together aim to stay below, in bytes.
const SOFT_HEAP_LIMIT: i64 = 24 << 20;

/// Pages in the write-ahead log after which the writer moves them into the database (16 MB): four
/// times the default, so that submissions in a rush wait for fewer checkpoints.
const CHECKPOINT_PAGES: i64 = 4_000;

/// The log file is cut back to this many bytes after a checkpoint.
const LOG_SIZE_LIMIT: i64 = 32 << 20;

/// Prepared statements kept by a connection: more than there are in this store.
const STATEMENTS: usize = 96;

/// Opens the connection that writes and brings the schema up to date.
pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let mut connection = connect(path)?;
    // Closing would otherwise move the log of a foreign database into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    recognise(&connection)?;
    migrate(&mut connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE)?;
    connection.pragma_update(None, "soft_heap_limit", SOFT_HEAP_LIMIT)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LOG_SIZE_LIMIT)?;
    // A freeze sorts keys and hashes, some 90 bytes for each party, and must not fail where the
    // database's directory is the only one that can be written.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // A superseded or purged box was taken back: its bytes are overwritten, not only unlinked.
    // Submissions that are appended pay nothing for it.
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

/// Opens a connection that only reads; after [`open_writer`].
pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE)?;
    Ok(connection)
}

/// Opens the connection that reads the pages of reveals; after [`open_writer`].
pub(super) fn open_pager(path: &Path) -> Result<Connection> {
    let connection = open_reader(path)?;
    connection.pragma_update(None, "mmap_size", PAGER_MAP)?;
    Ok(connection)
}

/// Opens a database that another process may be writing, to read or copy it. A schema that is older
/// is read as well.
pub(super) fn open_foreign(path: &Path) -> Result<Connection> {
    let connection = open_reader(path)?;
    recognise(&connection)?;
    let (known, found) = (known_version(), version(&connection)?);
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    Ok(connection)
}

/// Opens the file of a copy that is to be made.
pub(super) fn open_copy(path: &Path) -> Result<Connection> {
    connect(path)
}

/// Makes a copy one file that needs no other beside it, and sees to it that it can be read.
pub(super) fn finish_copy(copy: &Connection) -> Result<()> {
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Corrupt("database file"))
    }
}

fn connect(path: &Path) -> Result<Connection> {
    // Without URI names: a path is a path. Each connection belongs to one thread.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Refuses a database that another program has written.
fn recognise(connection: &Connection) -> Result<()> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application_id: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let empty = application_id == 0 && tables == 0 && version(connection)? == 0;
    if application_id == APPLICATION_ID || empty {
        Ok(())
    } else {
        Err(StoreError::Corrupt("database file"))
    }
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let known = known_version();
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    if found == known {
        return Ok(());
    }
    let done = usize::try_from(found).map_err(|_| StoreError::Corrupt("schema version"))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    if done <= RUNS {
        order::restore(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

fn known_version() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

fn version(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
