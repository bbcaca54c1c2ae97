//! The fixed pool on which boxes are opened and signatures checked: one thread for each core,
//! never the asynchronous threads, so that a burst of work cannot keep connections waiting.

use std::fmt;
use std::num::NonZero;
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

/// Jobs that may wait for a thread, for each thread: enough that none idles, few enough that a burst
/// holds little memory.
const QUEUE_PER_THREAD: usize = 64;

/// A handle on the pool; clones share it.
#[derive(Clone)]
pub struct Workers {
    pool: Arc<rayon::ThreadPool>,
    places: Arc<Semaphore>,
}

/// The pool could not be made, or a job was lost.
#[derive(Debug, thiserror::Error)]
pub enum WorkersError {
    /// The operating system gave no threads.
    #[error("no threads for cryptography: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A job ended without a result.
    #[error("a job of the cryptography threads was lost")]
    Lost,
}

impl Workers {
    /// One thread for each core.
    pub fn new() -> Result<Self, WorkersError> {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("crypto-{index}"))
            // A job that panics loses its result, which its asker is told; the pool goes on.
            .panic_handler(|_| {})
            .build()?;
        let places = Arc::new(Semaphore::new(threads.saturating_mul(QUEUE_PER_THREAD)));
        Ok(Self {
            pool: Arc::new(pool),
            places,
        })
    }

    /// Runs a job and waits for its result. A job whose asker has gone still runs to its end.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkersError> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| WorkersError::Lost)?;
        let (sender, receiver) = oneshot::channel();
        // First in, first out: pages come back in their order, and no submission is starved.
        self.pool.spawn_fifo(move || {
            let result = job();
            drop(place);
            drop(sender.send(result));
        });
        receiver.await.map_err(|_| WorkersError::Lost)
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workers({} threads)", self.pool.current_num_threads())
    }
}
