//! What submissions add up to.

use std::collections::BTreeMap;
use std::fmt;

use prio::field::{Field128, FieldElement};

/// One side's share of what one submission adds.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::measurement) struct FormOutput {
    pub(in crate::measurement) cohort: u32,
    pub(super) elements: Vec<Field128>,
    /// Whether each part was given, where that stands in clear.
    pub(super) presence: Vec<bool>,
}

impl fmt::Debug for FormOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormOutput(..)")
    }
}

/// Sums of outputs, for each cohort or group that has any.
#[derive(Clone, PartialEq, Eq, Default)]
pub(in crate::measurement) struct Sums {
    pub(super) elements: BTreeMap<u32, Vec<Field128>>,
    /// How many of each cohort gave each part, where that stands in clear: no share, but the counts.
    pub(super) present: BTreeMap<u32, Vec<u64>>,
}

impl fmt::Debug for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sums(..)")
    }
}

impl Sums {
    pub(super) fn add(&mut self, place: u32, elements: &[Field128]) {
        let zeros = || vec![Field128::zero(); elements.len()];
        let sums = self.elements.entry(place).or_insert_with(zeros);
        for (sum, element) in sums.iter_mut().zip(elements) {
            *sum += *element;
        }
    }

    fn count(&mut self, place: u32, more: impl ExactSizeIterator<Item = u64>) {
        if more.len() == 0 {
            return;
        }
        let zeros = || vec![0; more.len()];
        let counts = self.present.entry(place).or_insert_with(zeros);
        for (count, more) in counts.iter_mut().zip(more) {
            *count = count.saturating_add(more);
        }
    }

    /// The same with each cohort's sums in another place.
    pub(super) fn moved(&self, to: impl Fn(u32) -> u32) -> Self {
        let mut moved = Self::default();
        for (place, elements) in &self.elements {
            moved.add(to(*place), elements);
        }
        for (place, counts) in &self.present {
            moved.count(to(*place), counts.iter().copied());
        }
        moved
    }

    /// Leaves out what has only zeros, as reading does: every aggregate has one spelling.
    pub(in crate::measurement) fn forget_zeros(&mut self) {
        let zero = Field128::zero();
        self.elements
            .retain(|_, sums| sums.iter().any(|element| *element != zero));
    }

    pub(in crate::measurement) fn merge(&mut self, other: &Self) {
        for (place, elements) in &other.elements {
            self.add(*place, elements);
        }
        for (place, counts) in &other.present {
            self.count(*place, counts.iter().copied());
        }
    }

    pub(in crate::measurement) fn push(&mut self, output: &FormOutput) {
        self.add(output.cohort, &output.elements);
        let given = output.presence.iter();
        self.count(output.cohort, given.map(|given| u64::from(*given)));
    }
}
