//! What became of a submission, from the server's proof and the party's own receipt.

use serde::Serialize;

use super::Misbehaviour;
use crate::batch::{Accepted, Batch, Commit, leaf, merkle};
use crate::crypto::{Server, VerifyingKey};
use crate::ids::{Fingerprint, InvitationKey, PartyKey, SubmissionHash};
use crate::manifest::Terms;
use crate::measurement::Rejection;
use crate::protocol::{Departure, Inclusion, Place};
use crate::record::{Record, Signed};
use crate::submission::{Receipt, Withdrawal, WithdrawalReceipt};

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is part of the aggregate.
    Counted,
    /// It is in the batch, and was rejected.
    Rejected(Option<Rejection>),
    /// The party took it back, and the batch has nothing of it.
    Withdrawn,
    /// Another device with the same invitation took the party's place.
    TakenOver {
        /// Who came.
        by: PartyKey,
        /// Whether this party consented; otherwise it was asked, by the server's word, for as long as
        /// the server waits.
        released: bool,
    },
    /// The batch has another submission of this party: a correction that was made with a copy of the
    /// receipt's file, or else something that the server made up.
    Replaced(Box<Evidence>),
    /// The batch that the server signed has no submission of this party, or the server cannot show
    /// it.
    Missing(Box<Evidence>),
    /// The batch has a submission of this party, which took it back.
    Kept(Box<Evidence>),
}

/// Two things that one server signed. If the party never made another version, they cannot both be
/// right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The promise.
    pub receipt: Promise,
    /// The batch that breaks it.
    pub batch: Signed<Batch>,
}

/// What a server has promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Promise {
    /// That a submission is stored.
    Submission(Signed<Receipt>),
    /// That a submission is taken back.
    Withdrawal(Signed<WithdrawalReceipt>),
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

/// Checks the server's proof about the newest version of a party's data. `invitation` is the one with
/// which the party was admitted, if any.
pub fn fate(
    terms: &Terms,
    signed_receipt: &Signed<Receipt>,
    invitation: Option<&InvitationKey>,
    inclusion: &Inclusion,
) -> Result<Fate, FateError> {
    let receipt = opened(terms, signed_receipt, |receipt| receipt.fingerprint)?;
    let decided = Decided::check(terms, inclusion)?;
    let evidence = || {
        let promise = Promise::Submission(signed_receipt.clone());
        Evidence::new(promise, inclusion)
    };
    let Some(place) = &inclusion.place else {
        let departure = inclusion.departure.as_ref();
        let left = departure.and_then(|departure| explain(departure, terms, &receipt, invitation));
        return Ok(left.unwrap_or_else(|| Fate::Missing(evidence())));
    };
    decided.check_place(&receipt.party_key, place)?;
    if place.submission_hash != receipt.submission_hash {
        return Ok(Fate::Replaced(evidence()));
    }
    match decided.accepted.get(place.index) {
        Some(true) => Ok(Fate::Counted),
        _ => Ok(Fate::Rejected(place.rejection)),
    }
}

/// Checks the server's proof about a submission whose receipt never came: nothing if the batch does
/// not have it.
pub fn fate_of_unfinished(
    terms: &Terms,
    party: &PartyKey,
    submission: &SubmissionHash,
    inclusion: &Inclusion,
) -> Result<Option<Fate>, FateError> {
    let decided = Decided::check(terms, inclusion)?;
    let Some(place) = &inclusion.place else {
        return Ok(None);
    };
    decided.check_place(party, place)?;
    if place.submission_hash != *submission {
        return Ok(None);
    }
    Ok(Some(match decided.accepted.get(place.index) {
        Some(true) => Fate::Counted,
        _ => Fate::Rejected(place.rejection),
    }))
}

