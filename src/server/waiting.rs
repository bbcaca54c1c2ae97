//! Clients that wait for a computation which does not exist yet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::ids::{ComputationName, Fingerprint};
use crate::protocol::Which;

/// Who waits for what. A sender that is dropped wakes everybody who waits for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

/// One who waits.
#[derive(Debug)]
pub(super) struct Waiter {
    waiting: Waiting,
    wanted: String,
    appeared: watch::Receiver<()>,
}

impl Waiting {
    /// Begins to wait. Whoever looks for the computation after that misses nothing.
    pub(super) fn enter(&self, which: &Which) -> Waiter {
        let wanted = which.to_string();
        let appeared = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.entry(wanted.clone()).or_default().subscribe()
        };
        Waiter {
            waiting: self.clone(),
            wanted,
            appeared,
        }
    }

    /// Wakes all who wait for that computation.
    pub(super) fn wake(&self, name: &ComputationName, fingerprint: &Fingerprint) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(name.as_str());
        waiting.remove(&fingerprint.to_string());
    }
}

impl Waiter {
    /// Returns when the computation has appeared.
    pub(super) async fn appeared(&mut self) {
        // Nothing is ever sent: the sender's end is the news.
        while self.appeared.changed().await.is_ok() {}
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut waiting = self
            .waiting
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // This one is still counted. Had others entered since it was woken, they count as well.
        let alone = waiting
            .get(&self.wanted)
            .is_some_and(|sender| sender.receiver_count() <= 1);
        if alone && self.appeared.has_changed().is_ok() {
            waiting.remove(&self.wanted);
        }
    }
}
