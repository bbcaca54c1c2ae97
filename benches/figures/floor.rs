//! A floor: the arithmetic alone, in plain loops on all cores at once.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use web_mpc::crypto::{BoxKeyPair, Party, Role, Server, SigningKeyPair, Tag, VerifyingKey};
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

/// Opens boxes on all cores; gives the processor time.
pub(crate) fn open_all<R: Role>(
    keys: &BoxKeyPair<R>,
    sealed: &[&[u8]],
) -> Result<Duration, Failure> {
    on_all_cores(sealed, |sealed| keys.open(sealed).is_some())
}

/// Does that to every item, each core its part; gives the processor time of all together.
fn on_all_cores<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> bool + Sync,
) -> Result<Duration, Failure> {
    let part = items.len().div_ceil(cores()).max(1);
    let times: Vec<Result<Duration, Failure>> = std::thread::scope(|scope| {
        let threads: Vec<_> = items
            .chunks(part)
            .map(|part| {
                scope.spawn(|| {
                    let before = thread_time()?;
                    if !part.iter().all(&work) {
                        return Err("the arithmetic went wrong".into());
                    }
                    Ok(thread_time()?.saturating_sub(before))
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| {
            let time = thread.join();
            time.unwrap_or_else(|_| Err("a thread failed".into()))
        });
        joined.collect()
    });
    times.into_iter().sum()
}

/// Processor time of the thread that asks.
fn thread_time() -> Result<Duration, Failure> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = statistics.split_whitespace().next();
    Ok(Duration::from_nanos(
        nanoseconds.ok_or("no times in /proc")?.parse()?,
    ))
}
