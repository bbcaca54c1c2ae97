//! The threads of a database: those that read, and how all of them end.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::writer::Command;
use crate::store::{Result, StoreError};

/// Most reads that wait.
const READ_QUEUE: usize = 64;

/// What a reader does.
type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Threads that read, each with a connection of its own.
#[derive(Debug)]
pub(super) struct Readers {
    queue: mpsc::Sender<Command<Read>>,
    threads: Threads,
}

impl Readers {
    pub(super) fn new(name: &str, connections: Vec<Connection>) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(READ_QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = connections.into_iter().map(|connection| {
            let waiting = Arc::clone(&waiting);
            spawn(name, move || read(&connection, &waiting))
        });
        let threads = Threads::new(threads.collect::<Result<_>>()?);
        Ok(Self { queue, threads })
    }

    /// Has one of them read, all in one snapshot.
    pub(super) async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            let outcome = connection.unchecked_transaction().map_err(StoreError::from);
            // Whoever asked may have left.
            drop(reply.send(outcome.and_then(|snapshot| read(&snapshot))));
        });
        self.queue
            .send(Command::Do(read))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn close(&self) {
        // An error says that they are closed already.
        drop(self.queue.send(Command::Close).await);
        self.threads.join().await;
    }
}

/// Runs a reader until it is closed or nobody can ask any more.
fn read(connection: &Connection, queue: &Mutex<mpsc::Receiver<Command<Read>>>) {
    loop {
        // Held while waiting: the other readers wait for the lock instead of the queue.
        let mut turn = queue.lock().unwrap_or_else(PoisonError::into_inner);
        match turn.blocking_recv() {
            Some(Command::Do(read)) => {
                drop(turn);
                read(connection);
            }
            Some(Command::Close) => turn.close(),
            None => return,
        }
    }
}

pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    Ok(thread::Builder::new().name(name.to_owned()).spawn(work)?)
}

pub(super) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::Closed)
}

/// Threads that are waited for when they are dropped, so that the database is closed and its lock
/// free once the store is gone.
#[derive(Debug)]
pub(super) struct Threads(Mutex<Vec<JoinHandle<()>>>);

impl Threads {
    pub(super) fn new(threads: Vec<JoinHandle<()>>) -> Self {
        Self(Mutex::new(threads))
    }

    fn take(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn join(&self) {
        let threads = self.take();
        if off_the_runtime(|| join_all(threads)).await.is_err() {
            tracing::error!("the database was not closed in order");
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        join_all(self.take());
    }
}

fn join_all(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a thread of the database has failed");
        }
    }
}
