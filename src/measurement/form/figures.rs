//! From the sums of a group to exact figures: fractions of whole numbers, rounded once, when they
//! are written. Halves are rounded away from zero. Nothing is computed in floating point.

use std::collections::BTreeSet;
use std::ops::Range;

use num_bigint::{BigInt, BigUint, Sign};
use prio::field::Field128;

use super::Sums;
use super::plan::{NumberOutputs, Plan, QuestionOutputs, RatioOutputs};
use crate::form::report::{Content, Figures, Group, HIDDEN, Report, Section};
use crate::form::{AnswerType, Decimal, Form, Number, RatioOf, Statistic, Table};
use crate::measurement::Population;
use crate::measurement::groups::Groups;

/// Digits behind the point that means, deviations and quantiles have beyond those of the numbers.
const MORE_DECIMALS: u8 = 2;

/// Every statistic, in the order of a report.
const ORDER: [Statistic; 8] = [
    Statistic::Count,
    Statistic::Sum,
    Statistic::Mean,
    Statistic::PopulationDeviation,
    Statistic::SampleDeviation,
    Statistic::Median,
    Statistic::Quartiles,
    Statistic::Histogram,
];

/// The result over every group.
pub(super) fn report(
    form: &Form,
    plan: &Plan,
    groups: &Groups,
    sums: &Sums,
    population: &Population,
) -> Report {
    let Population {
        parties,
        cohorts,
        suppressed,
        ..
    } = population;
    let parties_of = |group: usize| {
        if group == 0 {
            return *parties;
        }
        let members = groups.members(group);
        let counts = members.filter_map(|cohort| cohorts.get(cohort));
        counts.fold(0_u64, |sum, count| sum.saturating_add(*count))
    };
    let rows = (0_u32..).zip(0..groups.len()).map(|(number, group)| {
        let parties = parties_of(group);
        let content = if suppressed.contains(&number) {
            Content::Suppressed(reason(form, parties))
        } else {
            let outputs = sums.0.get(&number).map_or(&[][..], Vec::as_slice);
            let values = Values {
                outputs,
                parties,
                hidden: hidden(plan, population, number),
            };
            Content::Sections(sections(form, plan, &values))
        };
        Group {
            of: titles(form, &groups.choice(group)),
            parties,
            content,
        }
    });
    Report {
        title: form.title.clone(),
        description: form.description.clone(),
        parties: *parties,
        minimum: form.min_cohort(),
        minimum_of_cells: (!plan.counted.is_empty()).then(|| form.min_cell()),
        groups: rows.collect(),
    }
}

/// The first of the outputs that hold each sum that is not released in a group.
fn hidden(plan: &Plan, population: &Population, group: u32) -> BTreeSet<usize> {
    let parts = plan.counted.iter().zip(&population.hidden);
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

/// Numbers in rows and columns, and where their sums stand.
struct Grid<'a> {
    source: &'a str,
    title: &'a str,
    rows: Vec<String>,
    columns: Vec<Vec<String>>,
    numbers: Vec<(&'a Number, &'a NumberOutputs)>,
}

