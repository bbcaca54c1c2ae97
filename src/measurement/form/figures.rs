//! From the sums of a group to exact figures: fractions of whole numbers, rounded once, when they
//! are written. Nothing is computed in floating point.

mod grid;
mod rounding;

use std::collections::BTreeSet;
use std::ops::Range;

use num_bigint::BigInt;
use prio::field::Field128;

use self::grid::Grid;
use self::rounding::fraction;
use super::Sums;
use super::plan::{NumberOutputs, Plan, QuestionOutputs, RatioOutputs};
use crate::form::report::{Content, Figures, Group, HIDDEN, Report, Section};
use crate::form::{AnswerType, Form, Number, RatioOf, Table};
use crate::measurement::Population;
use crate::measurement::groups::Groups;

/// Digits behind the point that means, deviations and quantiles have beyond those of the numbers.
const MORE_DECIMALS: u8 = 2;

/// The result over every group.
pub(super) fn report(
    form: &Form,
    plan: &Plan,
    groups: &Groups,
    sums: &Sums,
    population: &Population,
) -> Report {
    let rows = (0_u32..)
        .zip(0..groups.len())
        .filter_map(|(number, group)| {
            let parties = population.parties_of(groups, group);
            let choice = groups.choice(group);
            let merged = choice.iter().enumerate();
            let merged = merged.filter_map(|(dimension, option)| Some((dimension, (*option)?)));
            if merged
                .clone()
                .any(|(dimension, option)| population.merged.has(dimension, option))
            {
                // It is a part of another group.
                return None;
            }
            let content = if population.suppressed.contains(&number) {
                Content::Suppressed(reason(form, parties))
            } else {
                let outputs = sums.elements.get(&number).map_or(&[][..], Vec::as_slice);
                let values = Values {
                    outputs,
                    parties,
                    hidden: hidden(plan, population, number),
                };
                Content::Sections(sections(form, plan, &values))
            };
            Some(Group {
                of: titles(form, &choice),
                includes: merged
                    .flat_map(|(dimension, option)| included(form, population, dimension, option))
                    .collect(),
                parties,
                content,
            })
        });
    Report {
        title: form.title.clone(),
        description: form.description.clone(),
        parties: population.parties,
        minimum: form.min_cohort(),
        minimum_of_cells: (!plan.parts.is_empty()).then(|| form.min_cell()),
        groups: rows.collect(),
    }
}

/// The first of the outputs that hold each sum that is not released in a group.
fn hidden(plan: &Plan, population: &Population, group: u32) -> BTreeSet<usize> {
    let parts = plan.parts.iter().zip(&population.hidden);
    let hidden = parts.filter(|(_, groups)| groups.binary_search(&group).is_ok());
    let places = hidden.flat_map(|(part, _)| &part.hides);
    places.map(|places| places.start).collect()
}

fn reason(form: &Form, parties: u64) -> String {
    let minimum = form.min_cohort();
    if parties < minimum {
        format!("fewer than {minimum} parties")
    } else {
        format!("would show a group of fewer than {minimum} parties together with other figures")
    }
}

fn titles(form: &Form, chosen: &[Option<usize>]) -> Vec<(String, String)> {
    let pairs = form.cohorts.iter().zip(chosen);
    pairs
        .filter_map(|(dimension, chosen)| {
            let option = dimension.options.get((*chosen)?)?;
            Some((dimension.title.clone(), option.clone()))
        })
        .collect()
}

/// The options that are counted as this one, with the title of their dimension.
fn included(
    form: &Form,
    population: &Population,
    dimension: usize,
    option: usize,
) -> Vec<(String, String)> {
    let Some(declared) = form.cohorts.get(dimension) else {
        return Vec::new();
    };
    if declared.merge_rule().is_none_or(|(into, _)| into != option) {
        return Vec::new();
    }
    let merged = population.merged.of(dimension).iter();
    let titles = merged.filter_map(|option| declared.options.get(usize::try_from(*option).ok()?));
    let titles = titles.map(|title| (declared.title.clone(), title.clone()));
    titles.collect()
}

/// The sums of one group.
struct Values<'a> {
    outputs: &'a [Field128],
    parties: u64,
    /// First places of the sums that are not released.
    hidden: BTreeSet<usize>,
}

impl Values<'_> {
    fn at(&self, place: usize) -> BigInt {
        let output = self.outputs.get(place).copied().unwrap_or_default();
        u128::from(output).into()
    }

    /// Whether the sums of a number are not released.
    fn hides(&self, outputs: &NumberOutputs) -> bool {
        let bins = outputs.bins.clone().next();
        let places = [outputs.sum, outputs.squares, bins].into_iter().flatten();
        places.into_iter().any(|place| self.hidden.contains(&place))
    }

    /// How many are in each of those places.
    fn tally(&self, places: &Range<usize>) -> Vec<Option<String>> {
        let hidden = self.hidden.contains(&places.start);
        let counts = places.clone().map(|place| {
            Some(if hidden {
                HIDDEN.to_owned()
            } else {
                self.at(place).to_string()
            })
        });
        counts.collect()
    }

    fn count(&self, outputs: &NumberOutputs) -> BigInt {
        outputs
            .count
            .map_or_else(|| self.parties.into(), |place| self.at(place))
    }

    /// The sum of the values, in units of the last digit.
    #[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
    fn sum(&self, number: &Number, outputs: &NumberOutputs) -> BigInt {
        let above_min = outputs.sum.map_or(BigInt::ZERO, |place| self.at(place));
        let (min, _) = number.range().unwrap_or_default();
        above_min + self.count(outputs) * min
    }
}

