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
//! | [`Scheme::unshard`] | analyst | both aggregate shares -> aggregate |
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

pub mod circuit;
mod rejection;
mod settings;
pub mod sum;

use std::fmt;

use num_bigint::BigInt;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::rejection::Rejection;
pub use self::settings::{Difference, KindSettings};
use self::sum::{Sum, SumParameters};
use crate::ids::SubmissionId;
use crate::shares::Residue;

/// The part of a manifest that says what is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// One whole number from each party; nothing about it is proved.
    Sum(SumParameters),
}

/// An input party's data before sharing.
#[derive(Clone, PartialEq, Eq)]
pub enum Measurement {
    /// For a sum.
    Number(BigInt),
}

impl fmt::Debug for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measurement(..)")
    }
}

/// A measurement does not fit its computation. The measurement itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasurementError {
    /// Outside the bounds of the manifest.
    #[error("the value is outside the range of this computation, {min} to {max}")]
    OutOfRange {
        /// Least allowed value.
        min: BigInt,
        /// Largest allowed value.
        max: BigInt,
    },
}

/// The parameters of a kind contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// The bounds of the inputs.
    #[error("the input bounds must satisfy {least} <= min <= max <= {most} for this modulus")]
    Bounds {
        /// The least value that the modulus can tell from others.
        least: BigInt,
        /// The largest.
        most: BigInt,
    },
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
    /// One side's sum of everything.
    pub aggregate_share: usize,
    /// The aggregate.
    pub aggregate: usize,
}

/// What [`Scheme::shard`] makes of a measurement.
#[derive(Clone, PartialEq, Eq)]
pub struct InputShares {
    /// What both sides read in clear.
    pub public_part: Vec<u8>,
    /// For the server.
    pub server: Zeroizing<Vec<u8>>,
    /// For the analyst.
    pub analyst: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for InputShares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InputShares(..)")
    }
}

/// What the server remembers of a submission between its two turns.
#[derive(Debug, Clone)]
pub struct LeaderState(OutputShare);

/// One side's share of a submission's contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputShare(Repr);

impl OutputShare {
    /// In which cohort the submission is; 0 where there are none.
    #[must_use]
    pub fn cohort(&self) -> usize {
        match self.0 {
            Repr::Residue(_) => 0,
        }
    }
}

/// One side's sum of output shares, for each cohort; once released, for each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateShare(Repr);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Residue(Residue),
}

/// What the analyst learns.
#[derive(Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// How many submissions it sums.
    pub parties: u64,
    values: Repr,
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aggregate({} parties, ..)", self.parties)
    }
}

/// A computation's kind with its parameters, ready to work. Pure functions: it may be used from any
/// number of threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// For [`Kind::Sum`].
    Sum(Sum),
}

impl Scheme {
    /// Checks the parameters of a kind.
    pub fn new(kind: &Kind) -> Result<Self, KindError> {
        match kind {
            Kind::Sum(parameters) => Sum::new(parameters).map(Self::Sum),
        }
    }

    /// The lengths of everything that is stored or sent.
    #[must_use]
    pub fn lengths(&self) -> Lengths {
        match self {
            Self::Sum(sum) => sum.lengths(),
        }
    }

    /// How many options each way to group the parties has; none, one or two.
    #[must_use]
    pub fn dimensions(&self) -> Vec<usize> {
        match self {
            Self::Sum(_) => vec![],
        }
    }

    /// How many parties a released group must have, if not as many as all together.
    #[must_use]
    pub fn min_cohort(&self) -> Option<u64> {
        match self {
            Self::Sum(_) => None,
        }
    }

    /// Whether a measurement may be submitted.
    pub fn check(&self, measurement: &Measurement) -> Result<(), MeasurementError> {
        match (self, measurement) {
            (Self::Sum(sum), Measurement::Number(number)) => sum.check(number),
        }
    }

    /// Splits a measurement. `id` is the nonce that a proof is bound to.
    pub fn shard(
        &self,
        measurement: &Measurement,
        _id: &SubmissionId,
        rng: &mut impl CryptoRng,
    ) -> Result<InputShares, MeasurementError> {
        match (self, measurement) {
            (Self::Sum(sum), Measurement::Number(number)) => sum.shard(number, rng),
        }
    }

    /// The leader's first turn. Also what the server asks before it stores a submission: whatever
    /// fails here is refused at once.
    pub fn leader_init(
        &self,
        _id: &SubmissionId,
        _public_part: &[u8],
        share: &[u8],
    ) -> Result<(LeaderState, Vec<u8>), Rejection> {
        match self {
            Self::Sum(sum) => {
                let residue = sum.decode(share).ok_or(Rejection::ServerShareMalformed)?;
                Ok((LeaderState(OutputShare(Repr::Residue(residue))), Vec::new()))
            }
        }
    }

