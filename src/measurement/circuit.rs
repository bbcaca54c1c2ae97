//! The validity circuit of forms: one generic circuit of degree 2, in the words of Prio3
//! (draft-irtf-cfrg-vdaf, section 7; crate `prio`).
//!
//! A circuit is a list of **rows** over the encoded measurement x, and a list of **outputs**:
//!
//! - a product row `a * b = c`,
//! - a zero row `l = 0`,
//! - an output `o`, which is what is added up,
//!
//! where a, b, c, l are linear in x with a constant, and o is linear in x without one. Two sides that
//! hold shares of x evaluate every linear combination on their own share; a constant is divided by
//! the number of shares, so that the shares of a combination add up to it once.
//!
//! All rows are checked at once: with joint randomness r the circuit's single output is
//!
//! ```text
//! sum over product rows j in chunk i at place k of  r_i^(k+1) * (a_j * b_j - c_j)
//!   + sum over zero rows m of  s^(m+1) * l_m
//! ```
//!
//! It is a polynomial in the randomness that vanishes only if every row holds, but for a chance of
//! at most (number of rows) / 2^128. The products are computed by Prio's own gadget, a parallel sum
//! of multiplications.
//!
//! The order of rows is part of what both sides agree on: it decides the proof.

use std::sync::Arc;

use prio::field::{Field128, FieldElement};
use prio::flp::gadgets::{Mul, ParallelSum, ParallelSumGadget};
use prio::flp::{Flp, FlpError, Gadget, Type};
use prio::vdaf::prio3::optimal_chunk_length;

/// A linear combination of places of the encoded measurement, and a constant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linear {
    /// Place and factor.
    terms: Vec<(usize, Field128)>,
    constant: Field128,
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
    fn evaluate(&self, input: &[Field128], part: Field128) -> Field128 {
        let mut sum = self.constant * part;
        for (place, factor) in &self.terms {
            if let Some(element) = input.get(*place) {
                sum += *element * *factor;
            }
        }
        sum
    }

    fn reaches(&self, len: usize) -> bool {
        self.terms.iter().any(|(place, _)| *place >= len)
    }
}

/// `a * b = c`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// First factor.
    pub a: Linear,
    /// Second factor.
    pub b: Linear,
    /// What they must make.
    pub c: Linear,
}

/// Most rows: a form of 10,000 cells fits, and no length overflows.
pub const MAX_ROWS: usize = 1 << 20;

/// A circuit cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CircuitError {
    /// A row names a place that the measurement does not have.
    #[error("a row names a place beyond the end of the encoded measurement")]
    Place,
    /// An output has a constant, which every party would add once more.
    #[error("an output has a constant")]
    Constant,
    /// Nothing is proved, nothing is added up, or nothing is encoded.
    #[error("a circuit needs an input, a product row and an output")]
    Empty,
    /// More than [`MAX_ROWS`].
    #[error("a circuit has at most {MAX_ROWS} rows and outputs")]
    TooLarge,
}

/// Rows and outputs over an encoded measurement of a fixed length. Cheap to clone: both the proof
/// system and its user hold one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    input_len: usize,
    products: Arc<[Product]>,
    zeros: Arc<[Linear]>,
    outputs: Arc<[Linear]>,
    /// Products in one call of the gadget: as many as make the proof shortest, which also makes it
    /// quickest to check.
    chunk: usize,
}

impl Circuit {
    /// Puts rows and outputs together.
    pub fn new(
        input_len: usize,
        products: Vec<Product>,
        zeros: Vec<Linear>,
        outputs: Vec<Linear>,
    ) -> Result<Self, CircuitError> {
        if input_len == 0 || products.is_empty() || outputs.is_empty() {
            return Err(CircuitError::Empty);
        }
        if [input_len, products.len(), zeros.len(), outputs.len()]
            .iter()
            .any(|n| *n > MAX_ROWS)
        {
            return Err(CircuitError::TooLarge);
        }
        let factors = products.iter().flat_map(|row| [&row.a, &row.b, &row.c]);
        if factors
            .chain(&zeros)
            .chain(&outputs)
            .any(|linear| linear.reaches(input_len))
        {
            return Err(CircuitError::Place);
        }
        if outputs
            .iter()
            .any(|output| output.constant != Field128::zero())
        {
            return Err(CircuitError::Constant);
        }
        let chunk = optimal_chunk_length(products.len());
        Ok(Self {
            input_len,
            products: products.into(),
            zeros: zeros.into(),
            outputs: outputs.into(),
            chunk,
        })
    }

    /// Calls of the gadget.
    fn calls(&self) -> usize {
        self.products.len().div_ceil(self.chunk)
    }

