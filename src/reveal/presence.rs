//! Between commit and release of a form with parts that may be left empty: how many gave each of
//! them, and in which groups it is therefore hidden. Both sides come to the same decision and sign it
//! before anything else is released.

use rand::CryptoRng;

use super::OutcomeError;
use super::outcome::{labelled, open};
use crate::batch::{Hiding, Presence, commit_hash, hiding_hash};
use crate::crypto::{Analyst, Identity, Server, SigningKeyPair, Tag};
use crate::disclosure;
use crate::ids::{Blob, Digest};
use crate::manifest::Terms;
use crate::measurement::{AggregateShare, Population, PresenceShare};
use crate::record::Signed;

/// The server's share of the counts, sealed to the analyst and signed.
#[must_use]
pub fn share_presence(
    terms: &Terms,
    commit: &Blob,
    population: &Population,
    aggregate: &AggregateShare,
    keys: &SigningKeyPair<Server>,
    rng: &mut impl CryptoRng,
) -> Signed<Presence> {
    let commit = commit_hash(commit);
    let share = terms.scheme.presence_share(aggregate, population);
    let plaintext = labelled(Tag::PRESENCE_SHARE, &commit, &share.0.0);
    let presence = Presence {
        fingerprint: terms.fingerprint,
        commit,
        sealed_share: Blob(terms.manifest.analyst.box_key.seal(&plaintext, rng)),
    };
    Signed::sign(&presence, keys)
}

/// What a release must keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Whose result it is about, and what of it is not shown.
    pub population: Population,
    /// Hash of what the analyst signed to be hidden, where parts are counted.
    pub(super) hiding: Option<Digest>,
    /// The server's share of the counts, likewise.
    pub(super) presence: Option<PresenceShare>,
}

impl Agreed {
    /// Where nothing is counted: there is nothing that may be left empty, or every submission shows
    /// it.
    #[must_use]
    pub fn uncounted(population: Population) -> Self {
        Self {
            population,
            hiding: None,
            presence: None,
        }
    }
}

/// The analyst's turn: opens the server's share, and says what is hidden.
pub fn hide(
    terms: &Terms,
    commit: &Blob,
    population: Population,
    aggregate: &AggregateShare,
    presence: &Signed<Presence>,
    analyst: &Identity<Analyst>,
) -> Result<(Signed<Hiding>, Agreed), OutcomeError> {
    let presence = presence.open(&terms.manifest.server.identity.signing_key)?;
    let commit = commit_hash(commit);
    if presence.fingerprint != terms.fingerprint || presence.commit != commit {
        return Err(OutcomeError::OtherCommit);
    }
    let sealed = &presence.sealed_share;
    let theirs = open(&analyst.boxes, Tag::PRESENCE_SHARE, &commit, sealed)?;
    let theirs = PresenceShare(Blob(theirs.to_vec()));
    let share = terms.scheme.presence_share(aggregate, &population);
    let population = decide(terms, population, &share, &theirs)?;
    let hiding = Hiding {
        fingerprint: terms.fingerprint,
        commit,
        share,
        hidden: population.hidden.clone(),
    };
    let hiding = Signed::sign(&hiding, &analyst.signing);
    let agreed = Agreed {
        population,
        hiding: Some(hiding_hash(&hiding.body)),
        presence: Some(theirs),
    };
    Ok((hiding, agreed))
}

/// The server's turn: comes to the same decision, or refuses. Gives the population that the release
/// is about.
pub fn agree(
    terms: &Terms,
    commit: &Blob,
    population: Population,
    aggregate: &AggregateShare,
    hiding: &Signed<Hiding>,
) -> Result<Population, OutcomeError> {
    let hiding = hiding.open(&terms.manifest.analyst.signing_key)?;
    if hiding.fingerprint != terms.fingerprint || hiding.commit != commit_hash(commit) {
        return Err(OutcomeError::OtherCommit);
    }
    let share = terms.scheme.presence_share(aggregate, &population);
    let population = decide(terms, population, &share, &hiding.share)?;
    if population.hidden == hiding.hidden {
        Ok(population)
    } else {
        Err(OutcomeError::OtherDecision)
    }
}

/// The one rule: same counts, same decision.
fn decide(
    terms: &Terms,
    population: Population,
    ours: &PresenceShare,
    theirs: &PresenceShare,
) -> Result<Population, OutcomeError> {
    let counts = terms.scheme.presence_counts(ours, theirs, &population);
    let counts = counts.ok_or(OutcomeError::Counts)?;
    let hidden = disclosure::hide_each(&terms.limits(), &population.suppressed, &counts);
    Ok(Population {
        hidden,
        ..population
    })
}

#[cfg(test)]
mod tests;
