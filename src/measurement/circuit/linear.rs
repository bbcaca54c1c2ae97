//! Linear combinations over an encoded measurement.

use prio::field::{Field128, FieldElement};

/// A linear combination of places of the encoded measurement, and a constant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linear {
    /// Place and factor.
    terms: Vec<(usize, Field128)>,
    pub(super) constant: Field128,
}

impl Linear {
    /// The measurement's element at a place.
    #[must_use]
    pub fn element(place: usize) -> Self {
        Self::scaled(place, Field128::one())
    }

    /// The same, times a factor.
    #[must_use]
    pub fn scaled(place: usize, factor: Field128) -> Self {
        Self {
            terms: vec![(place, factor)],
            constant: Field128::zero(),
        }
    }

    /// A number that does not depend on the measurement.
    #[must_use]
    pub fn constant(constant: Field128) -> Self {
        Self {
            terms: Vec::new(),
            constant,
        }
    }

    /// The sum of elements, each times a factor.
    #[must_use]
    pub fn weighted(terms: impl IntoIterator<Item = (usize, Field128)>) -> Self {
        Self {
            terms: terms.into_iter().collect(),
            constant: Field128::zero(),
        }
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.terms.extend_from_slice(&other.terms);
        self.constant += other.constant;
        self
    }

    /// Every factor and the constant times a factor.
    #[must_use]
    pub fn times(mut self, factor: Field128) -> Self {
        for (_, weight) in &mut self.terms {
            *weight *= factor;
        }
        self.constant *= factor;
        self
    }

    /// The difference of both.
    #[must_use]
    pub fn minus(self, other: &Self) -> Self {
        self.plus(&other.clone().times(-Field128::one()))
    }

    /// Its value, or its share of it: `part` is 1 divided by the number of shares.
    pub(super) fn evaluate(&self, input: &[Field128], part: Field128) -> Field128 {
        let mut sum = self.constant * part;
        for (place, factor) in &self.terms {
            if let Some(element) = input.get(*place) {
                sum += *element * *factor;
            }
        }
        sum
    }

    /// Bytes in memory.
    pub(super) fn footprint(&self) -> usize {
        let terms = self.terms.capacity();
        let terms = terms.saturating_mul(size_of::<(usize, Field128)>());
        terms.saturating_add(size_of::<Self>())
    }

    pub(super) fn reaches(&self, len: usize) -> bool {
        self.terms.iter().any(|(place, _)| *place >= len)
    }
}