    fn check_len(&self, input: &[Field128]) -> Result<(), FlpError> {
        if input.len() == self.input_len {
            Ok(())
        } else {
            Err(FlpError::Valid(
                "the encoded measurement has another length".to_owned(),
            ))
        }
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "at most MAX_ROWS rows")]
impl Flp for Circuit {
    type Field = Field128;

    fn gadget(&self) -> Vec<Box<dyn Gadget<Field128>>> {
        let sum: ParallelSum<Field128, Mul> = ParallelSum::new(Mul::new(self.calls()), self.chunk);
        vec![Box::new(sum)]
    }

    fn num_gadgets(&self) -> usize {
        1
    }

    fn valid(
        &self,
        gadgets: &mut Vec<Box<dyn Gadget<Field128>>>,
        input: &[Field128],
        joint_rand: &[Field128],
        num_shares: usize,
    ) -> Result<Vec<Field128>, FlpError> {
        self.check_len(input)?;
        let shares =
            u128::try_from(num_shares).map_err(|_| FlpError::Valid("shares".to_owned()))?;
        let part = Field128::from(shares).inv();
        let (Some(gadget), Some((zero_rand, chunk_rand))) =
            (gadgets.first_mut(), joint_rand.split_last())
        else {
            return Err(FlpError::Valid(
                "gadget or joint randomness is missing".to_owned(),
            ));
        };
        let mut total = Field128::zero();
        let mut wires = vec![Field128::zero(); self.chunk * 2];
        for (rows, rand) in self.products.chunks(self.chunk).zip(chunk_rand) {
            wires.fill(Field128::zero());
            let mut power = *rand;
            for (row, pair) in rows.iter().zip(wires.chunks_exact_mut(2)) {
                if let [first, second] = pair {
                    *first = power * row.a.evaluate(input, part);
                    *second = row.b.evaluate(input, part);
                }
                total -= power * row.c.evaluate(input, part);
                power *= *rand;
            }
            total += gadget.eval(&wires)?;
        }
        let mut power = *zero_rand;
        for zero in self.zeros.iter() {
            total += power * zero.evaluate(input, part);
            power *= *zero_rand;
        }
        Ok(vec![total])
    }

    fn input_len(&self) -> usize {
        self.input_len
    }

    fn proof_len(&self) -> usize {
        // Two wire seeds for each product of a call, and a gadget polynomial of degree 2.
        2 * self.chunk + 2 * ((1 + self.calls()).next_power_of_two() - 1) + 1
    }

    fn verifier_len(&self) -> usize {
        // The circuit's output, the gadget polynomial's value, and that of each wire.
        2 + 2 * self.chunk
    }

    fn joint_rand_len(&self) -> usize {
        // One for each call, and one for all zero rows.
        self.calls() + 1
    }

    fn eval_output_len(&self) -> usize {
        1
    }

    fn prove_rand_len(&self) -> usize {
        2 * self.chunk
    }
}

impl Type for Circuit {
    /// A measurement that was encoded already: form and circuit are made together.
    type Measurement = Vec<Field128>;
    /// One number for each output.
    type AggregateResult = Vec<u128>;

    fn encode_measurement(&self, measurement: &Vec<Field128>) -> Result<Vec<Field128>, FlpError> {
        self.check_len(measurement)?;
        Ok(measurement.clone())
    }

    fn truncate(&self, input: Vec<Field128>) -> Result<Vec<Field128>, FlpError> {
        self.check_len(&input)?;
        // Outputs have no constant: on a share they give a share.
        let one = Field128::one();
        Ok(self
            .outputs
            .iter()
            .map(|output| output.evaluate(&input, one))
            .collect())
    }

    fn decode_result(
        &self,
        data: &[Field128],
        _num_measurements: usize,
    ) -> Result<Vec<u128>, FlpError> {
        if data.len() != self.outputs.len() {
            return Err(FlpError::Decode(
                "the aggregate has another length".to_owned(),
            ));
        }
        Ok(data.iter().map(|element| u128::from(*element)).collect())
    }

    fn output_len(&self) -> usize {
        self.outputs.len()
    }
}

#[cfg(test)]
mod tests {
    use prio::flp::test_utils::TypeTest;
    use prio::flp::types::SumVec;
    use prio::vdaf::prio3::Prio3;
    use prio::vdaf::xof::XofTurboShake128;
    use proptest::prelude::*;

    use super::*;

    fn number(value: u128) -> Field128 {
        Field128::from(value)
    }