    /// The helper's only turn.
    pub fn helper_verify(
        &self,
        _id: &SubmissionId,
        _public_part: &[u8],
        share: &[u8],
        _verifier_share: &[u8],
    ) -> Result<(OutputShare, Vec<u8>), Rejection> {
        match self {
            Self::Sum(sum) => {
                let residue = sum.decode(share).ok_or(Rejection::AnalystShareMalformed)?;
                Ok((OutputShare(Repr::Residue(residue)), Vec::new()))
            }
        }
    }

    /// The leader's second turn, for a submission that the helper accepted.
    pub fn leader_next(
        &self,
        state: LeaderState,
        _verifier_message: &[u8],
    ) -> Result<OutputShare, Rejection> {
        match self {
            // A sum has nothing to verify.
            Self::Sum(_) => Ok(state.0),
        }
    }

    /// The aggregate share of nothing.
    #[must_use]
    pub fn aggregate_init(&self) -> AggregateShare {
        match self {
            Self::Sum(sum) => AggregateShare(Repr::Residue(sum.zero())),
        }
    }

    /// Adds one output share.
    pub fn accumulate(&self, aggregate: &mut AggregateShare, output: &OutputShare) {
        self.add(&mut aggregate.0, &output.0);
    }

    /// Adds the aggregate share of another part of the batch.
    pub fn merge(&self, aggregate: &mut AggregateShare, other: &AggregateShare) {
        self.add(&mut aggregate.0, &other.0);
    }

    fn add(&self, to: &mut Repr, other: &Repr) {
        match (self, to, other) {
            (Self::Sum(sum), Repr::Residue(to), Repr::Residue(other)) => *to = sum.add(to, other),
        }
    }

    /// The bytes that the server releases: its totals of `groups`, each given by its cohorts. A sum
    /// has one group, all parties.
    #[must_use]
    pub fn encode_aggregate_share(
        &self,
        share: &AggregateShare,
        _groups: &[Vec<usize>],
    ) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.encode(&share.0))
    }

    /// Reads what [`Self::encode_aggregate_share`] wrote of as many groups.
    #[must_use]
    pub fn decode_aggregate_share(
        &self,
        bytes: &[u8],
        _groups: &[Vec<usize>],
    ) -> Option<AggregateShare> {
        self.decode(bytes).map(AggregateShare)
    }

    /// Puts the server's released totals of `groups` and the analyst's aggregate share together.
    #[must_use]
    pub fn unshard(
        &self,
        server: &AggregateShare,
        analyst: &AggregateShare,
        parties: u64,
        _groups: &[Vec<usize>],
    ) -> Aggregate {
        let mut values = server.0.clone();
        self.add(&mut values, &analyst.0);
        Aggregate { parties, values }
    }

    /// `parties` (8 bytes, big-endian) and the values, always of the same length.
    #[must_use]
    pub fn encode_aggregate(&self, aggregate: &Aggregate) -> Zeroizing<Vec<u8>> {
        let parties = aggregate.parties.to_be_bytes();
        Zeroizing::new([&parties[..], &self.encode(&aggregate.values)].concat())
    }

    /// Reads what [`Self::encode_aggregate`] wrote of as many groups.
    #[must_use]
    pub fn decode_aggregate(&self, bytes: &[u8], _groups: &[Vec<usize>]) -> Option<Aggregate> {
        let (parties, values) = bytes.split_first_chunk::<8>()?;
        Some(Aggregate {
            parties: u64::from_be_bytes(*parties),
            values: self.decode(values)?,
        })
    }

    /// The result as people read it.
    #[must_use]
    pub fn summarise(&self, aggregate: &Aggregate) -> Summary {
        match (self, &aggregate.values) {
            (Self::Sum(sum), Repr::Residue(residue)) => Summary {
                parties: aggregate.parties,
                sum: sum.interpret(residue),
            },
        }
    }

    /// What everybody should know about the result before relying on it.
    #[must_use]
    pub fn caveat(&self, max_parties: u64) -> Option<String> {
        match self {
            Self::Sum(sum) => sum.caveat(max_parties),
        }
    }

    fn encode(&self, values: &Repr) -> Vec<u8> {
        match (self, values) {
            (Self::Sum(sum), Repr::Residue(residue)) => sum.encode(residue),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<Repr> {
        match self {
            Self::Sum(sum) => sum.decode(bytes).map(Repr::Residue),
        }
    }
}

/// A result as people read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many submissions it sums.
    pub parties: u64,
    /// The sum.
    pub sum: BigInt,
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Summary({} parties, ..)", self.parties)
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
        let aggregate = scheme.decode_aggregate(&[7; 24], &[vec![0]]).unwrap();
        let shown = format!("{aggregate:?} {:?}", scheme.aggregate_init());
        assert!(
            shown.contains("Aggregate(") && shown.contains("Residue(..)"),
            "{shown}"
        );
        let summary = scheme.summarise(&aggregate);
        assert!(!format!("{summary:?}").contains(&summary.sum.to_string()));
    }
}
