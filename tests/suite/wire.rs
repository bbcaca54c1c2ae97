//! Tools for tests that speak the protocol from outside: a place for a server's files, servers in
//! this process and in one of their own, clients that can send anything, an analyst by hand, and a
//! proxy that counts frames.

#[path = "wire/client.rs"]
mod client;
#[path = "wire/frame.rs"]
pub(crate) mod frame;
#[path = "wire/hand.rs"]
pub(crate) mod hand;
#[path = "wire/honest.rs"]
mod honest;
#[path = "wire/place.rs"]
mod place;
#[path = "wire/process.rs"]
mod process;
#[path = "wire/proxy.rs"]
mod proxy;
#[path = "wire/raw.rs"]
mod raw;

use std::future::Future;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{CryptoRng, SeedableRng};
use web_mpc::crypto::{Party, SigningKeyPair};
use web_mpc::manifest::Terms;
use web_mpc::measurement::Measurement;
use web_mpc::record::{Record, Signed};
use web_mpc::submission::Submission;

pub(crate) use self::client::{Heard, Wire, submit};
pub(crate) use self::hand::{Hand, Tallied};
pub(crate) use self::honest::{Honest, party, sum_of};
pub(crate) use self::place::{Place, Served};
pub(crate) use self::process::{Process, Programs, until};
pub(crate) use self::proxy::{Direction, Proxy, Seen, Trigger, When, Which};
pub(crate) use self::raw::{Ending, Raw, UPGRADE};

/// Longer than anything takes that works. No test waits for it to pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Fails instead of hanging.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("an answer in time")
}

/// A generator that the seed decides.
pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// A new party's first submission.
pub(crate) fn seal(terms: &Terms, value: i64, rng: &mut impl CryptoRng) -> Submission {
    let keys = SigningKeyPair::<Party>::generate(rng);
    seal_as(terms, &keys, 1, value, rng)
}

/// A version of a party's submission.
pub(crate) fn seal_as(
    terms: &Terms,
    keys: &SigningKeyPair<Party>,
    sequence: u64,
    value: i64,
    rng: &mut impl CryptoRng,
) -> Submission {
    let measurement = Measurement::Number(value.into());
    Submission::seal(terms, keys, sequence, &measurement, rng).unwrap()
}

/// A record of that length: JSON may have blanks.
pub(crate) fn padded<T: Record>(
    record: &T,
    keys: &SigningKeyPair<T::Signer>,
    len: usize,
) -> Signed<T> {
    let mut body = Signed::sign(record, keys).body;
    body.0.resize(len, b' ');
    let signature = keys.sign(T::TAG, &body.0);
    Signed::from_parts(body, signature)
}

/// Many submissions, sealed on all cores: party `i` submits `value(i)`.
pub(crate) fn seal_many(
    terms: &Terms,
    count: u64,
    value: impl Fn(u64) -> i64 + Sync,
) -> Vec<Submission> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    std::thread::scope(|scope| {
        let value = &value;
        let part = |first: u64| {
            scope.spawn(move || {
                let mut rng = rng(0x5ea1 ^ first);
                (first..count)
                    .step_by(usize::try_from(threads).unwrap())
                    .map(|party| seal(terms, value(party), &mut rng))
                    .collect::<Vec<_>>()
            })
        };
        let parts: Vec<_> = (0..threads).map(part).collect();
        let parts = parts.into_iter();
        parts.flat_map(|part| part.join().unwrap()).collect()
    })
}
