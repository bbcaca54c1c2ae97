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

pub mod circuit;
mod error;
pub mod form;
pub mod groups;
mod population;
mod rejection;
mod settings;
pub mod sum;
mod summary;

use std::fmt;

use num_bigint::BigInt;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::error::{KindError, MeasurementError};
use self::form::{FormOutput, FormParameters, FormScheme, FormState, Sums};
use self::groups::Groups;
pub use self::population::{Population, Present};
pub use self::rejection::Rejection;
pub use self::settings::{Difference, KindSettings};
use self::sum::{Sum, SumParameters};
pub use self::summary::{ResultOf, Summary};
use crate::crypto::{Analyst, BoxKeyPair, Server};
use crate::form::{Answers, Form};
use crate::ids::{Blob, Fingerprint, Nonce, SubmissionId};
use crate::shares::Residue;

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
pub struct LeaderState(State);

#[derive(Debug, Clone)]
enum State {
    Sum(Residue),
    Form(Box<FormState>),
}

/// One side's share of a submission's contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputShare(Output);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Output {
    Sum(Residue),
    Form(FormOutput),
}

impl OutputShare {
    /// The number of the party's cohort; 0 where there are none.
    #[must_use]
    pub fn cohort(&self) -> usize {
        match &self.0 {
            Output::Sum(_) => 0,
            Output::Form(output) => usize::try_from(output.cohort).unwrap_or(usize::MAX),
        }
    }
}

/// One side's sum of output shares, for each cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateShare(Repr);

/// One side's share of presence counts: for each cohort, zeros where it has too few parties, and each part that may be left empty, one
/// element of 16 bytes, little-endian.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceShare(pub Blob);

impl fmt::Debug for PresenceShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresenceShare(..)")
    }
}

/// What one side releases of its aggregate share: the sums of what is neither suppressed nor hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedShare(Repr);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Residue(Residue),
    Sums(Sums),
}

