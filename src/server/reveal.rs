//! The server's side of a reveal: pages, commit, release. One connection at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use super::live::Live;
use super::memory::Taken;
use super::pages::Pages;
use super::safe::Shown;
use super::socket::{Gone, Socket};
use super::{Shared, refusals, stored};
use crate::batch::{Commit, Hiding, commit_hash, hiding_hash};
use crate::disclosure::Outcome;
use crate::ids::{Blob, Digest};
use crate::manifest::{Phase, room};
use crate::measurement::Population;
use crate::protocol::{ErrorCode, Refusal, ServerMessage, limits};
use crate::record::{Countersigned, Signed};
use crate::reveal::frame::Layout;
use crate::reveal::{Decision, OutcomeError, Tally, agree, release, share_presence};
use crate::store::StoredCommit;

/// Time for the connection of an analyst that was killed to be noticed as gone: the next one may be
/// here first.
const PATIENCE: Duration = Duration::from_secs(2);

/// The only reveal of a computation that is under way.
#[derive(Debug)]
pub(super) struct Reveal {
    /// Gives the turn to the next connection when this one ends.
    turn: OwnedMutexGuard<()>,
    tally: Arc<Tally>,
    /// Counts it.
    memory: Taken,
    /// What follows from the pages, once somebody asked: it can take seconds.
    decided: Option<Decision>,
    /// The commit that both sides are bound to, once they are.
    committed: Option<Blob>,
}

/// Whether the pages of a batch may be shown to the connection that asks.
/// `turn` is the one that it has already.
pub(super) async fn admit(
    live: &Live,
    root: &Digest,
    turn: Option<OwnedMutexGuard<()>>,
) -> Result<OwnedMutexGuard<()>, Refusal> {
    let view = live.view();
    match view.phase {
        Phase::Frozen | Phase::Revealed => {}
        Phase::Ended => return Err(refusals::ended()),
        Phase::Purged => return Err(refusals::purged()),
        Phase::Open | Phase::Paused | Phase::Closed => return Err(refusals::not_frozen()),
    }
    if view.frozen()?.batch.root != *root {
        let message = "the batch has another root";
        return Err(Refusal::new(ErrorCode::RootMismatch, message));
    }
    if let Some(turn) = turn {
        return Ok(turn);
    }
    wait_for_turn(live).await
}

/// The turn of whoever reveals, once nobody else has it.
pub(super) async fn wait_for_turn(live: &Live) -> Result<OwnedMutexGuard<()>, Refusal> {
    let turn = timeout(PATIENCE, Arc::clone(&live.seat.reveal).lock_owned()).await;
    turn.map_err(|_| {
        let message = "another connection is revealing this computation";
        Refusal::new(ErrorCode::RevealInProgress, message)
    })
}

/// Goes through the pages of a batch. `memory` counts what they take.
pub(super) async fn prepare(
    shared: &Arc<Shared>,
    live: Arc<Live>,
    turn: OwnedMutexGuard<()>,
    memory: Taken,
    socket: &mut Socket,
) -> Result<Reveal, Gone> {
    tracing::debug!("a reveal begins");
    let aggregate = aggregate_len(&live);
    let pages = Pages::new(Arc::clone(shared), live)?;
    let tally = pages.run(socket).await?;
    drop(memory);
    let footprint = tally.footprint().saturating_add(aggregate);
    Ok(Reveal {
        turn,
        memory: shared.computations.memory.count(footprint),
        tally: Arc::new(tally),
        decided: None,
        committed: None,
    })
}

/// Most bytes that a batch takes while its pages are under way: of its parties the verdicts, with a
/// reason for each that is rejected; the sums; and all of those whose pages are not finished.
pub(super) fn most_bytes(live: &Live) -> Result<usize, Refusal> {
    let parties = live.view().frozen()?.batch.parties;
    let verdicts = Tally::most_bytes(parties);
    let layout = Layout::of(&live.terms);
    let at_once = limits::PAGES_IN_FLIGHT.saturating_mul(layout.submissions_per_page());
    let at_once = usize::try_from(parties).map_or(at_once, |parties| at_once.min(parties));
    let pages = at_once.saturating_mul(layout.submission_footprint());
    // Pages that were judged have sums of their own until they are added up.
    let sums = aggregate_len(live).saturating_mul(limits::PAGES_IN_FLIGHT + 1);
    Ok(verdicts.saturating_add(sums).saturating_add(pages))
}

fn aggregate_len(live: &Live) -> usize {
    live.terms.scheme.lengths().aggregate_share
}

impl Reveal {
    /// The turn, for going through the pages again.
    pub(super) fn into_turn(self) -> OwnedMutexGuard<()> {
        self.turn
    }

    /// About how many bytes it keeps in memory.
    pub(super) fn footprint(&self) -> usize {
        self.memory.bytes()
    }

