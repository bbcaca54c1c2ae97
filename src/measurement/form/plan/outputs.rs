//! Where sums stand among the outputs of a form's circuit.

use std::ops::Range;

use prio::field::{Field128, FieldElement};

use crate::form::Form;

/// Where the sums of a form's parts stand among the circuit's outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::measurement::form) struct Plan {
    /// The cells of each table, row by row.
    pub(in crate::measurement::form) tables: Vec<Vec<NumberOutputs>>,
    /// The questions.
    pub(in crate::measurement::form) questions: Vec<QuestionOutputs>,
    /// The pairs of numbers of each ratio.
    pub(in crate::measurement::form) ratios: Vec<Vec<RatioOutputs>>,
    /// The tallies of each cross-table, row by row.
    pub(in crate::measurement::form) cross_tables: Vec<Range<usize>>,
    /// The parts that are released only where enough gave them, in the form's order.
    pub(in crate::measurement::form) parts: Vec<Guarded>,
}

/// The outputs of a part that may be left empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::measurement::form) struct Guarded {
    /// Those that add up to how many gave it.
    pub(in crate::measurement::form) count: Range<usize>,
    /// Those that are not released where too few did.
    pub(in crate::measurement::form) hides: Vec<Range<usize>>,
}

/// The outputs that one number has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::measurement::form) struct NumberOutputs {
    /// How many gave it; all parties where it may not be left empty.
    pub(in crate::measurement::form) count: Option<usize>,
    /// The sum of the values, each less `min`.
    pub(in crate::measurement::form) sum: Option<usize>,
    /// The sum of the squares.
    pub(in crate::measurement::form) squares: Option<usize>,
    /// How many are in each bin.
    pub(in crate::measurement::form) bins: Range<usize>,
}

impl Guarded {
    /// How many gave it, or a share of that, from the sums of all outputs.
    pub(in crate::measurement::form) fn counted(&self, sums: &[Field128]) -> Field128 {
        let counts = self.count.clone().filter_map(|place| sums.get(place));
        counts.fold(Field128::zero(), |sum, count| sum + *count)
    }
}

impl NumberOutputs {
    /// What is not released where too few gave the number; nothing of one that may not be left empty.
    fn part(&self) -> Option<Guarded> {
        let count = single(self.count?);
        let sums = [self.sum, self.squares].into_iter().flatten().map(single);
        let bins = Some(self.bins.clone()).filter(|bins| !bins.is_empty());
        let hides = sums.chain(bins).collect();
        Some(Guarded { count, hides })
    }
}

fn single(place: usize) -> Range<usize> {
    place..place.saturating_add(1)
}

/// The outputs that one question has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::measurement::form) enum QuestionOutputs {
    /// A number's.
    Number(NumberOutputs),
    /// How many chose each option.
    Tally(Range<usize>),
}

/// The outputs that one quotient has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::measurement::form) enum RatioOutputs {
    /// Those of both numbers.
    Sums(NumberOutputs, NumberOutputs),
    /// The sum of the parties' quotients.
    Parties(usize),
}

/// The parts that are released only where enough gave them: none if single answers may be shown.
pub(super) fn guarded(
    form: &Form,
    tables: &[Vec<NumberOutputs>],
    questions: &[QuestionOutputs],
) -> Vec<Guarded> {
    if form.min_cell() <= 1 {
        return Vec::new();
    }
    let cells = tables.iter().flatten().filter_map(NumberOutputs::part);
    let questions = questions.iter().zip(&form.questions);
    let questions = questions.filter_map(|(outputs, question)| match outputs {
        QuestionOutputs::Number(outputs) => outputs.part(),
        QuestionOutputs::Tally(tally) => question.answer.is_optional().then(|| Guarded {
            count: tally.clone(),
            hides: vec![tally.clone()],
        }),
    });
    cells.chain(questions).collect()
}
