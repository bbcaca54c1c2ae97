//! The files beside the server's keys, reached from async code: the box keys of computations, and
//! the ledger that a restored database is held against.

use std::sync::{Arc, Mutex, PoisonError};

use super::refusals;
use crate::crypto::{BoxKeyPair, BoxPublicKey, Server};
use crate::files::computation_keys::ComputationKeys;
use crate::files::ledger::{Ledger, LedgerError};
use crate::ids::{Digest, Fingerprint};
use crate::protocol::Refusal;

/// What a database shows of one computation, for the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shown {
    /// Root of the batch that was frozen.
    pub(super) root: Option<Digest>,
    /// Hash of the commit.
    pub(super) commit: Option<Digest>,
}

/// Keys and ledger.
#[derive(Debug)]
pub(super) struct Safe {
    keys: ComputationKeys,
    ledger: Arc<Mutex<Ledger>>,
}

impl Safe {
    pub(super) fn new(keys: ComputationKeys, ledger: Ledger) -> Self {
        Self {
            keys,
            ledger: Arc::new(Mutex::new(ledger)),
        }
    }

    /// Saves the key of a computation, durably.
    pub(super) async fn save_key(
        &self,
        fingerprint: Fingerprint,
        pair: BoxKeyPair<Server>,
    ) -> Result<(), Refusal> {
        let keys = self.keys.clone();
        off_the_runtime(move || Ok(keys.save(&fingerprint, &pair)?)).await
    }

    /// Loads the key of a computation.
    pub(super) async fn load_key(
        &self,
        fingerprint: Fingerprint,
        public: BoxPublicKey<Server>,
    ) -> Result<BoxKeyPair<Server>, Refusal> {
        let keys = self.keys.clone();
        off_the_runtime(move || Ok(keys.load(&fingerprint, &public)?)).await
    }

    /// Refuses a computation of which the database lacks what the ledger has.
    pub(super) async fn check(
        &self,
        fingerprint: Fingerprint,
        shown: Shown,
    ) -> Result<(), Refusal> {
        self.with_ledger(move |ledger| ledger.check(fingerprint, shown.root, shown.commit))
            .await
    }

    /// Adds what the database has stored, durably.
    pub(super) async fn record(
        &self,
        fingerprint: Fingerprint,
        shown: Shown,
    ) -> Result<(), Refusal> {
        self.with_ledger(move |ledger| ledger.record(fingerprint, shown.root, shown.commit))
            .await
    }

    async fn with_ledger(
        &self,
        work: impl FnOnce(&mut Ledger) -> Result<(), LedgerError> + Send + 'static,
    ) -> Result<(), Refusal> {
        let ledger = Arc::clone(&self.ledger);
        off_the_runtime(move || {
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(work(&mut ledger)?)
        })
        .await
    }
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(refusals::internal()))
}
