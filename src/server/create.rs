//! Making a computation: a box key for it, then the manifest that names that key.

use std::sync::Arc;

use super::live::Live;
use super::safe::Shown;
use super::{Shared, refusals};
use crate::crypto::{BoxKeyPair, Server, Tag};
use crate::manifest::{ComputationKey, Manifest, ManifestError, Terms};
use crate::protocol::{ErrorCode, Refusal, Which};
use crate::record::{Countersigned, Signed};

/// A fresh box key, and the server's word for it.
pub(super) async fn computation_key(
    shared: &Shared,
) -> Result<(BoxKeyPair<Server>, ComputationKey), Refusal> {
    let (mut rng, signing) = (shared.entropy.rng(), shared.identity.signing.clone());
    let made = shared.workers.run(move || {
        let pair = BoxKeyPair::generate(&mut rng);
        let box_key = *pair.public();
        let signature = signing.sign(Tag::COMPUTATION_KEY, box_key.as_bytes());
        (pair, ComputationKey { box_key, signature })
    });
    Ok(made.await?)
}

/// Makes the computation of a manifest that names `pending`, a key made on the same connection. One
/// that exists already is given as it is.
pub(super) async fn create(
    shared: &Arc<Shared>,
    signed: Signed<Manifest>,
    pending: Option<&BoxKeyPair<Server>>,
) -> Result<Arc<Live>, Refusal> {
    // What a manifest comes to may be large, and anybody may send many of them.
    let place = shared.creating.acquire().await;
    let _place = place.map_err(|_| refusals::busy())?;
    let terms = {
        let signed = signed.clone();
        shared
            .workers
            .run(move || Terms::proposed(&signed))
            .await??
    };
    check(shared, &terms)?;
    let fingerprint = terms.fingerprint;
    let same = Which::Fingerprint(fingerprint);
    if let Some(live) = shared.find(&same).await? {
        return Ok(live);
    }
    let pair = pending.filter(|pair| {
        let named = &terms.manifest.server.computation_key.box_key;
        pair.public() == named
    });
    let pair = pair.ok_or_else(|| {
        let message = "the manifest names a box key that was not made on this connection";
        Refusal::new(ErrorCode::ManifestForAnotherServer, message)
    })?;
    // Checked before anything is stored: with another verify key nothing could be verified.
    terms.scheme.for_server(pair).map_err(ManifestError::from)?;

    let _loading = shared.computations.loading.lock().await;
    shared.computations.make_room()?;
    if let Some(live) = shared.load(&same).await? {
        return Ok(live);
    }
    shared.safe.check(fingerprint, Shown::default()).await?;
    check_round(shared, &terms).await?;
    check_quotas(shared, &terms).await?;
    shared.safe.save_key(fingerprint, pair.clone()).await?;
    let countersigned = {
        let keys = shared.identity.signing.clone();
        let job = move || Countersigned::countersign(&signed, &keys);
        shared.workers.run(job).await?
    };
    let live = shared.add(&terms, &countersigned).await?;
    let live = live.ok_or_else(|| exists(&terms))?;
    shared.metrics.created.count();
    tracing::info!("a computation was created");
    Ok(live)
}

/// What no other server would mind.
fn check(shared: &Shared, terms: &Terms) -> Result<(), Refusal> {
    let manifest = &terms.manifest;
    if manifest.server.identity != shared.identity.public() {
        return Err(refusals::another_server(terms, &shared.identity.public()));
    }
    let analyst = manifest.analyst.key_id();
    let allowed = shared.analysts.as_ref();
    if allowed.is_some_and(|allowed| !allowed.contains(&analyst)) {
        let message =
            format!("this server takes computations of known analysts only, not of {analyst}");
        return Err(Refusal::new(ErrorCode::AnalystNotAllowed, message));
    }
    Ok(())
}

/// Rounds of one name follow each other, and belong to one analyst: otherwise anybody could take
/// over a name that parties know.
async fn check_round(shared: &Shared, terms: &Terms) -> Result<(), Refusal> {
    let manifest = &terms.manifest;
    let newest = shared.load(&Which::Name(manifest.name.clone())).await?;
    let Some(newest) = newest else {
        return follows(manifest.round, 0);
    };
    let before = &newest.terms.manifest;
    if manifest.round <= before.round {
        return Err(exists(terms));
    }
    if manifest.analyst != before.analyst {
        let owner = before.analyst.key_id();
        let message = format!("the name belongs to the analyst with key id {owner}");
        return Err(Refusal::new(ErrorCode::ComputationExists, message));
    }
    follows(manifest.round, before.round)?;
    if !newest.view().phase.is_over() {
        let message = format!("round {} is not over", before.round);
        return Err(Refusal::new(ErrorCode::RoundOutOfOrder, message));
    }
    Ok(())
}

fn follows(round: u32, last: u32) -> Result<(), Refusal> {
    let due = last.saturating_add(1);
    if round == due {
        return Ok(());
    }
    let message = format!("round {due} is due, not {round}");
    Err(Refusal::new(ErrorCode::RoundOutOfOrder, message).counting(round.into(), due.into()))
}

fn exists(terms: &Terms) -> Refusal {
    let round = terms.manifest.round;
    let message = format!("there is a round {round} of that name already");
    Refusal::new(ErrorCode::ComputationExists, message)
}

/// There is room for one more, and its analyst has not taken too much of it.
async fn check_quotas(shared: &Shared, terms: &Terms) -> Result<(), Refusal> {
    let limits = &shared.limits;
    let (all, most) = (shared.store.computations().await?, limits.max_computations);
    if all >= most {
        let message = "there are as many computations as the server holds";
        return Err(Refusal::new(ErrorCode::TooManyComputations, message).counting(all, most));
    }
    let analyst = terms.manifest.analyst.key_id();
    let own = shared.store.computations_of(&analyst).await?;
    let most = limits.max_computations_per_analyst;
    if own >= most {
        let message = "there are as many computations as the server holds for one analyst";
        return Err(Refusal::new(ErrorCode::TooManyComputations, message).counting(own, most));
    }
    Ok(())
}
