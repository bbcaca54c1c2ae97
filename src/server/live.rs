//! A computation that the server has in memory.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::refusals;
use super::safe::Shown;
use super::stored;
use crate::batch::{Batch, Commit, ResultRecord, commit_hash};
use crate::crypto::{BoxKeyPair, Server};
use crate::manifest::{Action, Dates, Manifest, ManifestError, Notice, Phase, Terms};
use crate::protocol::{Refusal, ServerMessage, Standing, encode};
use crate::record::{Countersigned, RecordError, Signed};
use crate::store::{Store, StoredComputation};
use crate::tracking::Tracked;

/// A batch as the server signed it.
#[derive(Debug)]
pub(super) struct FrozenBatch {
    pub(super) signed: Signed<Batch>,
    pub(super) batch: Batch,
}

/// A commit as both signed it.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) signed: Countersigned<Commit>,
    pub(super) commit: Commit,
}

/// How a computation stood when it was last changed.
#[derive(Debug)]
pub(super) struct View {
    pub(super) phase: Phase,
    /// From when until when submissions are taken.
    pub(super) dates: Dates,
    pub(super) notices: Vec<Signed<Notice>>,
    pub(super) batch: Option<FrozenBatch>,
    pub(super) commit: Option<Bound>,
    /// How many invitations there are.
    pub(super) invitations: u64,
    /// The answer to a lookup, written once for everybody who asks.
    pub(super) answer: Utf8Bytes,
}

impl View {
    /// What the store has. The signatures are this server's own, or were checked before.
    fn new(stored: StoredComputation, terms: &Terms) -> Result<Self, RecordError> {
        let server = &terms.manifest.server.identity.signing_key;
        let batch = stored.batch.map(stored::signed::<Batch>);
        let commit = stored.commit.map(stored::countersigned::<Commit>);
        let notices: Vec<_> = stored.notices.into_iter().map(stored::signed).collect();
        let answer = ServerMessage::Computation(Box::new(Standing {
            manifest: stored::countersigned::<Manifest>(stored.manifest),
            phase: stored.phase,
            notices: notices.clone(),
            batch: batch.clone(),
            commit: commit.clone(),
            result: stored.result.map(stored::signed::<ResultRecord>),
        }));
        let batch = batch
            .map(|signed| {
                signed
                    .open(server)
                    .map(|batch| FrozenBatch { signed, batch })
            })
            .transpose()?;
        let commit = commit
            .map(|signed| {
                let commit = signed.open(&terms.manifest.analyst.signing_key, server);
                commit.map(|commit| Bound { signed, commit })
            })
            .transpose()?;
        Ok(Self {
            phase: stored.phase,
            dates: dates(&notices, terms)?,
            notices,
            batch,
            commit,
            invitations: stored.invitations,
            answer: encode(&answer).into(),
        })
    }

    /// What was frozen.
    pub(super) fn frozen(&self) -> Result<&FrozenBatch, Refusal> {
        self.batch.as_ref().ok_or_else(refusals::not_frozen)
    }

    /// What both sides committed to.
    pub(super) fn bound(&self) -> Result<&Bound, Refusal> {
        self.commit.as_ref().ok_or_else(refusals::not_committed)
    }

    /// What the ledger should have.
    pub(super) fn shown(&self) -> Shown {
        Shown {
            root: self.batch.as_ref().map(|frozen| frozen.batch.root),
            commit: self
                .commit
                .as_ref()
                .map(|bound| commit_hash(&bound.signed.body)),
        }
    }
}

/// The dates of the last notice that sets some.
fn dates(notices: &[Signed<Notice>], terms: &Terms) -> Result<Dates, RecordError> {
    let analyst = &terms.manifest.analyst.signing_key;
    for signed in notices.iter().rev() {
        if let Action::Schedule(dates) = signed.open(analyst)?.action {
            return Ok(dates);
        }
    }
    Ok(Dates::default())
}

/// One computation.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) terms: Arc<Terms>,
    /// Bytes of the manifest.
    manifest_len: usize,
    /// Opens the server's boxes of this computation, until it is purged.
    keys: RwLock<Option<Arc<BoxKeyPair<Server>>>>,
    view: watch::Sender<Arc<View>>,
    /// Told whenever the number of parties may be another.
    changes: watch::Sender<()>,
    /// What the analyst was last told beside the total, and at the beginning of which grain.
    pub(super) tracked: Mutex<Option<(u64, Tracked)>>,
    /// Held by whoever changes anything but submissions.
    pub(super) turn: Arc<Mutex<()>>,
    /// Held by the one connection that reveals.
    pub(super) reveal: Arc<Mutex<()>>,
}

impl Live {
    pub(super) fn new(
        mut terms: Terms,
        keys: Option<BoxKeyPair<Server>>,
        stored: StoredComputation,
    ) -> Result<Self, ManifestError> {
        if let Some(keys) = &keys {
            terms.scheme = terms.scheme.for_server(keys)?;
        }
        let manifest_len = stored.manifest.body.0.len();
        let view = View::new(stored, &terms)?;
        Ok(Self {
            manifest_len,
            terms: Arc::new(terms),
            keys: RwLock::new(keys.map(Arc::new)),
            view: watch::Sender::new(Arc::new(view)),
            changes: watch::Sender::new(()),
            tracked: Mutex::default(),
            turn: Arc::default(),
            reveal: Arc::default(),
        })
    }

    /// About how many bytes it has in memory: the scheme, the texts of its form in the manifest and
    /// again in the scheme, the answer, and the records that it was written from.
    pub(super) fn footprint(&self) -> usize {
        let texts = self.manifest_len.saturating_mul(2);
        let answers = self.view.borrow().answer.len().saturating_mul(2);
        let scheme = self.terms.scheme.footprint();
        scheme.saturating_add(texts).saturating_add(answers)
    }

    /// What opens the server's boxes.
    pub(super) fn keys(&self) -> Result<Arc<BoxKeyPair<Server>>, Refusal> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.clone().ok_or_else(refusals::purged)
    }

    /// Wipes it, once nobody uses it any more.
    pub(super) fn forget_keys(&self) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How it stands.
    pub(super) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.borrow())
    }

    /// Reads again what the store has, after a change.
    pub(super) async fn refresh(&self, store: &dyn Store) -> Result<Arc<View>, Refusal> {
        let stored = store.computation(&self.terms.fingerprint).await?;
        let stored = stored.ok_or_else(refusals::unknown_computation)?;
        let view = View::new(stored, &self.terms).map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what was changed reads as invalid"
            );
            refusals::internal()
        })?;
        let view = Arc::new(view);
        self.view.send_replace(Arc::clone(&view));
        Ok(view)
    }

    /// Tells who watches that the number of parties may be another. Which it is they read from the
    /// store: changes are stored in one order and told in another.
    pub(super) fn changed(&self) {
        self.changes.send_replace(());
    }

    /// Whenever the number of parties may be another.
    pub(super) fn watch(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}
