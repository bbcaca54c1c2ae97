//! The fixed pool on which everything heavy runs: opening boxes, checking and making signatures,
//! hashing. Never on the threads that serve connections.

use std::fmt;
use std::sync::Arc;
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

use super::refusals;
use crate::protocol::Refusal;

/// Jobs that the pool holds for each of its threads: enough that a thread never waits for the next,
/// few enough that what waits costs a connection's memory only.
const JOBS_PER_THREAD: usize = 16;

/// As many threads as there are cores, and a bounded number of jobs before them.
pub(super) struct Workers {
    pool: ThreadPool,
    places: Arc<Semaphore>,
}

impl Workers {
    /// Starts the threads.
    pub(super) fn start() -> Result<Self, ThreadPoolBuildError> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("worker-{index}"))
            // Whoever waits for the job is told by the channel that closes.
            .panic_handler(|_| tracing::error!("a job has panicked"))
            .build()?;
        let places = threads.saturating_mul(JOBS_PER_THREAD);
        Ok(Self {
            pool,
            places: Arc::new(Semaphore::new(places)),
        })
    }

    /// Runs a job and waits for what it gives.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| refusals::internal())?;
        let (reply, answer) = oneshot::channel();
        self.pool.spawn_fifo(move || {
            // Whoever asked may have left: the outcome of a job is then of no use.
            drop(reply.send(job()));
            drop(place);
        });
        answer.await.map_err(|_| refusals::internal())
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workers({})", self.pool.current_num_threads())
    }
}
