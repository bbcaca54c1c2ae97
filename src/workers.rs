//! The fixed pool on which boxes are opened and signatures checked: one thread for each core,
//! never the asynchronous threads, so that a burst of work cannot keep connections waiting.
//!
//! A thread without work sleeps at once. Pools that are made for many small jobs of one program spin
//! first, hoping for the next one; between two submissions that would burn what a third one costs.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

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
        let pool = Pool {
            threads,
            queue: Arc::default(),
        };
        for index in 0..threads {
            let queue = Arc::clone(&pool.queue);
            thread::Builder::new()
                .name(format!("crypto-{index}"))
                .spawn(move || queue.serve())?;
        }
        Ok(Self {
            pool: Arc::new(pool),
            places: Arc::new(Semaphore::new(threads.saturating_mul(QUEUE_PER_THREAD))),
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
        self.pool.queue.push(Box::new(move || {
            let result = job();
            drop(place);
            drop(sender.send(result));
        }));
        receiver.await.map_err(|_| WorkersError::Lost)
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workers({} threads)", self.pool.threads)
    }
}

struct Pool {
    threads: usize,
    queue: Arc<Queue>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.waiting().closed = true;
        self.queue.news.notify_all();
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// Jobs, first in, first out: pages come back in their order, and no submission is starved.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Threads that sleep and that nobody has woken yet.
    idle: usize,
    closed: bool,
}

impl Queue {
    fn push(&self, job: Job) {
        let mut waiting = self.waiting();
        waiting.jobs.push_back(job);
        let wake = waiting.idle > 0;
        waiting.idle = waiting.idle.saturating_sub(1);
        drop(waiting);
        if wake {
            self.news.notify_one();
        }
    }

    /// Works until the pool is gone.
    fn serve(&self) {
        while let Some(job) = self.next() {
            // A job that panics loses its result, which its asker is told; the thread goes on.
            drop(catch_unwind(AssertUnwindSafe(job)));
        }
    }

    fn next(&self) -> Option<Job> {
        let mut waiting = self.waiting();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting.idle = waiting.idle.saturating_add(1);
            waiting = self
                .news
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
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
