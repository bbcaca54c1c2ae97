//! From a form to a circuit, and from answers to what the circuit proves.
//!
//! One walk over the form makes both: every element of the encoded measurement is made together
//! with the rows that bind it, so that the two cannot disagree. The walk's order is the order of
//! elements, rows and outputs, and so part of the circuit's version ([`super::CIRCUIT`]).

mod outputs;
mod parts;

use std::ops::Range;

use prio::field::{Field128, FieldElement};

pub(super) use self::outputs::{NumberOutputs, Plan, QuestionOutputs, RatioOutputs};
use self::parts::{At, Part, Parts};
use crate::form::{
    Answer, AnswerType, Answers, Choice, Form, Number, RatioOf, Rule, Statistic, quotient_bounds,
    quotient_scale,
};
use crate::measurement::circuit::{Circuit, CircuitError, Linear, Product};

/// Most elements that can be of use: with more of them a share is longer than it may be. A form of a
/// few kilobytes can ask for many times as many.
const MAX_ELEMENTS: usize = super::MAX_SHARE / super::ELEMENT;

/// Makes the circuit of a form.
pub(super) fn compile(form: &Form) -> Result<(Circuit, Plan), CircuitError> {
    let mut writer = Writer::default();
    let plan = writer.form(form, &empty(form));
    if writer.is_full() {
        return Err(CircuitError::TooLarge);
    }
    if writer.outputs.is_empty() {
        // All that is asked for is how many parties there are.
        writer.output(Linear::default());
    }
    let Writer {
        elements,
        products,
        zeros,
        outputs,
    } = writer;
    let claims = if form.shows_presence() {
        let parts = plan.parts.iter();
        let counts = parts.map(|part| outputs.get(part.count.clone()).unwrap_or_default());
        let sum = |counts: &[Linear]| {
            let counts = counts.iter();
            counts.fold(Linear::default(), Linear::plus)
        };
        counts.map(sum).collect()
    } else {
        Vec::new()
    };
    let circuit = Circuit::new(elements.len(), products, zeros, outputs)?;
    Ok((circuit.with_claims(claims)?, plan))
}

/// The encoded measurement of answers that the form takes.
pub(super) fn encode(form: &Form, answers: &Answers) -> Vec<Field128> {
    let mut writer = Writer::default();
    writer.form(form, answers);
    writer.elements
}

/// Answers that stand for any others while only rows are wanted.
fn empty(form: &Form) -> Answers {
    Answers {
        cohort: vec![0; form.cohorts.len()],
        tables: form
            .tables
            .iter()
            .map(|table| table.numbers().map(|_| None).collect())
            .collect(),
        questions: form.questions.iter().map(|_| Answer::Empty).collect(),
    }
}

#[derive(Default)]
struct Writer {
    elements: Vec<Field128>,
    products: Vec<Product>,
    zeros: Vec<Linear>,
    outputs: Vec<Linear>,
}

/// A number among the elements.
#[derive(Clone)]
struct Quantity {
    /// The value as the circuit sees it: 0 where there is none.
    value: Linear,
    /// The same as a number.
    known: i128,
    /// The value less `min`, which has no constant.
    above_min: Linear,
    outputs: NumberOutputs,
    /// The element that is the value, once there is one.
    whole: Option<usize>,
}

/// A number as one element.
#[derive(Clone, Copy)]
struct Whole {
    place: usize,
    known: i128,
}

/// The bits of a choice, and what they are.
struct Chosen {
    places: Vec<usize>,
    known: Vec<bool>,
}

impl Writer {
    fn form(&mut self, form: &Form, answers: &Answers) -> Plan {
        let mut tables: Vec<Vec<Quantity>> = Vec::new();
        for (table, cells) in form.tables.iter().zip(&answers.tables) {
            let pairs = table.numbers().zip(cells);
            tables.push(
                pairs
                    .map(|(number, cell)| self.number(number, *cell))
                    .collect(),
            );
        }
        let mut questions = Vec::new();
        for (question, answer) in form.questions.iter().zip(&answers.questions) {
            questions.push(self.question(&question.answer, answer));
        }
        let mut parts = Parts {
            form,
            numbers: form
                .tables
                .iter()
                .map(|table| table.numbers().collect())
                .collect(),
            tables,
            questions,
        };
        let mut ratios = Vec::new();
        for ratio in &form.ratios {
            let mut outputs = Vec::new();
            for (above, below) in parts.pairs(&ratio.numerator, &ratio.denominator) {
                outputs.push(match ratio.of {
                    RatioOf::Sums => {
                        let above = self.summed(parts.quantity_mut(above));
                        RatioOutputs::Sums(above, self.summed(parts.quantity_mut(below)))
                    }
                    RatioOf::Parties => self.quotient(&parts, above, below, ratio.decimals),
                });
            }
            ratios.push(outputs);
        }
        let mut cross_tables = Vec::new();
        for cross in &form.cross_tables {
            let (rows, columns) = (parts.chosen(&cross.rows), parts.chosen(&cross.columns));
            cross_tables.push(self.cross(rows, columns));
        }
        for rule in &form.rules {
            let Rule::ZeroIfAndOnlyIfZero(left, right) = rule;
            for (left, right) in parts.pairs(left, right) {
                let pair = [left, right].map(|at| self.whole(parts.quantity_mut(at)));
                if let [Some(left), Some(right)] = pair {
                    self.zero_together([left, right]);
                }
            }
        }
        parts.into_plan(ratios, cross_tables)
    }

