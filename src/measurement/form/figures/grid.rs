//! The statistics of numbers in rows and columns.

use num_bigint::BigInt;

use super::rounding::{fraction, root};
use super::{MORE_DECIMALS, Values};
use crate::form::report::{Figures, HIDDEN, Section};
use crate::form::{Decimal, Number, Statistic};
use crate::measurement::form::plan::NumberOutputs;

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

/// Numbers in rows and columns, and where their sums stand.
pub(super) struct Grid<'a> {
    pub(super) source: &'a str,
    pub(super) title: &'a str,
    pub(super) rows: Vec<String>,
    pub(super) columns: Vec<Vec<String>>,
    pub(super) numbers: Vec<(&'a Number, &'a NumberOutputs)>,
}

impl Grid<'_> {
    pub(super) fn sections(&self, values: &Values<'_>, sections: &mut Vec<Section>) {
        for statistic in ORDER {
            if statistic == Statistic::Histogram {
                self.histograms(values, sections);
                continue;
            }
            for unit in self.units(statistic) {
                sections.push(self.figures(statistic, unit, values));
            }
        }
    }

    /// The units of the numbers of which a statistic is asked: a section has one.
    fn units(&self, statistic: Statistic) -> Vec<&str> {
        let mut units = Vec::new();
        for (number, _) in &self.numbers {
            let unit = unit_of(statistic, number);
            if number.statistics.contains(&statistic) && !units.contains(&unit) {
                units.push(unit);
            }
        }
        units
    }

    /// One statistic of all numbers with that unit.
    fn figures(&self, statistic: Statistic, unit: &str, values: &Values<'_>) -> Section {
        let quartiles = statistic == Statistic::Quartiles;
        let cells = self.numbers.iter().map(|(number, outputs)| {
            let wanted = number.statistics.contains(&statistic);
            let wanted = wanted && unit_of(statistic, number) == unit;
            if quartiles {
                [1, 3]
                    .map(|quarter| {
                        wanted
                            .then(|| quantile(quarter, number, outputs, values))
                            .flatten()
                    })
                    .to_vec()
            } else {
                let figure = wanted.then(|| figure(statistic, number, outputs, values));
                vec![figure.flatten()]
            }
        });
        let cells: Vec<_> = cells.collect();
        let columns = if quartiles {
            let columns = self.columns.iter().flat_map(|path| {
                ["lower", "upper"].map(|which| [&path[..], &[which.to_owned()]].concat())
            });
            columns.collect()
        } else {
            self.columns.clone()
        };
        Section {
            unit: unit.to_owned(),
            ..self.section(statistic, columns, &cells)
        }
    }

    /// A section with the grid's rows; each number has one or more cells.
    fn section(
        &self,
        statistic: Statistic,
        columns: Vec<Vec<String>>,
        cells: &[Vec<Option<String>>],
    ) -> Section {
        Section {
            source: self.source.to_owned(),
            title: self.title.to_owned(),
            figures: Figures::Statistic(statistic),
            unit: String::new(),
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

/// What a statistic of a number is in: nothing where it counts.
fn unit_of(statistic: Statistic, number: &Number) -> &str {
    match statistic {
        Statistic::Count | Statistic::Histogram => "",
        _ => &number.unit,
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
