//! What the analyst sees beside the total before the reveal: [`crate::tracking`] over the log that
//! the store keeps.

use std::sync::Arc;

use super::live::Live;
use super::{Shared, freeze, refusals};
use crate::manifest::{Phase, Terms, Tracking};
use crate::protocol::{Refusal, ServerMessage};
use crate::store::TrackedAt;
use crate::tracking::{Change, Tracked, shown};

/// What is written down of a submission beside itself, for what the analyst may see: nothing where
/// that is the total at most.
pub(super) fn of_submission(terms: &Terms, public_part: &[u8], now: u64) -> Option<TrackedAt> {
    let cohort = terms.scheme.cohort(public_part)?;
    terms.is_tracked().then(|| TrackedAt {
        grain: grain(terms, now),
        cohort,
    })
}

/// The grain in which a moment lies.
pub(super) fn grain(terms: &Terms, now: u64) -> u64 {
    now / u64::from(terms.manifest.time_grain).max(1)
}

/// Answers an analyst that asks. What was said at a boundary is said again until the next one.
pub(super) async fn track(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
) -> Result<ServerMessage, Refusal> {
    let terms = &live.terms;
    if !terms.manifest.is_counted() {
        return Err(refusals::not_counted());
    }
    if live.view().phase == Phase::Purged {
        return Err(refusals::purged());
    }
    let boundary = grain(terms, shared.clock.now());
    let mut told = live.told.lock().await;
    if let Some(before) = told.as_ref().filter(|told| told.at >= boundary) {
        tracing::trace!(at = before.at, "said before");
        return Ok(ServerMessage::Tracked(before.tracked.clone()));
    }
    let (near_round, changes) = read(shared, terms, boundary).await?;
    let terms = Arc::clone(terms);
    let job = move || count(&terms, &changes, boundary, near_round);
    let tracked = shared.workers.run(job).await?;
    *told = Some(live.telling(boundary, tracked.clone()));
    Ok(ServerMessage::Tracked(tracked))
}

/// What the store has for it. It may take long, so that it is one at a time, also where nobody waits for
/// the answer any more.
async fn read(
    shared: &Arc<Shared>,
    terms: &Arc<Terms>,
    boundary: u64,
) -> Result<(Option<u32>, Vec<Change>), Refusal> {
    let alone = Arc::clone(&shared.tracking).lock_owned().await;
    let (shared, terms) = (Arc::clone(shared), Arc::clone(terms));
    let reading = tokio::spawn(async move {
        let _alone = alone;
        // Before the log is read: who comes in between is then somebody who is not shown.
        let near_round = if terms.manifest.is_compared_before_freeze() {
            freeze::near_round(&shared, &terms).await?
        } else {
            None
        };
        let changes = if terms.is_tracked() {
            shared.store.changes(&terms.fingerprint, boundary).await?
        } else {
            Vec::new()
        };
        Ok((near_round, changes))
    });
    reading.await.map_err(|_| refusals::internal())?
}

/// Which round is near follows from who is there: it is told where the analyst sees all of them, or it
/// would tell whether somebody came who is not shown yet.
fn count(terms: &Terms, changes: &[Change], boundary: u64, near_round: Option<u32>) -> Tracked {
    let shown = shown(changes.iter().copied(), boundary);
    let near_round = near_round.filter(|_| !shown.is_behind(changes.iter().copied()));
    let groups = terms.scheme.groups();
    let by_label = terms.manifest.tracking == Tracking::Labels;
    Tracked {
        at: boundary.saturating_mul(u64::from(terms.manifest.time_grain)),
        cohorts: groups
            .has_cohorts()
            .then(|| shown.cohorts(groups.cohorts())),
        used: by_label.then(|| shown.used()),
        near_round,
    }
}
