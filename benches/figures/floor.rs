//! A floor: the arithmetic alone, in plain loops on all cores at once.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use web_mpc::crypto::{BoxKeyPair, Party, Server, SigningKeyPair, Tag, VerifyingKey};
use web_mpc::files::computation_keys::ComputationKeys;
use web_mpc::manifest::Terms;
use web_mpc::submission::Submission;

use crate::Failure;
use crate::deployment::cores;

/// Length of the record that a receipt signs, in bytes.
const RECEIPT: usize = 240;

/// The key that opens the server's boxes of a computation.
pub(crate) fn computation_key(
    directory: &Path,
    terms: &Terms,
) -> Result<BoxKeyPair<Server>, Failure> {
    let keys = ComputationKeys::beside(&directory.join("server-keys.json"));
    let public = terms.manifest.server.computation_key.box_key;
    Ok(keys.load(&terms.fingerprint, &public)?)
}

/// Processor time of opening each submission's box, checking its signature, and signing once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arithmetic {
    pub(crate) open: Duration,
    pub(crate) verify: Duration,
    pub(crate) sign: Duration,
}

impl Arithmetic {
    /// Measured on all cores at once, as a server that is busy has them.
    pub(crate) fn measure(
        submissions: &[Submission],
        boxes: &BoxKeyPair<Server>,
        signing: &SigningKeyPair<Server>,
    ) -> Result<Self, Failure> {
        let open = on_all_cores(submissions, |submission| {
            boxes.open(&submission.server_box.0).is_some()
        })?;
        let verify = on_all_cores(submissions, |submission| {
            let party = VerifyingKey::<Party>::from(submission.party_key);
            // What was signed is not what is checked: that takes as long.
            !party.verify(Tag::SUBMISSION, &[0; 32], &submission.signature)
        })?;
        let sign = on_all_cores(submissions, |submission| {
            let mut body = [0; RECEIPT];
            body[..32].copy_from_slice(submission.party_key.as_bytes());
            black_box(signing.sign(Tag::RECEIPT, &body));
            true
        })?;
        Ok(Self { open, verify, sign })
    }
}

/// What work took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) wall: Duration,
    /// Of all threads together.
    pub(crate) cpu: Duration,
}

impl Taken {
    /// The mean of two.
    pub(crate) fn between(self, other: Self) -> Self {
        Self {
            wall: (self.wall + other.wall) / 2,
            cpu: (self.cpu + other.cpu) / 2,
        }
    }
}

/// Does that to every item on as many threads as server and analyst have together: what else runs
/// on this machine gets the same share of it from the floor as from the programs.
pub(crate) fn on_both_sides<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> Result<(), Failure> + Sync,
) -> Result<Taken, Failure> {
    let start = Instant::now();
    let (_, cpu) = on_threads(2 * cores(), items, work)?;
    let wall = start.elapsed();
    Ok(Taken { wall, cpu })
}

/// Does that to every item, each core its part; gives the processor time of all together.
fn on_all_cores<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> bool + Sync,
) -> Result<Duration, Failure> {
    let worked = |item: &T| {
        let done = work(item).then_some(());
        done.ok_or("the arithmetic went wrong".into())
    };
    Ok(on_threads(cores(), items, worked)?.1)
}

/// Does that to every item, each thread its part; gives what comes out, in order, and the processor
/// time of all together.
pub(crate) fn on_threads<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<(Vec<R>, Duration), Failure> {
    let part = items.len().div_ceil(threads).max(1);
    let parts: Vec<Result<(Vec<R>, Duration), Failure>> = thread::scope(|scope| {
        let threads: Vec<_> = items
            .chunks(part)
            .map(|part| {
                scope.spawn(|| {
                    let before = thread_time()?;
                    let results = part.iter().map(&work).collect::<Result<_, _>>()?;
                    Ok((results, thread_time()?.saturating_sub(before)))
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| {
            let part = thread.join();
            part.unwrap_or_else(|_| Err("a thread failed".into()))
        });
        joined.collect()
    });
    let (mut results, mut cpu) = (Vec::with_capacity(items.len()), Duration::ZERO);
    for part in parts {
        let (part, time) = part?;
        results.extend(part);
        cpu += time;
    }
    Ok((results, cpu))
}

/// Processor time of the thread that asks.
pub(crate) fn thread_time() -> Result<Duration, Failure> {
    // The account is brought up to date by the clock, every few milliseconds, and whenever a thread
    // leaves its core: so this one does.
    thread::sleep(Duration::from_nanos(1));
    let statistics = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = statistics.split_whitespace().next();
    Ok(Duration::from_nanos(
        nanoseconds.ok_or("no times in /proc")?.parse()?,
    ))
}