/// What the analyst learns.
#[derive(Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Whose it is.
    pub population: Population,
    values: Repr,
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aggregate({} parties, ..)", self.population.parties)
    }
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

    /// How many parts that may be left empty are counted before they are released; 0 where none are.
    #[must_use]
    pub fn counted_parts(&self) -> usize {
        match self {
            Self::Sum(_) => 0,
            Self::Form(form) => form.counted_parts(),
        }
    }

    /// Fewest parties that must have given a part that may be left empty; nothing where those are
    /// not counted.
    #[must_use]
    pub fn min_cell(&self) -> Option<u64> {
        let form = self.form()?;
        (self.counted_parts() > 0).then(|| form.min_cell())
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

    /// The aggregate share of nothing.
    #[must_use]
    pub fn aggregate_init(&self) -> AggregateShare {
        match self {
            Self::Sum(sum) => AggregateShare(Repr::Residue(sum.zero())),
            Self::Form(_) => AggregateShare(Repr::Sums(Sums::default())),
        }
    }

    /// Adds one output share.
    pub fn accumulate(&self, aggregate: &mut AggregateShare, output: &OutputShare) {
        match (self, &mut aggregate.0, &output.0) {
            (Self::Sum(sum), Repr::Residue(to), Output::Sum(residue)) => *to = sum.add(to, residue),
            (Self::Form(_), Repr::Sums(to), Output::Form(output)) => to.push(output),
            _ => {}
        }
    }

    /// Adds the aggregate share of another part of the batch.
    pub fn merge(&self, aggregate: &mut AggregateShare, other: &AggregateShare) {
        self.add(&mut aggregate.0, &other.0);
    }

    fn add(&self, to: &mut Repr, other: &Repr) {
        match (self, to, other) {
            (Self::Sum(sum), Repr::Residue(to), Repr::Residue(other)) => *to = sum.add(to, other),
            (Self::Form(_), Repr::Sums(to), Repr::Sums(other)) => to.merge(other),
            _ => {}
        }
    }

    /// One side's share of how many gave each part that may be left empty, of each cohort that has
    /// enough parties.
    #[must_use]
    pub fn presence_share(&self, share: &AggregateShare, population: &Population) -> PresenceShare {
        PresenceShare(Blob(match (self, &share.0) {
            (Self::Form(form), Repr::Sums(cohorts)) => form.presence(cohorts, population),
            _ => Vec::new(),
        }))
    }

    /// For each part that may be left empty how many of each cohort gave it, from both sides'
    /// shares; nothing if they are not the shares of counts that are possible in the population.
    #[must_use]
    pub fn presence_counts(
        &self,
        ours: &PresenceShare,
        theirs: &PresenceShare,
        population: &Population,
    ) -> Option<Vec<Vec<Present>>> {
        match self {
            Self::Sum(_) => Some(Vec::new()),
            Self::Form(form) => form.presence_counts(&ours.0.0, &theirs.0.0, population),
        }
    }

    /// The sums of what is neither suppressed nor hidden.
    #[must_use]
    pub fn release(&self, share: &AggregateShare, population: &Population) -> ReleasedShare {
        ReleasedShare(match (self, &share.0) {
            (Self::Form(form), Repr::Sums(cohorts)) => {
                Repr::Sums(form.release(cohorts, population))
            }
            (_, whole) => whole.clone(),
        })
    }

    /// The bytes that the server releases: of the same length whatever is suppressed.
    #[must_use]
    pub fn encode_released(&self, share: &ReleasedShare) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.encode(&share.0))
    }

    /// Reads what [`Self::encode_released`] wrote.
    #[must_use]
    pub fn decode_released(&self, bytes: &[u8]) -> Option<ReleasedShare> {
        self.decode(bytes).map(ReleasedShare)
    }

    /// Whether what the other side released has nothing of what is suppressed or hidden, and agrees
    /// with what it said of presence before.
    #[must_use]
    pub fn keeps(
        &self,
        share: &ReleasedShare,
        population: &Population,
        presence: &PresenceShare,
    ) -> bool {
        match (self, &share.0) {
            (Self::Form(form), Repr::Sums(sums)) => form.keeps(sums, population, &presence.0.0),
            // All of a sum is released.
            _ => true,
        }
    }

    /// Puts together what both sides released.
    #[must_use]
    pub fn unshard(
        &self,
        server: &ReleasedShare,
        analyst: &ReleasedShare,
        population: Population,
    ) -> Aggregate {
        let mut values = server.0.clone();
        self.add(&mut values, &analyst.0);
        if let Repr::Sums(sums) = &mut values {
            sums.forget_zeros();
        }
        Aggregate { population, values }
    }

    /// The population ([`Population`]) and the values. Always of the same length.
    #[must_use]
    pub fn encode_aggregate(&self, aggregate: &Aggregate) -> Zeroizing<Vec<u8>> {
        let population = &aggregate.population;
        let mut bytes = Zeroizing::new(population.encode(&self.groups(), self.counted_parts()));
        bytes.extend_from_slice(&Zeroizing::new(self.encode(&aggregate.values)));
        bytes
    }

    /// Reads what [`Self::encode_aggregate`] wrote.
    #[must_use]
    pub fn decode_aggregate(&self, bytes: &[u8]) -> Option<Aggregate> {
        let (groups, parts) = (self.groups(), self.counted_parts());
        let (population, values) = Population::decode(bytes, &groups, parts)?;
        Some(Aggregate {
            population,
            values: self.decode(values)?,
        })
    }

    /// The result as people read it.
    #[must_use]
    pub fn summarise(&self, aggregate: &Aggregate) -> Summary {
        let parties = aggregate.population.parties;
        let result = match (self, &aggregate.values) {
            (Self::Form(form), Repr::Sums(sums)) => {
                ResultOf::Form(Box::new(form.report(sums, &aggregate.population)))
            }
            (Self::Sum(sum), Repr::Residue(residue)) => ResultOf::Sum(sum.interpret(residue)),
            // Nothing makes an aggregate of another kind than its scheme.
            _ => ResultOf::Sum(BigInt::ZERO),
        };
        Summary { parties, result }
    }

    /// What everybody should know about the result before relying on it.
    #[must_use]
    pub fn caveat(&self, max_parties: u64) -> Option<String> {
        match self {
            Self::Sum(sum) => sum.caveat(max_parties),
            Self::Form(form) => form.caveat(),
        }
    }

    fn encode(&self, values: &Repr) -> Vec<u8> {
        match (self, values) {
            (Self::Sum(sum), Repr::Residue(residue)) => sum.encode(residue),
            (Self::Form(form), Repr::Sums(sums)) => form.encode(sums),
            _ => Vec::new(),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<Repr> {
        match self {
            Self::Sum(sum) => sum.decode(bytes).map(Repr::Residue),
            Self::Form(form) => form.decode(bytes).map(Repr::Sums),
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