impl Grid<'_> {
    fn sections(&self, values: &Values<'_>, sections: &mut Vec<Section>) {
        for statistic in ORDER {
            let wanted = |(number, _): &(&Number, _)| number.statistics.contains(&statistic);
            if !self.numbers.iter().any(wanted) {
                continue;
            }
            match statistic {
                Statistic::Histogram => self.histograms(values, sections),
                Statistic::Quartiles => sections.push(self.quartiles(values)),
                _ => {
                    let cells = self.numbers.iter().map(|(number, outputs)| {
                        let wanted = number.statistics.contains(&statistic);
                        let figure = wanted.then(|| figure(statistic, number, outputs, values));
                        vec![figure.flatten()]
                    });
                    let columns = self.columns.clone();
                    sections.push(self.section(statistic, columns, &cells.collect::<Vec<_>>()));
                }
            }
        }
    }

    /// A section with the grid's rows; each number has one or more cells.
    fn section(
        &self,
        statistic: Statistic,
        columns: Vec<Vec<String>>,
        cells: &[Vec<Option<String>>],
    ) -> Section {
        let counts = matches!(statistic, Statistic::Count | Statistic::Histogram);
        let unit = self.numbers.first().filter(|_| !counts);
        Section {
            source: self.source.to_owned(),
            title: self.title.to_owned(),
            figures: Figures::Statistic(statistic),
            unit: unit.map_or_else(String::new, |(number, _)| number.unit.clone()),
            rows: self.rows.clone(),
            columns: columns
                .into_iter()
                .map(|path| match path.as_slice() {
                    // A question's number has no header of its own.
                    [] => vec![Figures::Statistic(statistic).title().to_owned()],
                    _ => path,
                })
                .collect(),
            cells: cells
                .chunks(self.columns.len().max(1))
                .map(<[_]>::concat)
                .collect(),
        }
    }

    fn quartiles(&self, values: &Values<'_>) -> Section {
        let columns = self.columns.iter().flat_map(|path| {
            ["lower", "upper"].map(|which| [&path[..], &[which.to_owned()]].concat())
        });
        let cells = self.numbers.iter().map(|(number, outputs)| {
            let wanted = number.statistics.contains(&Statistic::Quartiles);
            [1, 3]
                .map(|quarter| {
                    wanted
                        .then(|| quantile(quarter, number, outputs, values))
                        .flatten()
                })
                .to_vec()
        });
        self.section(
            Statistic::Quartiles,
            columns.collect(),
            &cells.collect::<Vec<_>>(),
        )
    }

    /// One section for all numbers that have the same bins.
    fn histograms(&self, values: &Values<'_>, sections: &mut Vec<Section>) {
        let mut done: Vec<Vec<String>> = Vec::new();
        for (number, _) in &self.numbers {
            let bins = bin_titles(number);
            if !number.statistics.contains(&Statistic::Histogram) || done.contains(&bins) {
                continue;
            }
            let paths = self
                .rows
                .iter()
                .flat_map(|row| self.columns.iter().map(move |path| (row, path)));
            let mut rows = Vec::new();
            let mut cells = Vec::new();
            for ((row, path), (other, outputs)) in paths.zip(&self.numbers) {
                let wanted = other.statistics.contains(&Statistic::Histogram);
                if wanted && bin_titles(other) == bins {
                    rows.push([std::slice::from_ref(row), path].concat().join(", "));
                    cells.push(values.tally(&outputs.bins));
                }
            }
            let columns = bins.iter().map(|bin| vec![bin.clone()]).collect();
            sections.push(Section {
                rows,
                cells,
                ..self.section(Statistic::Histogram, columns, &[])
            });
            done.push(bins);
        }
    }
}

/// `from .. to` of each bin, in the number's unit.
fn bin_titles(number: &Number) -> Vec<String> {
    let bounds = number.bin_bounds().into_iter();
    bounds
        .map(|(start, end)| {
            let [start, end] = [start, end].map(|edge| Decimal::new(edge, number.decimals));
            format!("{start} to {end}")
        })
        .collect()
}

/// One figure of one number; none where nobody gave one.
#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
fn figure(
    statistic: Statistic,
    number: &Number,
    outputs: &NumberOutputs,
    values: &Values<'_>,
) -> Option<String> {
    if statistic != Statistic::Count && values.hides(outputs) {
        return Some(HIDDEN.to_owned());
    }
    let count = values.count(outputs);
    let sum = || values.sum(number, outputs);
    let more = number.decimals.saturating_add(MORE_DECIMALS);
    let unit = BigInt::from(10).pow(number.decimals.into());
    match statistic {
        Statistic::Count => Some(count.to_string()),
        Statistic::Sum => fraction(&sum(), &unit, number.decimals),
        Statistic::Mean => fraction(&sum(), &(count * unit), more),
        Statistic::PopulationDeviation | Statistic::SampleDeviation => {
            let squares = values.at(outputs.squares?);
            let sum = sum();
            // count^2 times the variance of the population, in units of the last digit.
            let spread = &count * squares - &sum * &sum;
            let others = if statistic == Statistic::SampleDeviation {
                &count - 1
            } else {
                count.clone()
            };
            root(&spread, &(count * others * &unit * &unit), more)
        }
        Statistic::Median => quantile(2, number, outputs, values),
        Statistic::Quartiles | Statistic::Histogram => None,
    }
}

