//! Durable submissions a second through the embedded store, beside the floor: the same bytes, the
//! same queue and the same answers, appended to a plain file and synced.
//!
//! Rates are taken by quarters of the rows, since a store slows down as it fills.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tokio::sync::{mpsc, oneshot};
use web_mpc::ids::{Blob, Fingerprint, KeyId, PartyKey, Signature, SubmissionHash, SubmissionId};
use web_mpc::manifest::Phase;
use web_mpc::store::{
    self, CountersignedRecord, NewComputation, Store, StoredRecord, StoredSubmission, Submitted,
    Transition,
};

use crate::Failure;
use crate::table::{Goal, Table, median, number, verdict};

/// Parties that submit at the same time.
const SUBMITTERS: usize = 100;

/// The rate is taken this often.
const QUARTERS: usize = 4;

/// As the store has it.
const GROUP: usize = 512;

/// Rate of the store over that of the plain file.
const GOAL: f64 = 0.25;

pub(crate) async fn measure(quick: bool) -> Result<(), Failure> {
    let rows = if quick { 40_000 } else { 200_000 };
    let directory = tempfile::tempdir()?;
    let log = Log::start(&directory.path().join("floor"))?;
    let database = Database::create(directory.path()).await?;
    let mut columns = vec![String::new()];
    let (mut floors, mut stores, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for quarter in 0..QUARTERS {
        let appended = log.clone();
        let append = move |submission| appended.clone().append(submission);
        let floor = rate(quarter, rows / QUARTERS, append).await?;
        let filled = database.clone();
        let submit = move |submission| filled.clone().submit(submission);
        let store = rate(quarter, rows / QUARTERS, submit).await?;
        columns.push(format!("quarter {}", quarter + 1));
        floors.push(floor);
        stores.push(store);
        ratios.push(store / floor);
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&columns);
    let whole = |rate: &f64| format!("{rate:.0}");
    table.row("store", stores.iter().map(whole));
    table.row("floor: file and fdatasync", floors.iter().map(whole));
    table.row("ratio", ratios.iter().map(|ratio| format!("{ratio:.2}")));
    table.print(&format!(
        "Durable submissions a second ({rows} rows, {SUBMITTERS} submitters)"
    ));
    database.finish().await?;
    verdict("store / floor", median(ratios), Goal::AtLeast(GOAL), "");
    Ok(())
}

/// A submission to a sum as it is stored, with content that no database can compress.
fn submission(rng: &mut SmallRng) -> StoredSubmission {
    fn bytes<const N: usize>(rng: &mut SmallRng) -> [u8; N] {
        let mut bytes = [0; N];
        rng.fill_bytes(&mut bytes);
        bytes
    }
    StoredSubmission {
        party_key: PartyKey::new(bytes(rng)),
        submission_id: SubmissionId::new(bytes(rng)),
        sequence: 1,
        submission_hash: SubmissionHash::new(bytes(rng)),
        public_part: Blob::default(),
        server_box: Blob(bytes::<250>(rng).to_vec()),
        analyst_box: Blob(bytes::<220>(rng).to_vec()),
        signature: Signature::new(bytes(rng)),
        invitations: 0,
        tracked: None,
    }
}

/// Has all submitters submit their part; gives how many are durable in a second.
async fn rate<S, F>(quarter: usize, rows: usize, submit: S) -> Result<f64, Failure>
where
    S: Fn(StoredSubmission) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    let each = rows / SUBMITTERS;
    let start = Instant::now();
    let submitters: Vec<_> = (0..SUBMITTERS)
        .map(|submitter| {
            let submit = submit.clone();
            tokio::spawn(async move {
                let seed = u64::try_from(quarter * SUBMITTERS + submitter)?;
                let mut rng = SmallRng::seed_from_u64(seed);
                for _ in 0..each {
                    submit(submission(&mut rng)).await?;
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for submitter in submitters {
        submitter.await??;
    }
    Ok(number(each * SUBMITTERS) / start.elapsed().as_secs_f64())
}

type Append = (StoredSubmission, oneshot::Sender<()>);

/// A plain file with one writer, which syncs whatever has come since it last did.
#[derive(Debug, Clone)]
struct Log(mpsc::Sender<Append>);

impl Log {
    fn start(path: &Path) -> Result<Self, Failure> {
        let mut file = File::create_new(path)?;
        let (queue, mut waiting) = mpsc::channel::<Append>(2 * GROUP);
        std::thread::spawn(move || -> std::io::Result<()> {
            let mut group = Vec::with_capacity(GROUP);
            let mut bytes = Vec::new();
            while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                bytes.clear();
                for (submission, _) in &group {
                    bytes.extend_from_slice(submission.party_key.as_bytes());
                    bytes.extend_from_slice(submission.submission_id.as_bytes());
                    bytes.extend_from_slice(&submission.sequence.to_le_bytes());
                    bytes.extend_from_slice(submission.submission_hash.as_bytes());
                    bytes.extend_from_slice(&submission.server_box.0);
                    bytes.extend_from_slice(&submission.analyst_box.0);
                    bytes.extend_from_slice(submission.signature.as_bytes());
                }
                file.write_all(&bytes)?;
                file.sync_data()?;
                for (_, reply) in group.drain(..) {
                    // Its submitter waits for it, or has failed.
                    reply.send(()).ok();
                }
            }
            Ok(())
        });
        Ok(Self(queue))
    }

    async fn append(self, submission: StoredSubmission) -> Result<(), Failure> {
        let (reply, answer) = oneshot::channel();
        self.0.send((submission, reply)).await?;
        Ok(answer.await?)
    }
}

/// The embedded store with one computation.
#[derive(Debug, Clone)]
struct Database {
    store: Arc<dyn Store>,
    file: PathBuf,
}

const FINGERPRINT: Fingerprint = Fingerprint::new([1; 32]);

impl Database {
    async fn create(directory: &Path) -> Result<Self, Failure> {
        let file = directory.join("store.db");
        let store = open(&file).await?;
        let record = record();
        let manifest = CountersignedRecord {
            body: record.body,
            analyst_signature: record.signature,
            server_signature: record.signature,
        };
        let computation = NewComputation {
            fingerprint: FINGERPRINT,
            name: "bench".parse()?,
            round: 1,
            analyst: KeyId::new([1; 32]),
            counted: true,
            grain: 3600,
            manifest,
        };
        store.create(computation).await?;
        Ok(Self { store, file })
    }

    async fn submit(self, submission: StoredSubmission) -> Result<(), Failure> {
        match self
            .store
            .submit(&FINGERPRINT, submission, u64::MAX)
            .await?
        {
            Submitted::Stored { .. } => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }

    /// Times what comes after: a restart, the freeze, all pages.
    async fn finish(self) -> Result<(), Failure> {
        self.store.close().await;
        let store = open(&self.file).await?;
        let start = Instant::now();
        store
            .standing(&FINGERPRINT, &PartyKey::new([0; 32]))
            .await?;
        let keys = start.elapsed().as_millis();
        let start = Instant::now();
        let freeze = Transition {
            number: 1,
            notice: record(),
            phase: Some(Phase::Frozen),
            minimum: 1,
        };
        store.transition(&FINGERPRINT, freeze).await?;
        let freeze = start.elapsed().as_millis();
        let start = Instant::now();
        let rows = read_pages(&*store).await?;
        let pages = start.elapsed().as_millis();
        store.close().await;
        let size = std::fs::metadata(self.file)?.len() / 1_000_000;
        println!(
            "  after a restart: keys read in {keys} ms, freeze {freeze} ms, \
             pages with {rows} rows {pages} ms; the file has {size} MB"
        );
        Ok(())
    }
}

async fn open(file: &Path) -> Result<Arc<dyn Store>, Failure> {
    Ok(store::open(&format!("sqlite:{}", file.display())).await?)
}

fn record() -> StoredRecord {
    StoredRecord {
        body: Blob(vec![3; 200]),
        signature: Signature::new([2; 64]),
    }
}

async fn read_pages(store: &dyn Store) -> Result<usize, Failure> {
    let mut rows = 0;
    let mut after = None;
    loop {
        let page = store.page(&FINGERPRINT, after, 256).await?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = Some(last.party_key);
        rows += page.len();
    }
}
