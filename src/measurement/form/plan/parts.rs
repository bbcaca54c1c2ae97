//! What the walk over a form has made of its tables and questions so far: ratios, cross-tables and
//! rules find their numbers here.

use std::ops::Range;

use super::outputs::{self, NumberOutputs, Plan, QuestionOutputs, RatioOutputs};
use super::{Chosen, Quantity};
use crate::form::{Form, Number};

/// What was made of a question.
pub(super) enum Part {
    Number(Quantity),
    Choice(Chosen, Range<usize>),
}

/// What was made of a form's tables and questions.
pub(super) struct Parts<'a> {
    pub(super) form: &'a Form,
    /// What each cell takes.
    pub(super) numbers: Vec<Vec<&'a Number>>,
    pub(super) tables: Vec<Vec<Quantity>>,
    pub(super) questions: Vec<Part>,
}

/// Where a number stands.
#[derive(Clone, Copy)]
pub(super) enum At {
    Cell(usize, usize),
    Question(usize),
}

impl Parts<'_> {
    /// The numbers of a table, or that of a question.
    pub(super) fn places(&self, id: &str) -> Vec<At> {
        if let Some((table, _)) = self.form.table(id) {
            let cells = self.tables.get(table).map_or(0, Vec::len);
            return (0..cells).map(|cell| At::Cell(table, cell)).collect();
        }
        let question = self.form.question(id);
        question
            .map(|(index, _)| At::Question(index))
            .into_iter()
            .collect()
    }

    pub(super) fn pairs(&self, left: &str, right: &str) -> Vec<(At, At)> {
        self.places(left)
            .into_iter()
            .zip(self.places(right))
            .collect()
    }

    pub(super) fn number(&self, at: At) -> Option<&Number> {
        match at {
            At::Cell(table, cell) => self.numbers.get(table)?.get(cell).copied(),
            At::Question(question) => self.form.questions.get(question)?.answer.number(),
        }
    }

    pub(super) fn quantity(&self, at: At) -> Option<&Quantity> {
        match at {
            At::Cell(table, cell) => self.tables.get(table)?.get(cell),
            At::Question(question) => match self.questions.get(question)? {
                Part::Number(quantity) => Some(quantity),
                Part::Choice(..) => None,
            },
        }
    }

    pub(super) fn quantity_mut(&mut self, at: At) -> Option<&mut Quantity> {
        match at {
            At::Cell(table, cell) => self.tables.get_mut(table)?.get_mut(cell),
            At::Question(question) => match self.questions.get_mut(question)? {
                Part::Number(quantity) => Some(quantity),
                Part::Choice(..) => None,
            },
        }
    }

    pub(super) fn chosen(&self, id: &str) -> Option<&Chosen> {
        let (index, _) = self.form.question(id)?;
        match self.questions.get(index)? {
            Part::Number(_) => None,
            Part::Choice(chosen, _) => Some(chosen),
        }
    }

    pub(super) fn into_plan(
        self,
        ratios: Vec<Vec<RatioOutputs>>,
        cross_tables: Vec<Range<usize>>,
    ) -> Plan {
        let outputs = |cells: Vec<Quantity>| cells.into_iter().map(|cell| cell.outputs).collect();
        let tables: Vec<Vec<NumberOutputs>> = self.tables.into_iter().map(outputs).collect();
        let questions = self.questions.into_iter().map(|part| match part {
            Part::Number(quantity) => QuestionOutputs::Number(quantity.outputs),
            Part::Choice(_, outputs) => QuestionOutputs::Tally(outputs),
        });
        let questions: Vec<_> = questions.collect();
        Plan {
            parts: outputs::guarded(self.form, &tables, &questions),
            tables,
            questions,
            ratios,
            cross_tables,
        }
    }
}
