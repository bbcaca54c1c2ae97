//! What passes between the steps of a computation: shares, states and aggregates. `Debug` shows
//! nothing of their values.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Population;
use super::form::{FormOutput, FormState, Sums};
use crate::ids::Blob;
use crate::shares::Residue;

/// What [`Scheme::shard`](super::Scheme::shard) makes of a measurement.
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
pub struct LeaderState(pub(super) State);

#[derive(Debug, Clone)]
pub(super) enum State {
    Sum(Residue),
    Form(Box<FormState>),
}

/// One side's share of a submission's contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputShare(pub(super) Output);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Output {
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
pub struct AggregateShare(pub(super) Repr);

/// One side's share of presence counts: for each cohort and each part that may be left empty one
/// element of 16 bytes, little-endian; zeros for a cohort that has too few parties.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceShare(pub Blob);

impl fmt::Debug for PresenceShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresenceShare(..)")
    }
}

/// What one side releases of its aggregate share: the sums of what is neither suppressed nor hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedShare(pub(super) Repr);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Repr {
    Residue(Residue),
    Sums(Sums),
}

/// What the analyst learns.
#[derive(Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Whose it is.
    pub population: Population,
    pub(super) values: Repr,
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aggregate({} parties, ..)", self.population.parties)
    }
}
