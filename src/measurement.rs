//! What a computation does with a measurement: one interface for every kind, in the words of VDAF
//! (RFC draft-irtf-cfrg-vdaf). Code outside this module never asks which kind it is.
//!
//! The server is the leader, the analyst the helper:
//!
//! | step | who | |
//! |---|---|---|
//! | [`Scheme::shard`] | party | measurement -> public part, server's and analyst's input share |
//! | [`Scheme::leader_init`] | server | input share -> state, verifier share |
//! | [`Scheme::helper_verify`] | analyst | input share, verifier share -> output share, verifier message |
//! | [`Scheme::leader_next`] | server | state, verifier message -> output share |
//! | [`Scheme::accumulate`] | both | output shares -> aggregate share |
//! | [`Scheme::release`] | both | aggregate share -> what is released of it |
//! | [`Scheme::unshard`] | analyst | what both release -> aggregate |
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod aggregation;
pub mod circuit;
mod error;
pub mod form;
pub mod groups;
pub mod merging;
mod population;
mod rejection;
mod settings;
mod share;
pub mod sum;
mod summary;

use std::fmt;

use num_bigint::BigInt;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};

pub use self::error::{KindError, MeasurementError};
use self::form::{FormParameters, FormScheme};
use self::groups::Groups;
use self::merging::Merging;
pub use self::population::{Population, Present};
pub use self::rejection::Rejection;
pub use self::settings::{Difference, KindSettings};
pub use self::share::{
    Aggregate, AggregateShare, InputShares, LeaderState, OutputShare, PresenceShare, ReleasedShare,
};
use self::share::{Output, State};
use self::sum::{Sum, SumParameters};
pub use self::summary::{ResultOf, Summary};
use crate::crypto::{Analyst, BoxKeyPair, Server};
use crate::form::{Answers, Form};
use crate::ids::{Fingerprint, Nonce, SubmissionId};

/// The part of a manifest that says what is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// One whole number from each party; nothing about it is proved.
    Sum(SumParameters),
    /// A form; everything that counts is proved.
    Form(Box<FormParameters>),
}

impl Kind {
    /// Fewest parties of a result where nothing else is asked for.
    #[must_use]
    pub fn min_parties(&self) -> u64 {
        match self {
            Self::Sum(_) => 1,
            Self::Form(parameters) => parameters.form.min_parties(),
        }
    }
}

/// An input party's data before sharing.
#[derive(Clone, PartialEq, Eq)]
pub enum Measurement {
    /// For a sum.
    Number(BigInt),
    /// For a form.
    Answers(Box<Answers>),
}

impl fmt::Debug for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measurement(..)")
    }
}

/// What a proof is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'a> {
    /// The computation.
    pub fingerprint: &'a Fingerprint,
    /// The submission.
    pub submission_id: &'a SubmissionId,
}

/// Lengths in bytes that are the same for every submission of a computation, so that length tells
/// nothing and one wrong length is an error before anything is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// What both sides read in clear.
    pub public_part: usize,
    /// The server's input share.
    pub server_share: usize,
    /// The analyst's input share.
    pub analyst_share: usize,
    /// From the server to the analyst, for each submission.
    pub verifier_share: usize,
    /// From the analyst to the server, for each submission that it accepts.
    pub verifier_message: usize,
    /// About what the server keeps of a submission between its two turns.
    pub leader_state: usize,
    /// One side's sum of everything.
    pub aggregate_share: usize,
    /// The aggregate.
    pub aggregate: usize,
}

/// A computation's kind with its parameters, ready to work. Pure functions: it may be used from any
/// number of threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// For [`Kind::Sum`].
    Sum(Sum),
    /// For [`Kind::Form`].
    Form(FormScheme),
}

impl Scheme {
    /// Checks the parameters of a kind.
    pub fn new(kind: &Kind) -> Result<Self, KindError> {
        match kind {
            Kind::Sum(parameters) => Sum::new(parameters).map(Self::Sum),
            Kind::Form(parameters) => FormScheme::new(parameters).map(Self::Form),
        }
    }

    /// The same with what only the server knows; only so it can verify.
    pub fn for_server(&self, keys: &BoxKeyPair<Server>) -> Result<Self, KindError> {
        match self {
            Self::Sum(_) => Ok(self.clone()),
            Self::Form(form) => {
                let form = form.for_server(keys).ok_or(KindError::VerifyKey)?;
                Ok(Self::Form(form))
            }
        }
    }

    /// The same with what only the analyst knows; only so it can verify.
    pub fn for_analyst(
        &self,
        keys: &BoxKeyPair<Analyst>,
        nonce: &Nonce,
    ) -> Result<Self, KindError> {
        match self {
            Self::Sum(_) => Ok(self.clone()),
            Self::Form(form) => {
                let form = form.for_analyst(keys, nonce).ok_or(KindError::VerifyKey)?;
                Ok(Self::Form(form))
            }
        }
    }

