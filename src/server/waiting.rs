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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const FINGERPRINT: Fingerprint = Fingerprint::new([7; 32]);

    fn named(name: &str) -> Which {
        Which::Name(name.parse().unwrap())
    }

    fn entries(waiting: &Waiting) -> usize {
        waiting.0.lock().unwrap().len()
    }

    fn has_appeared(waiter: &mut Waiter) -> bool {
        waiter.appeared().now_or_never().is_some()
    }

    #[test]
    fn who_leaves_leaves_nothing_behind() {
        let waiting = Waiting::default();
        // Whatever names are thought up: one that nobody waits for any more is forgotten.
        for number in 0..1000 {
            drop(waiting.enter(&named(&format!("no-{number}"))));
        }
        assert_eq!(entries(&waiting), 0);
        let (first, mut second) = (waiting.enter(&named("a")), waiting.enter(&named("a")));
        assert_eq!(entries(&waiting), 1);
        drop(first);
        assert_eq!(entries(&waiting), 1, "the other one still waits");
        assert!(!has_appeared(&mut second));
        waiting.wake(&"a".parse().unwrap(), &FINGERPRINT);
        assert!(has_appeared(&mut second));
        assert_eq!(entries(&waiting), 0);
    }

    #[test]
    fn who_was_woken_takes_nobody_elses_place() {
        let waiting = Waiting::default();
        let woken = waiting.enter(&named("a"));
        waiting.wake(&"a".parse().unwrap(), &FINGERPRINT);
        let mut later = waiting.enter(&named("a"));
        drop(woken);
        assert!(!has_appeared(&mut later));
        assert_eq!(entries(&waiting), 1);
        drop(later);
        assert_eq!(entries(&waiting), 0);
    }

    #[test]
    fn both_names_of_a_computation_wake() {
        let waiting = Waiting::default();
        let mut waiters = [named("a"), named("b"), Which::Fingerprint(FINGERPRINT)]
            .map(|which| waiting.enter(&which));
        waiting.wake(&"a".parse().unwrap(), &FINGERPRINT);
        assert_eq!(waiters.each_mut().map(has_appeared), [true, false, true]);
    }
}