    /// Whether there is more than a measurement can have: nothing more is written then.
    fn is_full(&self) -> bool {
        self.elements.len() > MAX_ELEMENTS
    }

    /// A new element.
    fn element(&mut self, value: Field128) -> usize {
        let place = self.elements.len();
        if !self.is_full() {
            self.elements.push(value);
        }
        place
    }

    /// A new element that is 0 or 1.
    fn bit(&mut self, value: bool) -> usize {
        let place = self.element(Field128::from(u128::from(value)));
        let bit = Linear::element(place);
        self.product(bit.clone(), bit.clone(), bit);
        place
    }

    /// A number from 0 to `max`: bits that count 1, 2, 4, .. but for the last, which counts what is
    /// left to `max`. All of them together reach no further, and every number has a spelling.
    fn range(&mut self, max: u128, value: u128) -> Linear {
        let count = u128::BITS.saturating_sub(max.leading_zeros());
        let Some(low) = count.checked_sub(1) else {
            return Linear::default();
        };
        // All bits but the last reach so far.
        let reach = (1_u128 << low).saturating_sub(1);
        let last = max.saturating_sub(reach);
        let top = value > reach;
        let rest = if top {
            value.saturating_sub(last)
        } else {
            value
        };
        let mut terms = Vec::new();
        for place in 0..low {
            let bit = self.bit(rest >> place & 1 == 1);
            terms.push((bit, Field128::from(1_u128 << place)));
        }
        terms.push((self.bit(top), Field128::from(last)));
        Linear::weighted(terms)
    }

    fn product(&mut self, a: Linear, b: Linear, c: Linear) {
        if !self.is_full() {
            self.products.push(Product { a, b, c });
        }
    }

    /// What must be 0.
    fn zero(&mut self, zero: Linear) {
        if !self.is_full() {
            self.zeros.push(zero);
        }
    }

    fn output(&mut self, output: Linear) -> usize {
        let place = self.outputs.len();
        if !self.is_full() {
            self.outputs.push(output);
        }
        place
    }

    fn outputs(&mut self, places: &[usize]) -> Range<usize> {
        let start = self.outputs.len();
        for place in places {
            self.output(Linear::element(*place));
        }
        start..self.outputs.len()
    }

    fn number(&mut self, number: &Number, value: Option<i128>) -> Quantity {
        // A form's check saw to it that there is a range.
        let (min, max) = number.range().unwrap_or_default();
        let presence = number.optional.then(|| self.bit(value.is_some()));
        let present = presence.map_or_else(one, Linear::element);
        let above = value.map_or(0, |value| value.abs_diff(min));
        let above_min = self.range(max.abs_diff(min), above);
        if presence.is_some() {
            // Where nothing is given, nothing counts.
            self.product(above_min.clone(), one().minus(&present), Linear::default());
        }
        let mut quantity = Quantity {
            value: above_min.clone().plus(&present.clone().times(signed(min))),
            known: value.unwrap_or_default(),
            above_min,
            outputs: NumberOutputs {
                count: presence.map(|place| self.output(Linear::element(place))),
                ..NumberOutputs::default()
            },
            whole: None,
        };
        if number.wants(Statistic::needs_sum) {
            self.summed(Some(&mut quantity));
        }
        if number.wants(Statistic::needs_squares) {
            let root = signed(quantity.known);
            let square = self.element(root * root);
            let value = quantity.value.clone();
            self.product(value.clone(), value, Linear::element(square));
            quantity.outputs.squares = Some(self.output(Linear::element(square)));
        }
        if number.wants(Statistic::needs_bins) {
            quantity.outputs.bins = self.bins(number, &quantity, &present, value);
        }
        quantity
    }

