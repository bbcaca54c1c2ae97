//! What submissions add up to.

use std::collections::BTreeMap;
use std::fmt;

use prio::field::{Field128, FieldElement};

/// One side's share of what one submission adds.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::measurement) struct FormOutput {
    pub(in crate::measurement) cohort: u32,
    pub(super) elements: Vec<Field128>,
}

impl fmt::Debug for FormOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormOutput(..)")
    }
}

/// Sums of outputs, for each cohort or group that has any.
#[derive(Clone, PartialEq, Eq, Default)]
pub(in crate::measurement) struct Sums(pub(super) BTreeMap<u32, Vec<Field128>>);

impl fmt::Debug for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sums(..)")
    }
}

impl Sums {
    pub(super) fn add(&mut self, place: u32, elements: &[Field128]) {
        let zeros = || vec![Field128::zero(); elements.len()];
        let sums = self.0.entry(place).or_insert_with(zeros);
        for (sum, element) in sums.iter_mut().zip(elements) {
            *sum += *element;
        }
    }

    /// Leaves out what has only zeros, as reading does: every aggregate has one spelling.
    pub(in crate::measurement) fn forget_zeros(&mut self) {
        let zero = Field128::zero();
        self.0
            .retain(|_, sums| sums.iter().any(|element| *element != zero));
    }

    pub(in crate::measurement) fn merge(&mut self, other: &Self) {
        for (place, elements) in &other.0 {
            self.add(*place, elements);
        }
    }

    pub(in crate::measurement) fn push(&mut self, output: &FormOutput) {
        self.add(output.cohort, &output.elements);
    }
}