    /// Binds both sides: one batch, one A, one outcome, for ever.
    pub(super) async fn commit(
        &mut self,
        shared: &Shared,
        live: &Arc<Live>,
        signed: Signed<Commit>,
    ) -> Result<(ServerMessage, Outcome), Refusal> {
        let batch = live.view().frozen()?.batch.clone();
        let (tally, terms) = (Arc::clone(&self.tally), Arc::clone(&live.terms));
        if self.decided.is_none() {
            let job = move || tally.decide(&terms, &batch);
            self.decided = decide(shared, live, job).await?;
        }
        let decided = self.decided.as_ref().ok_or_else(refusals::not_prepared)?;
        let ours = decided.commit.clone();
        let countersigned = countersign(shared, live, signed, ours.clone()).await?;
        let record = StoredCommit {
            record: stored::stored_jointly(&countersigned),
            accepted: Blob(self.tally.accepted().bits().to_vec()),
            rejected: self.tally.rejected(),
            phase: match ours.outcome {
                Outcome::Release { .. } => Phase::Frozen,
                Outcome::End { .. } => Phase::Ended,
            },
        };
        let _turn = live.seat.turn.lock().await;
        let fingerprint = live.terms.fingerprint;
        let repeated = live.view().commit.is_some();
        shared.store.record_commit(&fingerprint, record).await?;
        // The one that was stored first, which may not be this one.
        let view = live.refresh(&*shared.store).await?;
        let bound = view.bound()?;
        if bound.commit != ours {
            return Err(mismatch());
        }
        let shown = Shown {
            root: Some(ours.root),
            commit: Some(commit_hash(&bound.signed.body)),
        };
        shared.safe.record(fingerprint, shown).await?;
        self.committed = Some(bound.signed.body.clone());
        // Once: an analyst may say it as often as it likes.
        if !repeated {
            tracing::info!("a batch was committed");
        }
        Ok((ServerMessage::Committed(bound.signed.clone()), ours.outcome))
    }

    /// Gives the analyst the server's share of presence counts, sealed.
    pub(super) async fn presence(
        &self,
        shared: &Shared,
        live: &Arc<Live>,
    ) -> Result<ServerMessage, Refusal> {
        let (commit, population) = self.outcome(live)?;
        if !live.terms.scheme.counts_presence() {
            let message = "nothing of this computation must be counted first";
            return Err(Refusal::new(ErrorCode::NotAllowed, message));
        }
        let (live, tally) = (Arc::clone(live), Arc::clone(&self.tally));
        let (keys, mut rng) = (shared.identity.signing.clone(), shared.entropy.rng());
        let job = move || {
            let (terms, aggregate) = (&live.terms, tally.aggregate());
            share_presence(terms, &commit, &population, aggregate, &keys, &mut rng)
        };
        Ok(ServerMessage::Presence(shared.workers.run(job).await?))
    }

    /// Gives the analyst the server's aggregate share, sealed: of what is not hidden, where that was
    /// decided.
    pub(super) async fn release(
        &self,
        shared: &Shared,
        live: &Arc<Live>,
        hiding: Option<Signed<Hiding>>,
    ) -> Result<ServerMessage, Refusal> {
        let (commit, mut population) = self.outcome(live)?;
        if hiding.is_some() != live.terms.scheme.counts_presence() {
            let message = "`hide` is for what must be counted first, `release` for all else";
            return Err(Refusal::new(ErrorCode::NotAllowed, message));
        }
        let (terms, tally) = (Arc::clone(&live.terms), Arc::clone(&self.tally));
        let (keys, mut rng) = (shared.identity.signing.clone(), shared.entropy.rng());
        let job = move || {
            let (terms, aggregate) = (&terms, tally.aggregate());
            if let Some(hiding) = &hiding {
                population = agree(terms, &commit, population, aggregate, hiding)?;
            }
            let hiding = hiding.map(|hiding| hiding_hash(&hiding.body));
            let share = terms.scheme.release(aggregate, &population);
            Ok(release(terms, &commit, hiding, &share, &keys, &mut rng))
        };
        let released: Result<_, OutcomeError> = decide(shared, live, job).await?;
        released
            .map(ServerMessage::Released)
            .map_err(|_| refusals::hiding_mismatch())
    }

    /// The commit on this connection and whose result it is about, if there is one.
    fn outcome(&self, live: &Live) -> Result<(Blob, Population), Refusal> {
        let committed = self.committed.clone().zip(self.decided.as_ref());
        let (committed, decided) = committed.ok_or_else(refusals::not_committed)?;
        match &live.view().bound()?.commit {
            bound if bound.outcome.is_release() => Ok((committed, decided.population.clone())),
            _ => Err(refusals::ended()),
        }
    }
}

/// Finds out whom a result may be about. With very many cohorts that takes seconds of a thread, and
/// the threads are there for everybody: then one after the other, also where nobody waits for the
/// answer any more.
async fn decide<T: Send + 'static>(
    shared: &Shared,
    live: &Live,
    job: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    if !live.terms.scheme.groups().has_cohorts() {
        return Ok(shared.workers.run(job).await?);
    }
    let alone = Arc::clone(&shared.deciding).lock_owned().await;
    let job = move || {
        let _alone = alone;
        job()
    };
    Ok(shared.workers.run(job).await?)
}

/// Signs what the analyst signed, if it says what the server found.
async fn countersign(
    shared: &Shared,
    live: &Live,
    signed: Signed<Commit>,
    ours: Commit,
) -> Result<Countersigned<Commit>, Refusal> {
    let analyst = live.terms.manifest.analyst.signing_key;
    let keys = shared.identity.signing.clone();
    let job = move || {
        // What they say is the same, but each may write it otherwise.
        let most = Signed::sign_len(&ours).saturating_add(room::RECORD_LEN);
        let fits = signed.body.0.len() <= most;
        let theirs = signed.open(&analyst).ok().filter(|_| fits);
        let agreed = theirs.filter(|theirs| *theirs == ours);
        agreed.map(|_| Countersigned::countersign(&signed, &keys))
    };
    shared.workers.run(job).await?.ok_or_else(mismatch)
}

fn mismatch() -> Refusal {
    let message = "the commit is not what the server found, or not the one that was made before";
    Refusal::new(ErrorCode::CommitMismatch, message)
}