    /// Which bin: one bit for each, and the value is neither below the start of the bin whose bit
    /// is 1 nor above its end.
    fn bins(
        &mut self,
        number: &Number,
        quantity: &Quantity,
        present: &Linear,
        value: Option<i128>,
    ) -> Range<usize> {
        let bins = number.bin_bounds();
        let inside = |bounds: &(i128, i128)| {
            value.is_some_and(|value| bounds.0 <= value && value <= bounds.1)
        };
        let hot: Vec<usize> = bins.iter().map(|bounds| self.bit(inside(bounds))).collect();
        let hot_sum = Linear::weighted(hot.iter().map(|place| (*place, Field128::one())));
        self.zero(hot_sum.minus(present));
        let mine = bins.iter().find(|bounds| inside(bounds));
        let (start, end) = mine.copied().unwrap_or((quantity.known, quantity.known));
        let width = bins.iter().map(|(start, end)| end.abs_diff(*start)).max();
        let width = width.unwrap_or_default();
        let starts = hot.iter().zip(&bins);
        let starts = Linear::weighted(starts.map(|(place, bin)| (*place, signed(bin.0))));
        let ends = hot.iter().zip(&bins);
        let ends = Linear::weighted(ends.map(|(place, bin)| (*place, signed(bin.1))));
        let from_start = self.range(width, quantity.known.abs_diff(start));
        let to_end = self.range(width, quantity.known.abs_diff(end));
        let value = quantity.value.clone();
        self.zero(value.clone().minus(&starts).minus(&from_start));
        self.zero(ends.minus(&value).minus(&to_end));
        self.outputs(&hot)
    }

    /// Sees to it that the sum of a number is an output; gives all of the number's outputs.
    fn summed(&mut self, quantity: Option<&mut Quantity>) -> NumberOutputs {
        let Some(quantity) = quantity else {
            return NumberOutputs::default();
        };
        if quantity.outputs.sum.is_none() {
            quantity.outputs.sum = Some(self.output(quantity.above_min.clone()));
        }
        quantity.outputs.clone()
    }

    fn question(&mut self, expected: &AnswerType, answer: &Answer) -> Part {
        match expected {
            AnswerType::Number(number) => {
                let value = match answer {
                    Answer::Number(value) => Some(*value),
                    _ => None,
                };
                Part::Number(self.number(number, value))
            }
            AnswerType::Choice(choice) => self.choice(choice, answer),
            AnswerType::Choices(choice) => {
                let known = match answer {
                    Answer::Choices(known) => known.clone(),
                    _ => vec![false; choice.options.len()],
                };
                let places: Vec<usize> = known.iter().map(|chosen| self.bit(*chosen)).collect();
                let outputs = self.outputs(&places);
                Part::Choice(Chosen { places, known }, outputs)
            }
        }
    }

    fn choice(&mut self, choice: &Choice, answer: &Answer) -> Part {
        let known: Vec<bool> = (0..choice.options.len())
            .map(|option| *answer == Answer::Choice(option))
            .collect();
        let places: Vec<usize> = known.iter().map(|chosen| self.bit(*chosen)).collect();
        let sum = Linear::weighted(places.iter().map(|place| (*place, Field128::one())));
        if choice.optional {
            self.product(sum.clone(), sum.clone(), sum);
        } else {
            self.zero(sum.minus(&one()));
        }
        let outputs = self.outputs(&places);
        Part::Choice(Chosen { places, known }, outputs)
    }

    /// `quotient * b + rest = scale * a` with `0 <= rest < b`, where b is the denominator times a
    /// power of ten.
    fn quotient(&mut self, parts: &Parts<'_>, above: At, below: At, decimals: u8) -> RatioOutputs {
        let numbers = (parts.number(above), parts.number(below));
        let quantities = (parts.quantity(above), parts.quantity(below));
        let ((Some(above), Some(below)), (Some(a), Some(b))) = (numbers, quantities) else {
            return RatioOutputs::Parties(0);
        };
        let (scale, divisor) = quotient_scale(above, below, decimals).unwrap_or((1, 1));
        let most = quotient_bounds(above, below, decimals).unwrap_or_default();
        let most_below = below.range().map_or(0, |(_, max)| max);
        let most_rest = most_below.saturating_mul(divisor).saturating_sub(1);
        let known_a = a.known.saturating_mul(scale);
        let known_b = b.known.saturating_mul(divisor);
        let quotient = known_a.checked_div(known_b).unwrap_or_default();
        let rest = known_a.checked_rem(known_b).unwrap_or_default();
        let left = known_b.saturating_sub(1).saturating_sub(rest);
        let denominator = b.value.clone().times(signed(divisor));
        let quotient = self.range(most.unsigned_abs(), quotient.unsigned_abs());
        let rest = self.range(most_rest.unsigned_abs(), rest.unsigned_abs());
        let left = self.range(most_rest.unsigned_abs(), left.max(0).unsigned_abs());
        let product = a.value.clone().times(signed(scale)).minus(&rest);
        self.product(quotient.clone(), denominator.clone(), product);
        // rest + left + 1 = b
        self.zero(rest.plus(&left).plus(&one()).minus(&denominator));
        RatioOutputs::Parties(self.output(quotient))
    }