    /// The form that is asked, if it is one.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        match self {
            Self::Sum(_) => None,
            Self::Form(form) => Some(form.form()),
        }
    }

    /// About how many bytes it has in memory.
    #[must_use]
    pub fn footprint(&self) -> usize {
        match self {
            Self::Sum(_) => size_of::<Self>(),
            Self::Form(form) => form.footprint(),
        }
    }

    /// The groups of parties that have results of their own.
    #[must_use]
    pub fn groups(&self) -> Groups {
        match self {
            Self::Sum(_) => Groups::new(&[]),
            Self::Form(form) => form.groups(),
        }
    }

    /// Fewest parties of a group smaller than all; nothing where there is none.
    #[must_use]
    pub fn min_cohort(&self) -> Option<u64> {
        match self {
            Self::Sum(_) => None,
            Self::Form(form) => Some(form.form().min_cohort()),
        }
    }

    /// Which options of the dimensions may be merged.
    #[must_use]
    pub fn merging(&self) -> Merging {
        match self {
            Self::Sum(_) => Merging::default(),
            Self::Form(form) => form.merging(),
        }
    }

    /// How many parts that may be left empty are released only where enough gave them.
    #[must_use]
    pub fn parts(&self) -> usize {
        match self {
            Self::Sum(_) => 0,
            Self::Form(form) => form.parts(),
        }
    }

    /// Whether it must be counted who gave these parts, since no submission shows it.
    #[must_use]
    pub fn counts_presence(&self) -> bool {
        self.parts() > 0 && !self.form().is_some_and(Form::shows_presence)
    }

    /// Fewest parties that must have given a part that may be left empty; nothing where there are no
    /// such parts.
    #[must_use]
    pub fn min_cell(&self) -> Option<u64> {
        let form = self.form()?;
        (self.parts() > 0).then(|| form.min_cell())
    }

    /// The cohort that a submission's public part names; nothing if the computation has it not.
    #[must_use]
    pub fn cohort(&self, public_part: &[u8]) -> Option<u32> {
        match self {
            Self::Sum(_) => Some(0),
            Self::Form(form) => form.cohort(public_part),
        }
    }

    /// The lengths of everything that is stored or sent.
    #[must_use]
    pub fn lengths(&self) -> Lengths {
        match self {
            Self::Sum(sum) => sum.lengths(),
            Self::Form(form) => form.lengths(),
        }
    }

    /// Whether a measurement may be submitted.
    pub fn check(&self, measurement: &Measurement) -> Result<(), MeasurementError> {
        match (self, measurement) {
            (Self::Sum(sum), Measurement::Number(number)) => sum.check(number),
            (Self::Form(form), Measurement::Answers(answers)) => form.check(answers),
            _ => Err(self.other_kind()),
        }
    }

    fn other_kind(&self) -> MeasurementError {
        MeasurementError::OtherKind(match self {
            Self::Sum(_) => "one whole number",
            Self::Form(_) => "the answers to a form",
        })
    }

    /// Splits a measurement. A form's randomness comes from the operating system, whatever `rng`
    /// is: the proof system draws its own.
    pub fn shard(
        &self,
        measurement: &Measurement,
        at: Instance<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<InputShares, MeasurementError> {
        match (self, measurement) {
            (Self::Sum(sum), Measurement::Number(number)) => sum.shard(number, rng),
            (Self::Form(form), Measurement::Answers(answers)) => form.shard(answers, at),
            _ => Err(self.other_kind()),
        }
    }

    /// Whether the server's share can be used: what the server asks before it stores a submission.
    pub fn check_share(&self, public_part: &[u8], share: &[u8]) -> Result<(), Rejection> {
        match self {
            Self::Sum(sum) => match sum.decode(share) {
                Some(_) => Ok(()),
                None => Err(Rejection::ServerShareMalformed),
            },
            Self::Form(form) => form.check_share(public_part, share),
        }
    }

    /// The leader's first turn.
    pub fn leader_init(
        &self,
        at: Instance<'_>,
        public_part: &[u8],
        share: &[u8],
    ) -> Result<(LeaderState, Vec<u8>), Rejection> {
        match self {
            Self::Sum(sum) => {
                let residue = sum.decode(share).ok_or(Rejection::ServerShareMalformed)?;
                Ok((LeaderState(State::Sum(residue)), Vec::new()))
            }
            Self::Form(form) => {
                let (state, verifier) = form.leader_init(at, public_part, share)?;
                Ok((LeaderState(State::Form(Box::new(state))), verifier))
            }
        }
    }

    /// The helper's only turn.
    pub fn helper_verify(
        &self,
        at: Instance<'_>,
        public_part: &[u8],
        share: &[u8],
        verifier_share: &[u8],
    ) -> Result<(OutputShare, Vec<u8>), Rejection> {
        match self {
            Self::Sum(sum) => {
                let residue = sum.decode(share).ok_or(Rejection::AnalystShareMalformed)?;
                Ok((OutputShare(Output::Sum(residue)), Vec::new()))
            }
            Self::Form(form) => {
                let (output, message) =
                    form.helper_verify(at, public_part, share, verifier_share)?;
                Ok((OutputShare(Output::Form(output)), message))
            }
        }
    }

    /// The leader's second turn, for a submission that the helper accepted.
    pub fn leader_next(
        &self,
        fingerprint: &Fingerprint,
        state: LeaderState,
        verifier_message: &[u8],
    ) -> Result<OutputShare, Rejection> {
        match (self, state.0) {
            // A sum has nothing to verify.
            (Self::Sum(_), State::Sum(residue)) => Ok(OutputShare(Output::Sum(residue))),
            (Self::Form(form), State::Form(state)) => {
                let output = form.leader_next(fingerprint, *state, verifier_message)?;
                Ok(OutputShare(Output::Form(output)))
            }
            _ => Err(Rejection::VerifierMessageRejected),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let measurement = Measurement::Number(424_242.into());
        assert!(!format!("{measurement:?}").contains("42"));
        let scheme = Scheme::new(&Kind::Sum(SumParameters::default())).unwrap();
        let aggregate = scheme.decode_aggregate(&[7; 24]).unwrap();
        let shown = format!("{aggregate:?} {:?}", scheme.aggregate_init());
        assert!(
            shown.contains("Aggregate(") && shown.contains("Residue(..)"),
            "{shown}"
        );
        let summary = scheme.summarise(&aggregate);
        assert!(!format!("{summary:?}").contains(&summary.sum().unwrap().to_string()));
    }
}
