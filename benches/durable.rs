//! Durable submissions a second through the embedded store, beside the floor: the same bytes, the
//! same queue and the same answers, appended to a plain file and synced.
//!
//! `cargo bench --bench durable [-- ROWS]`. Rates are given for each quarter of the rows, since
//! a store slows down as it fills.

#![expect(clippy::print_stdout, reason = "results go to stdout")]

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tokio::sync::{mpsc, oneshot};
use web_mpc::ids::{Blob, Fingerprint, PartyKey, Signature, SubmissionHash, SubmissionId};
use web_mpc::manifest::Phase;
use web_mpc::store::{
    self, CountersignedRecord, NewComputation, Store, StoredRecord, StoredSubmission, Submitted,
    Transition,
};

type Failure = Box<dyn Error + Send + Sync>;

/// Rows in all when none are asked for.
const ROWS: usize = 200_000;

/// Parties that submit at the same time.
const SUBMITTERS: usize = 100;

/// The rate is taken this often.
const QUARTERS: usize = 4;

/// As the store has it.
const GROUP: usize = 512;

fn main() -> Result<(), Failure> {
    let rows = std::env::args()
        .find_map(|word| word.parse().ok())
        .unwrap_or(ROWS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let directory = tempfile::tempdir()?;

    println!("{rows} rows, {SUBMITTERS} submitters; durable submissions a second by quarters");
    let floor = runtime.block_on(floor(&directory.path().join("floor"), rows))?;
    println!("floor  {}", shown(&floor, 0));
    let store = runtime.block_on(measure_store(directory.path(), rows))?;
    println!("store  {}", shown(&store, 0));
    let ratios: Vec<_> = store
        .iter()
        .zip(&floor)
        .map(|(store, floor)| store / floor)
        .collect();
    println!("ratio  {}", shown(&ratios, 2));
    Ok(())
}

fn shown(numbers: &[f64], decimals: usize) -> String {
    let columns: Vec<_> = numbers
        .iter()
        .map(|number| format!("{number:>9.decimals$}"))
        .collect();
    columns.concat()
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
    }
}

/// Has all submitters submit their part of one quarter after another; `submit` makes a durable copy.
async fn rates<S, F>(rows: usize, submit: S) -> Result<Vec<f64>, Failure>
where
    S: Fn(StoredSubmission) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    let each = rows / SUBMITTERS / QUARTERS;
    let mut rates = Vec::new();
    for quarter in 0..QUARTERS {
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
        let submitted = u32::try_from(each * SUBMITTERS)?;
        rates.push(f64::from(submitted) / start.elapsed().as_secs_f64());
    }
    Ok(rates)
}

type Append = (StoredSubmission, oneshot::Sender<()>);

async fn floor(path: &Path, rows: usize) -> Result<Vec<f64>, Failure> {
    let mut file = File::create_new(path)?;
    let (queue, mut waiting) = mpsc::channel::<Append>(2 * GROUP);
    let writer = std::thread::spawn(move || -> std::io::Result<()> {
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
    let rates = rates(rows, move |submission| {
        let queue = queue.clone();
        async move {
            let (reply, answer) = oneshot::channel();
            queue.send((submission, reply)).await?;
            Ok(answer.await?)
        }
    })
    .await?;
    writer.join().map_err(|_| "the writer failed")??;
    Ok(rates)
}

async fn measure_store(directory: &Path, rows: usize) -> Result<Vec<f64>, Failure> {
    let file = directory.join("store.db");
    let url = format!("sqlite:{}", file.display());
    let store = store::open(&url).await?;
    let fingerprint = Fingerprint::new([1; 32]);
    let signature = Signature::new([2; 64]);
    let record = StoredRecord {
        body: Blob(vec![3; 200]),
        signature,
    };
    let manifest = CountersignedRecord {
        body: record.body.clone(),
        analyst_signature: signature,
        server_signature: signature,
    };
    let name = "bench".parse()?;
    store
        .create(NewComputation {
            fingerprint,
            name,
            round: 1,
            manifest,
        })
        .await?;

    let submitted = Arc::clone(&store);
    let rates = rates(rows, move |submission| {
        let store = Arc::clone(&submitted);
        async move {
            match store.submit(&fingerprint, submission, u64::MAX).await? {
                Submitted::Stored { .. } => Ok(()),
                other => Err(format!("{other:?}").into()),
            }
        }
    })
    .await?;
    println!("memory {:>9} KiB of the process while it stored", peak());

    store.close().await;
    drop(store);
    let store = store::open(&url).await?;
    let start = Instant::now();
    store
        .standing(&fingerprint, &PartyKey::new([0; 32]))
        .await?;
    println!(
        "start  {:>9} ms to read the keys",
        start.elapsed().as_millis()
    );
    let start = Instant::now();
    let freeze = Transition {
        number: 1,
        notice: record,
        phase: Phase::Frozen,
        minimum: 1,
    };
    store.transition(&fingerprint, freeze).await?;
    println!("freeze {:>9} ms", start.elapsed().as_millis());
    let start = Instant::now();
    println!(
        "pages  {:>9} rows",
        read_pages(&*store, &fingerprint).await?
    );
    println!("       {:>9} ms", start.elapsed().as_millis());
    store.close().await;
    println!("memory {:>9} KiB with start, freeze and pages", peak());
    println!("file   {:>9} KiB", std::fs::metadata(file)?.len() / 1024);
    Ok(rates)
}

async fn read_pages(store: &dyn Store, fingerprint: &Fingerprint) -> Result<usize, Failure> {
    let mut rows = 0;
    let mut after = None;
    loop {
        let page = store.page(fingerprint, after, 256).await?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = Some(last.party_key);
        rows += page.len();
    }
}

/// Most memory that was resident, in KiB, where the system tells; the floor's is in it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("unknown");
    line.trim().trim_end_matches(" kB").to_owned()
}