fn sections(form: &Form, plan: &Plan, values: &Values<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for (table, outputs) in form.tables.iter().zip(&plan.tables) {
        table_sections(table, outputs, values, &mut sections);
    }
    for (question, outputs) in form.questions.iter().zip(&plan.questions) {
        let (id, text) = (&question.id, &question.text);
        match (&question.answer, outputs) {
            (AnswerType::Number(number), QuestionOutputs::Number(outputs)) => {
                let grid = Grid {
                    source: id,
                    title: text,
                    rows: vec![text.clone()],
                    columns: vec![Vec::new()],
                    numbers: vec![(number, outputs)],
                };
                grid.sections(values, &mut sections);
            }
            (
                AnswerType::Choice(choice) | AnswerType::Choices(choice),
                QuestionOutputs::Tally(outputs),
            ) => sections.push(Section {
                source: id.clone(),
                title: text.clone(),
                figures: Figures::Tally,
                unit: String::new(),
                rows: choice.options.clone(),
                columns: vec![vec!["parties".to_owned()]],
                cells: in_rows(&values.tally(outputs), 1),
            }),
            _ => {}
        }
    }
    ratio_sections(form, plan, values, &mut sections);
    cross_sections(form, plan, values, &mut sections);
    sections
}

/// Figures in rows of so many.
fn in_rows(figures: &[Option<String>], width: usize) -> Vec<Vec<Option<String>>> {
    figures.chunks(width.max(1)).map(<[_]>::to_vec).collect()
}

fn headers(table: &Table) -> Vec<Vec<String>> {
    let paths = table.column_paths();
    let owned = |path: Vec<&str>| path.into_iter().map(str::to_owned).collect();
    paths.into_iter().map(owned).collect()
}

fn table_sections(
    table: &Table,
    outputs: &[NumberOutputs],
    values: &Values<'_>,
    sections: &mut Vec<Section>,
) {
    let grid = Grid {
        source: &table.id,
        title: &table.title,
        rows: table.rows.clone(),
        columns: headers(table),
        numbers: table.numbers().zip(outputs).collect(),
    };
    grid.sections(values, sections);
}

fn ratio_sections(form: &Form, plan: &Plan, values: &Values<'_>, sections: &mut Vec<Section>) {
    for (ratio, outputs) in form.ratios.iter().zip(&plan.ratios) {
        let (rows, columns) = match form.table(&ratio.numerator) {
            Some((_, table)) => (table.rows.clone(), headers(table)),
            None => (vec![ratio.title.clone()], vec![vec!["quotient".to_owned()]]),
        };
        let numbers = |id: &str| -> Vec<&Number> {
            let cells = form.table(id).map(|(_, table)| table.numbers().collect());
            let single = || {
                let question = form.question(id);
                question.and_then(|(_, question)| question.answer.number())
            };
            cells.unwrap_or_else(|| single().into_iter().collect())
        };
        let pairs = numbers(&ratio.numerator)
            .into_iter()
            .zip(numbers(&ratio.denominator));
        let cells: Vec<Option<String>> = pairs
            .zip(outputs)
            .map(|((above, below), outputs)| {
                quotient((above, below), outputs, ratio.decimals, values)
            })
            .collect();
        sections.push(Section {
            source: ratio.id.clone(),
            title: ratio.title.clone(),
            figures: match ratio.of {
                RatioOf::Sums => Figures::RatioOfSums,
                RatioOf::Parties => Figures::MeanOfRatios,
            },
            unit: String::new(),
            rows,
            cells: in_rows(&cells, columns.len()),
            columns,
        });
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
fn quotient(
    (above, below): (&Number, &Number),
    outputs: &RatioOutputs,
    decimals: u8,
    values: &Values<'_>,
) -> Option<String> {
    let ten = |decimals: u8| BigInt::from(10).pow(decimals.into());
    match outputs {
        RatioOutputs::Sums(numerator, denominator)
            if values.hides(numerator) || values.hides(denominator) =>
        {
            Some(HIDDEN.to_owned())
        }
        RatioOutputs::Sums(numerator, denominator) => {
            let numerator = values.sum(above, numerator) * ten(below.decimals);
            let denominator = values.sum(below, denominator) * ten(above.decimals);
            fraction(&numerator, &denominator, decimals)
        }
        RatioOutputs::Parties(sum) => {
            let denominator = BigInt::from(values.parties) * ten(decimals);
            let more = decimals.saturating_add(MORE_DECIMALS);
            fraction(&values.at(*sum), &denominator, more)
        }
    }
}

fn cross_sections(form: &Form, plan: &Plan, values: &Values<'_>, sections: &mut Vec<Section>) {
    for (cross, outputs) in form.cross_tables.iter().zip(&plan.cross_tables) {
        let options = |id: &str| match form.question(id).map(|(_, question)| &question.answer) {
            Some(AnswerType::Choice(choice)) => choice.options.clone(),
            _ => Vec::new(),
        };
        let columns: Vec<Vec<String>> = options(&cross.columns)
            .into_iter()
            .map(|option| vec![option])
            .collect();
        sections.push(Section {
            source: cross.id.clone(),
            title: cross.title.clone(),
            figures: Figures::CrossTable,
            unit: String::new(),
            rows: options(&cross.rows),
            cells: in_rows(&values.tally(outputs), columns.len()),
            columns,
        });
    }
}
