//! A result as people read it.

use std::fmt;

use num_bigint::BigInt;

use crate::form::report::Report;

/// A result as people read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many submissions are in it.
    pub parties: u64,
    /// What comes out.
    pub result: ResultOf,
}

/// What comes out of a computation.
#[derive(Clone, PartialEq, Eq)]
pub enum ResultOf {
    /// The sum.
    Sum(BigInt),
    /// Groups and their figures.
    Form(Box<Report>),
}

impl Summary {
    /// The sum, of a computation that is one.
    #[must_use]
    pub fn sum(&self) -> Option<&BigInt> {
        match &self.result {
            ResultOf::Sum(sum) => Some(sum),
            ResultOf::Form(_) => None,
        }
    }
}

impl fmt::Debug for ResultOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResultOf(..)")
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Summary({} parties, ..)", self.parties)
    }
}
