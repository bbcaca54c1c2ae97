//! The validity circuit of forms: one generic circuit of degree 2, in the words of Prio3
//! (draft-irtf-cfrg-vdaf, section 7; crate `prio`).
//!
//! A circuit is a list of **rows** over the encoded measurement x, and a list of **outputs**:
//!
//! - a product row `a * b = c`,
//! - a zero row `l = 0`,
//! - a claim row `m = v`, where v is 0 or 1 and stands in clear beside the measurement,
//! - an output `o`, which is what is added up,
//!
//! where a, b, c, l are linear in x with a constant, and m and o are linear in x without one. Two sides that
//! hold shares of x evaluate every linear combination on their own share; a constant is divided by
//! the number of shares, so that the shares of a combination add up to it once.
//!
//! All rows are checked at once: with joint randomness r the circuit's single output is
//!
//! ```text
//! sum over product rows j in chunk i at place k of  r_i^(k+1) * (a_j * b_j - c_j)
//!   + sum over zero rows, and then claim rows, m of  s^(m+1) * l_m, l_m - v_m
//! ```
//!
//! It is a polynomial in the randomness that vanishes only if every row holds, but for a chance of
//! at most (number of rows) / 2^128. The products are computed by Prio's own gadget, a parallel sum
//! of multiplications.
//!
//! The order of rows is part of what both sides agree on: it decides the proof.
//!
//! Claimed values are not a part of x: whoever proves must bind them by the context of the proof, or
//! a party could choose them after it has seen r and s.

mod linear;

use std::sync::Arc;

use prio::field::{Field128, FieldElement};
use prio::flp::gadgets::{Mul, ParallelSum, ParallelSumGadget};
use prio::flp::{Flp, FlpError, Gadget, Type};
use prio::vdaf::prio3::optimal_chunk_length;

pub use self::linear::Linear;

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
    /// An output or a claim has a constant, which every party would add once more.
    #[error("an output or a claim has a constant")]
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
    claims: Arc<[Linear]>,
    /// What one measurement is claimed to be, a value for each of the claims.
    claimed: Arc<[bool]>,
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
            claims: Arc::default(),
            claimed: Arc::default(),
            chunk,
        })
    }

    /// The same, about measurements of which these combinations, each 0 or 1, are known to everybody:
    /// it proves nothing until [`Self::claiming`] says what they are.
    pub fn with_claims(self, claims: Vec<Linear>) -> Result<Self, CircuitError> {
        if claims.len() > MAX_ROWS {
            return Err(CircuitError::TooLarge);
        }
        if claims.iter().any(|claim| claim.reaches(self.input_len)) {
            return Err(CircuitError::Place);
        }
        if claims
            .iter()
            .any(|claim| claim.constant != Field128::zero())
        {
            return Err(CircuitError::Constant);
        }
        Ok(Self {
            claims: claims.into(),
            ..self
        })
    }

    /// The same for a measurement of which all this is claimed.
    #[must_use]
    pub fn claiming(&self, claimed: &[bool]) -> Self {
        Self {
            claimed: claimed.into(),
            ..self.clone()
        }
    }

    /// The combinations of which it is known what they are.
    #[must_use]
    pub fn claims(&self) -> &[Linear] {
        &self.claims
    }

    /// What is true of a measurement.
    #[must_use]
    pub fn claimed_of(&self, input: &[Field128]) -> Vec<bool> {
        let one = Field128::one();
        let values = self.claims.iter().map(|claim| claim.evaluate(input, one));
        values.map(|value| value == one).collect()
    }

    /// Bytes of its rows in memory.
    #[must_use]
    pub fn footprint(&self) -> usize {
        let factors = self
            .products
            .iter()
            .flat_map(|row| [&row.a, &row.b, &row.c]);
        let linears = [&self.zeros, &self.outputs, &self.claims];
        let all = factors.chain(linears.into_iter().flat_map(|rows| rows.iter()));
        all.fold(0, |sum, linear| sum.saturating_add(linear.footprint()))
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
        if self.claimed.len() != self.claims.len() {
            return Err(FlpError::Valid("what is claimed is missing".to_owned()));
        }
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
        for (claim, value) in self.claims.iter().zip(self.claimed.iter()) {
            let value = if *value { part } else { Field128::zero() };
            total += power * (claim.evaluate(input, part) - value);
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
        // One for each call, and one for all zero and claim rows.
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
mod tests;