    fn cross(&mut self, rows: Option<&Chosen>, columns: Option<&Chosen>) -> Range<usize> {
        let (Some(rows), Some(columns)) = (rows, columns) else {
            return 0..0;
        };
        let mut places = Vec::new();
        for (row, row_known) in rows.places.iter().zip(&rows.known) {
            for (column, column_known) in columns.places.iter().zip(&columns.known) {
                let both = *row_known && *column_known;
                let place = self.element(Field128::from(u128::from(both)));
                self.product(
                    Linear::element(*row),
                    Linear::element(*column),
                    Linear::element(place),
                );
                places.push(place);
            }
        }
        self.outputs(&places)
    }

    /// z tells whether a number x is zero: `z * x = 0` and `x * i = 1 - z`, where i is 1 / x. One z
    /// for both numbers.
    fn zero_together(&mut self, [left, right]: [Whole; 2]) {
        let zero = Field128::from(u128::from(left.known == 0));
        let zero = Linear::element(self.element(zero));
        for number in [left, right] {
            let known = signed(number.known);
            let inverse = if known == Field128::zero() {
                known
            } else {
                known.inv()
            };
            let inverse = Linear::element(self.element(inverse));
            let value = Linear::element(number.place);
            self.product(zero.clone(), value.clone(), Linear::default());
            self.product(value, inverse, one().minus(&zero));
        }
    }

    /// The element that is a number's value, made where it is first wanted: who names a number often
    /// does not repeat all its bits.
    fn whole(&mut self, quantity: Option<&mut Quantity>) -> Option<Whole> {
        let quantity = quantity?;
        let place = *quantity.whole.get_or_insert_with(|| {
            let place = self.element(signed(quantity.known));
            let difference = quantity.value.clone().minus(&Linear::element(place));
            self.zero(difference);
            place
        });
        let known = quantity.known;
        Some(Whole { place, known })
    }
}

/// 1, whatever the measurement is.
fn one() -> Linear {
    Linear::constant(Field128::one())
}

/// A whole number in the field.
fn signed(number: i128) -> Field128 {
    let magnitude = Field128::from(number.unsigned_abs());
    if number < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quotients take many bits each, and a few kilobytes can ask for very many of them.
    #[test]
    fn a_form_that_asks_for_too_much_is_left_before_it_is_large() {
        let table = |id: &str, cell: &str| {
            let rows = (0..10).map(|row| format!("\"{row}\"")).collect::<Vec<_>>();
            let rows = rows.join(",");
            let columns = (0..10).map(|column| format!(r#"{{"title":"{column}"}}"#));
            let columns = columns.collect::<Vec<_>>().join(",");
            format!(
                r#"{{"id":"{id}","title":"T","rows":[{rows}],"columns":[{columns}],"cell":{{{cell},"statistics":["sum"]}}}}"#
            )
        };
        let above = table("a", r#""decimals":9,"min":0,"max":1125899"#);
        let below = table("b", r#""min":1,"max":1125899906842624"#);
        let ratios = (0..198).map(|id| {
            format!(
                r#"{{"id":"r{id}","title":"R","numerator":"a","denominator":"b","of":"parties"}}"#
            )
        });
        let ratios = ratios.collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"title":"T","tables":[{above},{below}],"ratios":[{ratios}]}}"#);
        let form = Form::parse(&text).unwrap();
        let mut writer = Writer::default();
        writer.form(&form, &empty(&form));
        let rows = [
            writer.elements.len(),
            writer.products.len(),
            writer.zeros.len(),
        ];
        // It could have millions of them.
        assert!(rows.iter().all(|rows| *rows < 2 * MAX_ELEMENTS), "{rows:?}");
        assert_eq!(compile(&form).err(), Some(CircuitError::TooLarge));
    }
}
