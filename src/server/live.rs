//! A computation that the server has in memory: what connections may keep of it, which is small, and
//! what they have only while a request of theirs is answered.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::memory::{Room, Taken};
use super::refusals;
use super::safe::Shown;
use super::stored;
use crate::batch::{Batch, Commit, ResultRecord, commit_hash};
use crate::crypto::{BoxKeyPair, Server};
use crate::ids::Fingerprint;
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
    /// Counts the answer, and the records that it was written from.
    _memory: Taken,
}

impl View {
    /// What the store has. The signatures are this server's own, or were checked before.
    fn new(stored: StoredComputation, terms: &Terms, memory: &Room) -> Result<Self, RecordError> {
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
        let answer: Utf8Bytes = encode(&answer).into();
        Ok(Self {
            phase: stored.phase,
            dates: dates(&notices, terms)?,
            notices,
            batch,
            commit,
            invitations: stored.invitations,
            _memory: memory.count(answer.len().saturating_mul(2)),
            answer,
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

/// What those who use a computation share. It is small, so that a connection may keep it for as long
/// as it likes, and one and the same as long as anybody has it.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) fingerprint: Fingerprint,
    /// Told whenever the number of parties may be another.
    changes: watch::Sender<()>,
    /// Held by whoever changes anything but submissions.
    pub(super) turn: Arc<Mutex<()>>,
    /// Held by the one connection that reveals.
    pub(super) reveal: Arc<Mutex<()>>,
}

impl Seat {
    pub(super) fn new(fingerprint: Fingerprint) -> Self {
        Self {
            fingerprint,
            changes: watch::Sender::new(()),
            turn: Arc::default(),
            reveal: Arc::default(),
        }
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

/// What the analyst was last told beside the total, at the beginning of which grain.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) at: u64,
    pub(super) tracked: Tracked,
    _memory: Taken,
}

/// One computation, with all that is made of its manifest: a form of the largest sort has tens of
/// megabytes. Only requests that are being answered hold it, and the pages of a reveal.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) seat: Arc<Seat>,
    pub(super) terms: Arc<Terms>,
    /// Opens the server's boxes of this computation, until it is purged.
    keys: RwLock<Option<Arc<BoxKeyPair<Server>>>>,
    view: watch::Sender<Arc<View>>,
    pub(super) told: Mutex<Option<Told>>,
    /// Where it counts.
    memory: Room,
    /// Counts the terms.
    own: Taken,
}

impl Live {
    pub(super) fn new(
        seat: Arc<Seat>,
        mut terms: Terms,
        keys: Option<BoxKeyPair<Server>>,
        stored: StoredComputation,
        memory: &Room,
    ) -> Result<Self, ManifestError> {
        if let Some(keys) = &keys {
            terms.scheme = terms.scheme.for_server(keys)?;
        }
        // The texts of a form stand in the manifest and again in the scheme.
        let texts = stored.manifest.body.0.len().saturating_mul(2);
        let own = terms.scheme.footprint().saturating_add(texts);
        let view = View::new(stored, &terms, memory)?;
        Ok(Self {
            seat,
            terms: Arc::new(terms),
            keys: RwLock::new(keys.map(Arc::new)),
            view: watch::Sender::new(Arc::new(view)),
            told: Mutex::default(),
            memory: memory.clone(),
            own: memory.count(own),
        })
    }

    /// About how many bytes its terms have in memory.
    pub(super) fn footprint(&self) -> usize {
        self.own.bytes()
    }

    /// What to tell an analyst until the next grain begins.
    pub(super) fn telling(&self, at: u64, tracked: Tracked) -> Told {
        Told {
            at,
            _memory: self.memory.count(tracked.footprint()),
            tracked,
        }
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
        let view = View::new(stored, &self.terms, &self.memory).map_err(|error| {
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
}
