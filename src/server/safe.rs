//! The files beside the server's keys, reached from async code: the box keys of computations, and
//! the ledger that a restored database is held against.

use std::collections::HashSet;
use std::error::Error;
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
    /// What the log has said of which computation.
    told: Mutex<HashSet<(Fingerprint, &'static str)>>,
}

impl Safe {
    pub(super) fn new(keys: ComputationKeys, ledger: Ledger) -> Self {
        Self {
            keys,
            ledger: Arc::new(Mutex::new(ledger)),
            told: Mutex::default(),
        }
    }

    /// Logs why a computation cannot be served: as an error once, since anybody may ask for it as
    /// often as they like.
    pub(super) fn report(
        &self,
        fingerprint: Fingerprint,
        what: &'static str,
        error: &(dyn Error + 'static),
    ) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert((fingerprint, what)) {
            tracing::error!(error, "{what}");
        } else {
            tracing::debug!(error, "{what}");
        }
    }

    /// Saves the key of a computation, durably.
    pub(super) async fn save_key(
        &self,
        fingerprint: Fingerprint,
        pair: BoxKeyPair<Server>,
    ) -> Result<(), Refusal> {
        let keys = self.keys.clone();
        let saved = off_the_runtime(move || keys.save(&fingerprint, &pair)).await?;
        saved.map_err(|error| {
            tracing::error!(error = &error as &dyn Error, "a key cannot be saved");
            error.into()
        })
    }

    /// Loads the key of a computation.
    pub(super) async fn load_key(
        &self,
        fingerprint: Fingerprint,
        public: BoxPublicKey<Server>,
    ) -> Result<BoxKeyPair<Server>, Refusal> {
        let keys = self.keys.clone();
        let loaded = off_the_runtime(move || keys.load(&fingerprint, &public)).await?;
        loaded.map_err(|error| {
            self.report(fingerprint, "no key for a computation", &error);
            error.into()
        })
    }

    /// Destroys the key of a computation; none is left to destroy where that was done before.
    pub(super) async fn destroy_key(&self, fingerprint: Fingerprint) -> Result<(), Refusal> {
        let keys = self.keys.clone();
        let destroyed = off_the_runtime(move || keys.destroy(&fingerprint)).await?;
        destroyed.map(|_| ()).map_err(|error| {
            tracing::error!(error = &error as &dyn Error, "a key cannot be destroyed");
            refusals::unavailable()
        })
    }

    /// Refuses a computation of which the database lacks what the ledger has.
    pub(super) async fn check(
        &self,
        fingerprint: Fingerprint,
        shown: Shown,
    ) -> Result<(), Refusal> {
        self.with_ledger(fingerprint, move |ledger| {
            ledger.check(fingerprint, shown.root, shown.commit)
        })
        .await
    }

    /// Adds what the database has stored, durably.
    pub(super) async fn record(
        &self,
        fingerprint: Fingerprint,
        shown: Shown,
    ) -> Result<(), Refusal> {
        self.with_ledger(fingerprint, move |ledger| {
            ledger.record(fingerprint, shown.root, shown.commit)
        })
        .await
    }

    async fn with_ledger(
        &self,
        fingerprint: Fingerprint,
        work: impl FnOnce(&mut Ledger) -> Result<(), LedgerError> + Send + 'static,
    ) -> Result<(), Refusal> {
        let ledger = Arc::clone(&self.ledger);
        let done = off_the_runtime(move || {
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut ledger)
        });
        done.await?.map_err(|error| {
            match &error {
                LedgerError::RolledBack { .. } | LedgerError::Contradicted { .. } => {
                    self.report(fingerprint, "the ledger refuses", &error);
                }
                LedgerError::Log(_) => {
                    tracing::error!(error = &error as &dyn Error, "the ledger fails");
                }
            }
            error.into()
        })
    }
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| refusals::internal())
}