/// Checks the server's proof about a withdrawal.
pub fn fate_of_withdrawal(
    terms: &Terms,
    signed_receipt: &Signed<WithdrawalReceipt>,
    inclusion: &Inclusion,
) -> Result<Fate, FateError> {
    let receipt = opened(terms, signed_receipt, |receipt| receipt.fingerprint)?;
    let decided = Decided::check(terms, inclusion)?;
    let Some(place) = &inclusion.place else {
        return Ok(Fate::Withdrawn);
    };
    decided.check_place(&receipt.party_key, place)?;
    let promise = Promise::Withdrawal(signed_receipt.clone());
    Ok(Fate::Kept(Evidence::new(promise, inclusion)))
}

/// A receipt of this computation's server for this computation.
fn opened<R: Record<Signer = Server>>(
    terms: &Terms,
    receipt: &Signed<R>,
    fingerprint: fn(&R) -> Fingerprint,
) -> Result<R, FateError> {
    let opened = receipt.open(server(terms)).ok();
    let opened = opened.filter(|receipt| fingerprint(receipt) == terms.fingerprint);
    opened.ok_or(FateError::Receipt(terms.fingerprint))
}

impl Evidence {
    fn new(receipt: Promise, inclusion: &Inclusion) -> Box<Self> {
        let batch = inclusion.batch.clone();
        Box::new(Self { receipt, batch })
    }
}

fn server(terms: &Terms) -> &VerifyingKey<Server> {
    &terms.manifest.server.identity.signing_key
}

fn unproven(what: &'static str) -> FateError {
    Misbehaviour::Unproven(what).into()
}

/// What both sides have signed of a batch.
struct Decided {
    batch: Batch,
    accepted: Accepted,
}

impl Decided {
    fn check(terms: &Terms, inclusion: &Inclusion) -> Result<Self, FateError> {
        let server = server(terms);
        let batch: Batch = inclusion
            .batch
            .open(server)
            .map_err(|_| unproven("batch"))?;
        let commit: Commit = inclusion
            .commit
            .open(&terms.manifest.analyst.signing_key, server)
            .map_err(|_| unproven("commit"))?;
        let same = batch.fingerprint == terms.fingerprint
            && commit.fingerprint == terms.fingerprint
            && commit.root == batch.root;
        let accepted = Accepted::from_bits(inclusion.accepted.0.clone(), batch.parties)
            .filter(|accepted| same && accepted.hash() == commit.accepted)
            .ok_or_else(|| unproven("commit"))?;
        Ok(Self { batch, accepted })
    }

    fn check_place(&self, party: &PartyKey, place: &Place) -> Result<(), FateError> {
        let (leaf, batch) = (leaf(party, &place.submission_hash), &self.batch);
        if merkle::verify(&leaf, place.index, batch.parties, &place.path, &batch.root) {
            Ok(())
        } else {
            Err(unproven("proof of inclusion"))
        }
    }
}

/// Why a party is not in the batch, if what the server shows of that was signed by the party itself
/// or by its invitation.
fn explain(
    departure: &Departure,
    terms: &Terms,
    receipt: &Receipt,
    invitation: Option<&InvitationKey>,
) -> Option<Fate> {
    match departure {
        Departure::Withdrawn(signed) => {
            let withdrawal = Withdrawal::open(signed)?;
            // An earlier one says nothing of a version that followed.
            let own = withdrawal.fingerprint == terms.fingerprint
                && withdrawal.party_key == receipt.party_key
                && withdrawal.sequence > receipt.sequence;
            own.then_some(Fate::Withdrawn)
        }
        Departure::Replaced {
            party_key,
            invitation: admission,
        } => {
            let release = admission.takeover?.release;
            let own = Some(&admission.key) == invitation
                && *party_key != receipt.party_key
                && admission.holds(&terms.fingerprint, party_key)
                // An earlier consent says nothing of a version that followed.
                && release.is_none_or(|release| {
                    release.party_key == receipt.party_key && release.sequence >= receipt.sequence
                });
            own.then_some(Fate::TakenOver {
                by: *party_key,
                released: release.is_some(),
            })
        }
    }
}
