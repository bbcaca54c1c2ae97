//! What became of a submission, from the server's proof and the party's own receipt.

use super::Misbehaviour;
use crate::batch::{Accepted, Batch, Commit, leaf, merkle};
use crate::ids::Fingerprint;
use crate::manifest::Terms;
use crate::measurement::Rejection;
use crate::protocol::Inclusion;
use crate::record::Signed;
use crate::submission::Receipt;

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is part of the aggregate.
    Counted,
    /// It is in the batch, and was rejected.
    Rejected(Option<Rejection>),
    /// The batch has another submission of this party: a correction that was made with a copy of the
    /// receipt's file, or else something that the server made up.
    Replaced(Box<Evidence>),
    /// The batch that the server signed has no submission of this party, or the server cannot show
    /// it.
    Missing(Box<Evidence>),
}

/// Two things that one server signed. If the party never made another version, they cannot both be
/// right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The promise.
    pub receipt: Signed<Receipt>,
    /// The batch that breaks it.
    pub batch: Signed<Batch>,
}

/// A proof cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FateError {
    /// The receipt is not one that the computation's server signed.
    #[error("the receipt is not signed by the server of computation {0}")]
    Receipt(Fingerprint),
    /// The proof does not hold.
    #[error(transparent)]
    Misbehaviour(#[from] Misbehaviour),
}

/// Checks the server's proof about the newest version of a party's data.
pub fn fate(
    terms: &Terms,
    signed_receipt: &Signed<Receipt>,
    inclusion: &Inclusion,
) -> Result<Fate, FateError> {
    let manifest = &terms.manifest;
    let server = &manifest.server.identity.signing_key;
    let receipt = signed_receipt
        .open(server)
        .ok()
        .filter(|receipt| receipt.fingerprint == terms.fingerprint)
        .ok_or(FateError::Receipt(terms.fingerprint))?;
    let unproven = |what| FateError::from(Misbehaviour::Unproven(what));
    let batch: Batch = inclusion
        .batch
        .open(server)
        .map_err(|_| unproven("batch"))?;
    let commit: Commit = inclusion
        .commit
        .open(&manifest.analyst.signing_key, server)
        .map_err(|_| unproven("commit"))?;
    let same = batch.fingerprint == terms.fingerprint
        && commit.fingerprint == terms.fingerprint
        && commit.root == batch.root;
    let accepted = Accepted::from_bits(inclusion.accepted.0.clone(), batch.parties)
        .filter(|accepted| same && accepted.hash() == commit.accepted)
        .ok_or_else(|| unproven("commit"))?;
    let evidence = || {
        let (receipt, batch) = (signed_receipt.clone(), inclusion.batch.clone());
        Box::new(Evidence { receipt, batch })
    };
    let Some(place) = &inclusion.place else {
        return Ok(Fate::Missing(evidence()));
    };
    let leaf = leaf(&receipt.party_key, &place.submission_hash);
    if !merkle::verify(&leaf, place.index, batch.parties, &place.path, &batch.root) {
        return Err(unproven("proof of inclusion"));
    }
    if place.submission_hash != receipt.submission_hash {
        return Ok(Fate::Replaced(evidence()));
    }
    match accepted.get(place.index) {
        Some(true) => Ok(Fate::Counted),
        _ => Ok(Fate::Rejected(place.rejection)),
    }
}