/// The value below which so many quarters are, as if the values of a bin lay evenly between its
/// start and the start of the next one, or `max` in the last.
#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
fn quantile(
    quarters: u8,
    number: &Number,
    outputs: &NumberOutputs,
    values: &Values<'_>,
) -> Option<String> {
    if values.hides(outputs) {
        return Some(HIDDEN.to_owned());
    }
    let counts: Vec<BigInt> = outputs.bins.clone().map(|place| values.at(place)).collect();
    let total: BigInt = counts.iter().sum();
    // In quarters of a party.
    let target = total * quarters;
    let mut below = BigInt::ZERO;
    let bounds = number.bin_bounds();
    let next = bounds.iter().skip(1).map(|(start, _)| *start);
    let ends = next.chain(bounds.last().map(|(_, end)| *end));
    for ((count, (start, _)), end) in counts.iter().zip(&bounds).zip(ends) {
        let reached = &below + count * 4;
        if reached >= target && *count > BigInt::ZERO {
            let width = end.saturating_sub(*start);
            let within = count * 4;
            let unit = BigInt::from(10).pow(number.decimals.into());
            let more = number.decimals.saturating_add(MORE_DECIMALS);
            let value = &within * *start + (target - below) * width;
            return fraction(&value, &(within * unit), more);
        }
        below = reached;
    }
    None
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
        let cells: Vec<Option<String>> = outputs
            .clone()
            .map(|place| Some(values.at(place).to_string()))
            .collect();
        sections.push(Section {
            source: cross.id.clone(),
            title: cross.title.clone(),
            figures: Figures::CrossTable,
            unit: String::new(),
            rows: options(&cross.rows),
            cells: cells
                .chunks(columns.len().max(1))
                .map(<[_]>::to_vec)
                .collect(),
            columns,
        });
    }
}

/// `numerator / denominator` with so many digits behind the point; nothing where the denominator is
/// not positive.
#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
fn fraction(numerator: &BigInt, denominator: &BigInt, decimals: u8) -> Option<String> {
    if *denominator <= BigInt::ZERO {
        return None;
    }
    let scaled = numerator.magnitude() * BigUint::from(10_u8).pow(decimals.into()) * 2_u8;
    let denominator = denominator.magnitude();
    // Half of a digit is added, then cut.
    let rounded = (scaled + denominator) / (denominator * 2_u8);
    Some(decimal(numerator.sign(), &rounded, decimals))
}

/// The square root of `numerator / denominator`, likewise.
#[expect(clippy::arithmetic_side_effects, reason = "BigInt grows as needed")]
fn root(numerator: &BigInt, denominator: &BigInt, decimals: u8) -> Option<String> {
    if *denominator <= BigInt::ZERO || *numerator < BigInt::ZERO {
        return None;
    }
    // The root of 4 x^2 cut to a whole number is 2 x cut to halves: one more, halved, is x rounded.
    let scale = BigUint::from(100_u8).pow(decimals.into()) * 4_u8;
    let twice = (numerator.magnitude() * scale / denominator.magnitude()).sqrt();
    let rounded = (twice + 1_u8) / 2_u8;
    Some(decimal(Sign::Plus, &rounded, decimals))
}

/// `magnitude / 10^decimals`
fn decimal(sign: Sign, magnitude: &BigUint, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let width = decimals.saturating_add(1);
    let digits = format!("{magnitude:0>width$}");
    let point = digits.len().saturating_sub(decimals);
    let (whole, digits) = digits.split_at_checked(point).unwrap_or((&digits, ""));
    let sign = if sign == Sign::Minus && *magnitude != BigUint::ZERO {
        "-"
    } else {
        ""
    };
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let of = |a: i64, b: i64, decimals| fraction(&a.into(), &b.into(), decimals).unwrap();
        assert_eq!(of(1, 2, 0), "1");
        assert_eq!(of(-1, 2, 0), "-1");
        assert_eq!(of(-1, 3, 2), "-0.33");
        assert_eq!(of(-1, 1000, 2), "0.00");
        assert_eq!(of(2, 3, 2), "0.67");
        assert_eq!(of(1234, 1, 0), "1234");
        assert_eq!(fraction(&1.into(), &0.into(), 2), None);
    }

    #[test]
    fn roots_are_exact() {
        let of = |a: i64, b: i64, decimals| root(&a.into(), &b.into(), decimals).unwrap();
        assert_eq!(of(2, 1, 5), "1.41421");
        assert_eq!(of(9, 4, 0), "2");
        assert_eq!(of(1, 4, 2), "0.50");
        assert_eq!(of(8, 3, 3), "1.633");
        assert_eq!(of(0, 3, 1), "0.0");
    }
}