    /// Bits of a number, each proved to be one, and the number's square in one more element.
    fn number_with_square(bits: usize) -> Circuit {
        let bit = |place| Product {
            a: Linear::element(place),
            b: Linear::element(place),
            c: Linear::element(place),
        };
        let weight = |place: usize| (place, number(1 << place));
        let value = Linear::weighted((0..bits).map(weight));
        let square = Linear::element(bits);
        let squared = Product {
            a: value.clone(),
            b: value.clone(),
            c: square.clone(),
        };
        let products = (0..bits).map(bit).chain([squared]).collect();
        Circuit::new(bits + 1, products, Vec::new(), vec![value, square]).unwrap()
    }

    fn encode(value: u128, bits: usize) -> Vec<Field128> {
        let bit = |place: usize| number(value >> place & 1);
        (0..bits).map(bit).chain([number(value * value)]).collect()
    }

    /// One of `choices`: each a bit, together 1.
    fn choice(choices: usize) -> Circuit {
        let bit = |place| Product {
            a: Linear::element(place),
            b: Linear::element(place).minus(&Linear::constant(Field128::one())),
            c: Linear::default(),
        };
        let sum = (0..choices).fold(Linear::constant(-Field128::one()), |sum, place| {
            sum.plus(&Linear::element(place))
        });
        let outputs = (0..choices).map(Linear::element).collect();
        Circuit::new(choices, (0..choices).map(bit).collect(), vec![sum], outputs).unwrap()
    }

    #[test]
    fn valid_inputs_pass_prios_own_test() {
        let circuit = number_with_square(8);
        for value in [0, 1, 200, 255] {
            let output = [number(value), number(value * value)];
            TypeTest::expect_valid::<2>(&circuit, &encode(value, 8), &output);
        }
        let hot: Vec<_> = [0, 0, 1, 0].map(number).to_vec();
        TypeTest::expect_valid::<2>(&choice(4), &hot, &hot);
    }

    #[test]
    fn every_single_change_is_noticed() {
        let circuit = number_with_square(8);
        let valid = encode(77, 8);
        for place in 0..valid.len() {
            for change in [number(1), -number(1), number(2), number(1 << 64)] {
                let mut changed = valid.clone();
                changed[place] += change;
                TypeTest::expect_invalid::<2>(&circuit, &changed);
            }
        }
        for bad in [[0, 0, 0, 0], [1, 1, 0, 0], [2, 0, 0, 0]] {
            TypeTest::expect_invalid::<2>(&choice(4), &bad.map(number));
        }
        let half = number(2).inv();
        TypeTest::expect_invalid::<2>(&choice(2), &[half, half]);
    }

    #[test]
    fn rows_must_make_sense() {
        let row = Product {
            a: Linear::element(0),
            b: Linear::element(0),
            c: Linear::element(0),
        };
        let new = |len, products, outputs| Circuit::new(len, products, Vec::new(), outputs);
        let element = || vec![Linear::element(0)];
        assert!(new(1, vec![row.clone()], element()).is_ok());
        assert_eq!(new(1, Vec::new(), element()), Err(CircuitError::Empty));
        assert_eq!(
            new(1, vec![row.clone()], Vec::new()),
            Err(CircuitError::Empty)
        );
        assert_eq!(
            new(1, vec![row.clone()], vec![Linear::element(1)]),
            Err(CircuitError::Place)
        );
        let constant = Linear::element(0).plus(&Linear::constant(Field128::one()));
        assert_eq!(
            new(1, vec![row], vec![constant]),
            Err(CircuitError::Constant)
        );
    }

    /// Shards, prepares and adds up with both aggregators of a Prio3.
    fn aggregate<T: Type<Field = Field128>>(
        typ: &T,
        measurements: &[T::Measurement],
    ) -> T::AggregateResult {
        let vdaf = Prio3::<_, XofTurboShake128, 32>::new(2, 1, 0xffff_0001, typ.clone()).unwrap();
        prio::vdaf::test_utils::run_vdaf(b"context", &vdaf, &(), measurements.to_vec()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

        #[test]
        fn a_sum_vector_is_that_of_prio(
            vectors in prop::collection::vec(prop::collection::vec(0_u128..16, 5), 1..6),
        ) {
            let bit = |place| Product {
                a: Linear::element(place), b: Linear::element(place), c: Linear::element(place),
            };
            let outputs = (0..5).map(|field| {
                let weight = |place: usize| (field * 4 + place, number(1 << place));
                Linear::weighted((0..4).map(weight))
            }).collect();
            let ours = Circuit::new(20, (0..20).map(bit).collect(), Vec::new(), outputs).unwrap();
            let theirs = SumVec::<Field128, ParallelSum<Field128, Mul>>::new(15, 5, 4).unwrap();
            let encoded: Vec<_> =
                vectors.iter().map(|vector| theirs.encode_measurement(vector).unwrap()).collect();
            prop_assert_eq!(aggregate(&ours, &encoded), aggregate(&theirs, &vectors));
        }
    }
}
