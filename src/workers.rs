//! The fixed pool on which boxes are opened and signatures checked: one thread for each core,
//! never the asynchronous threads, so that a burst of work cannot keep connections waiting.
//!
//! It is the pool that tokio keeps for blocking work, in a runtime of its own that runs nothing
//! else: first in, first out, and a thread without work sleeps at once. Pools that are made for
//! many small jobs of one program spin first, hoping for the next one; between two submissions that
//! would burn what a third one costs.

use std::fmt;
use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// Jobs that may wait for a thread, for each thread: enough that none idles, few enough that a burst
/// holds little memory.
const QUEUE_PER_THREAD: usize = 64;

/// A handle on the pool; clones share it. The threads end when the last one is dropped.
#[derive(Clone)]
pub struct Workers {
    pool: Arc<Pool>,
    places: Arc<Semaphore>,
}

/// The pool could not be made, or a job was lost.
#[derive(Debug, thiserror::Error)]
pub enum WorkersError {
    /// The operating system gave no threads.
    #[error("no threads for cryptography: {0}")]
    Threads(#[from] io::Error),
    /// A job ended without a result.
    #[error("a job of the cryptography threads was lost")]
    Lost,
}

impl Workers {
    /// One thread for each core.
    pub fn new() -> Result<Self, WorkersError> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads)
            .thread_name("crypto")
            .build()?;
        Ok(Self {
            pool: Arc::new(Pool(Some(runtime))),
            places: Arc::new(Semaphore::new(threads.saturating_mul(QUEUE_PER_THREAD))),
        })
    }

    /// Runs a job and waits for its result. A job whose asker has gone still runs to its end.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkersError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| WorkersError::Lost)?;
        let Pool(Some(runtime)) = &*self.pool else {
            return Err(WorkersError::Lost);
        };
        let done = runtime.spawn_blocking(move || {
            let result = job();
            drop(place);
            result
        });
        // A job that panics loses its result; its thread goes on.
        done.await.map_err(|_| WorkersError::Lost)
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Workers(..)")
    }
}

/// The runtime; nothing only while it is being dropped.
struct Pool(Option<Runtime>);

impl Drop for Pool {
    fn drop(&mut self) {
        // Waiting for the threads is not allowed here, where asynchronous code may run.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lost_job_takes_no_thread_with_it() {
        let workers = Workers::new().unwrap();
        for round in 0..32 {
            let lost = workers.run(|| panic!("on purpose")).await;
            assert!(matches!(lost, Err::<(), _>(WorkersError::Lost)));
            assert_eq!(workers.run(move || round).await.unwrap(), round);
        }
    }

    #[tokio::test]
    async fn more_jobs_than_places_are_all_done() {
        let workers = Workers::new().unwrap();
        let jobs: Vec<_> = (0..2_000_u32)
            .map(|number| {
                let workers = workers.clone();
                tokio::spawn(async move { workers.run(move || number).await })
            })
            .collect();
        let mut sum = 0;
        for job in jobs {
            sum += job.await.unwrap().unwrap();
        }
        assert_eq!(sum, 1_999_000);
    }
}
