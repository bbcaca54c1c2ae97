//! The one thread that writes: what is waiting goes into one transaction, and each request is
//! answered after its commit. There is no delay window: a lone request is committed at once. But
//! where processors are scarce, threads that are about to bring more run first, since they share
//! what a commit costs.

use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::desk::Desk;
use crate::store::{Result, StoreError};

/// Most requests in one transaction; more gain nothing, and each waits for the last.
pub(super) const GROUP: usize = 512;

/// Most requests that wait; who finds it full waits outside.
pub(super) const QUEUE: usize = 2 * GROUP;

/// A request as the thread sees it. It may be applied again after a rollback.
pub(super) trait Change: Send {
    /// Makes the change in the current transaction; false if that failed halfway.
    fn apply(&mut self, desk: &mut Desk) -> bool;

    /// Tells whoever asked what came of it.
    fn answer(self: Box<Self>);

    /// Tells whoever asked that nothing came of it.
    fn fail(self: Box<Self>, error: StoreError);
}

/// A request and where its outcome goes.
pub(super) struct Request<T, F> {
    change: F,
    outcome: Result<T>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Request<T, F>
where
    T: Send,
    F: Fn(&mut Desk) -> Result<T> + Send,
{
    pub(super) fn new(change: F, reply: oneshot::Sender<Result<T>>) -> Self {
        Self {
            change,
            outcome: Err(StoreError::Closed),
            reply,
        }
    }
}

impl<T, F> Change for Request<T, F>
where
    T: Send,
    F: Fn(&mut Desk) -> Result<T> + Send,
{
    fn apply(&mut self, desk: &mut Desk) -> bool {
        self.outcome = (self.change)(desk);
        // A refusal comes before the first write; anything else may have left half a change.
        matches!(
            self.outcome,
            Ok(_) | Err(StoreError::NoComputation | StoreError::WrongPhase(_))
        )
    }

    fn answer(self: Box<Self>) {
        // Nobody may be waiting any more: the change is made all the same.
        drop(self.reply.send(self.outcome));
    }

    fn fail(self: Box<Self>, error: StoreError) {
        drop(self.reply.send(Err(error)));
    }
}

/// What a thread is told.
pub(super) enum Command<T> {
    /// Do this.
    Do(T),
    /// Take nothing more, finish what is waiting and end.
    Close,
}

/// Runs the writer until it is closed or nobody can ask any more.
pub(super) fn run(connection: Connection, mut queue: mpsc::Receiver<Command<Box<dyn Change>>>) {
    let mut desk = Desk::new(connection);
    let mut waiting = Vec::with_capacity(GROUP);
    while queue.blocking_recv_many(&mut waiting, GROUP) > 0 {
        thread::yield_now();
        while waiting.len() < GROUP
            && let Ok(command) = queue.try_recv()
        {
            waiting.push(command);
        }
        let mut group = Vec::with_capacity(waiting.len());
        for command in waiting.drain(..) {
            match command {
                Command::Do(change) => group.push(change),
                Command::Close => queue.close(),
            }
        }
        serve(&mut desk, group);
    }
    desk.close();
}

/// Commits a group and answers it. Where one request fails halfway, the others must not fail with
/// it: all is rolled back and each is tried alone.
pub(super) fn serve(desk: &mut Desk, mut group: Vec<Box<dyn Change>>) {
    if let Err(failure) = desk.begin() {
        return fail(group, failure);
    }
    if group.iter_mut().all(|change| change.apply(desk)) {
        return finish(desk, group);
    }
    desk.roll_back();
    let mut rest = group.into_iter();
    while let Some(mut change) = rest.next() {
        if let Err(failure) = desk.begin() {
            // Each could wait as long for a database that is locked.
            return fail(std::iter::once(change).chain(rest), failure);
        }
        if change.apply(desk) {
            finish(desk, vec![change]);
        } else {
            desk.roll_back();
            change.answer();
        }
    }
}

/// Commits the changes that were applied. Whether a failed commit reached the disk is unknown, so
/// it is not tried again here: whoever asked may repeat the request, and learns the truth then.
fn finish(desk: &mut Desk, group: Vec<Box<dyn Change>>) {
    match desk.commit() {
        Ok(()) => group.into_iter().for_each(Change::answer),
        Err(failure) => {
            desk.roll_back();
            fail(group, failure);
        }
    }
}

fn fail(group: impl IntoIterator<Item = Box<dyn Change>>, failure: StoreError) {
    let failure = Failed::from(failure);
    for change in group {
        change.fail(StoreError::Backend(Box::new(failure.clone())));
    }
}

/// A failure of a whole group, as each request learns it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no change could be committed: {0}")]
struct Failed(String);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Backend(source) => Self(source.to_string()),
            other => Self(other.to_string()),
        }
    }
}
