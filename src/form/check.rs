//! What a form must satisfy, and what rules between answers say.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::answers::{cell_place, mistake};
use super::bounds::too_large;
use super::decimal::MAX_DECIMALS;
use super::{
    Answer, AnswerType, Answers, Choice, Column, Dimension, Form, Number, Presence, RatioOf, Rule,
    Statistic, Table,
};

/// One mistake in a form or in answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct FormError {
    /// Where: a JSON pointer (RFC 6901), the address of a cell, or line and column.
    pub place: String,
    /// What is wrong, and what was expected.
    pub problem: String,
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.place, self.problem)
        }
    }
}

/// Largest product of a quotient and its denominator: far from the field's end, so that no product
/// wraps around.
const MAX_PRODUCT: i128 = 1 << 110;

/// Most cohorts, over both dimensions together.
const MAX_COHORTS: usize = 1_024;

/// Most options of a choice, bins of a histogram.
const MAX_OPTIONS: usize = 200;

/// Longest text, in bytes.
const MAX_TEXT: usize = 2_000;

/// Longest unit, in bytes: it stands beside every figure.
const MAX_UNIT: usize = 40;

/// Largest magnitude of a bound, in units of the last digit: its square times all parties fits the
/// field.
const MAX_MAGNITUDE: i128 = 1 << 50;

pub(super) fn errors(form: &Form) -> Vec<FormError> {
    // First what bounds the work of everything else.
    let large = too_large(form);
    if !large.is_empty() {
        return large;
    }
    let mut checker = Checker {
        found: Vec::new(),
        ids: BTreeSet::new(),
    };
    checker.form(form);
    checker.found
}

struct Checker<'a> {
    found: Vec<FormError>,
    ids: BTreeSet<&'a str>,
}

impl<'a> Checker<'a> {
    fn wrong(&mut self, place: impl Into<String>, problem: impl fmt::Display) {
        self.found.push(mistake(place, &problem));
    }

    fn require(&mut self, holds: bool, place: &str, problem: &str) {
        if !holds {
            self.wrong(place, problem);
        }
    }

    fn text(&mut self, text: &str, place: &str) {
        self.require(!text.trim().is_empty(), place, "must not be empty");
        self.require(text.len() <= MAX_TEXT, place, "is longer than 2000 bytes");
    }

    /// A text that may be left out.
    fn short(&mut self, text: &str, place: &str) {
        self.require(text.len() <= MAX_TEXT, place, "is longer than 2000 bytes");
    }

    fn id(&mut self, id: &'a str, place: &str) {
        let fits = !id.is_empty()
            && id.len() <= 64
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let problem = "must be 1 to 64 letters, digits, - or _";
        self.require(fits, place, problem);
        let fresh = self.ids.insert(id);
        self.require(fresh, place, "is used twice: every id names one thing");
    }

    fn form(&mut self, form: &'a Form) {
        self.text(&form.title, "/title");
        self.short(&form.description, "/description");
        let asks = !form.tables.is_empty() || !form.questions.is_empty();
        self.require(asks, "", "a form needs a table or a question");
        for (index, table) in form.tables.iter().enumerate() {
            self.table(table, &format!("/tables/{index}"));
        }
        for (index, question) in form.questions.iter().enumerate() {
            let place = format!("/questions/{index}");
            self.id(&question.id, &format!("{place}/id"));
            self.text(&question.text, &format!("{place}/text"));
            match &question.answer {
                AnswerType::Number(number) => {
                    self.number(number, &format!("{place}/answer/number"));
                }
                AnswerType::Choice(choice) => {
                    self.options(&choice.options, &format!("{place}/answer/choice/options"));
                }
                AnswerType::Choices(choice) => self.choices(choice, &place),
            }
        }
        self.cohorts(form);
        self.connections(form);
    }

    fn choices(&mut self, choice: &'a Choice, place: &str) {
        self.options(&choice.options, &format!("{place}/answer/choices/options"));
        let place = format!("{place}/answer/choices/optional");
        let problem = "nothing chosen is an answer too: leave this out";
        self.require(!choice.optional, &place, problem);
    }

    fn table(&mut self, table: &'a Table, place: &str) {
        self.id(&table.id, &format!("{place}/id"));
        self.text(&table.title, &format!("{place}/title"));
        let (rows, columns) = table.shape();
        self.require(rows > 0, &format!("{place}/rows"), "must not be empty");
        let mut seen = BTreeSet::new();
        for (index, row) in table.rows.iter().enumerate() {
            let place = format!("{place}/rows/{index}");
            self.text(row, &place);
            self.require(
                seen.insert(row.trim().to_lowercase()),
                &place,
                "stands twice",
            );
        }
        let columns_place = format!("{place}/columns");
        self.require(columns > 0, &columns_place, "must not be empty");
        self.columns(&table.columns, &columns_place);
        self.number(&table.cell, &format!("{place}/cell"));
        let mut seen = BTreeSet::new();
        for (index, exception) in table.exceptions.iter().enumerate() {
            let place = format!("{place}/exceptions/{index}");
            let inside = exception.row < rows && exception.column < columns;
            self.require(inside, &place, "names a cell outside the table");
            let fresh = seen.insert((exception.row, exception.column));
            self.require(fresh, &place, "names a cell that another exception names");
            self.number(&exception.cell, &format!("{place}/cell"));
        }
        if let Some(mapping) = &table.spreadsheet {
            let place = format!("{place}/spreadsheet");
            self.text(&mapping.sheet, &format!("{place}/sheet"));
            let sheet = mapping.sheet.trim();
            // Spreadsheet programs count in units of UTF-16.
            let fits = sheet.encode_utf16().count() <= 31
                && !sheet.contains(['[', ']', ':', '*', '?', '/', '\\'])
                && !sheet.starts_with('\'')
                && !sheet.ends_with('\'');
            let problem = "a sheet's name has at most 31 characters, none of []:*?/\\ and no \
                           apostrophe at an end";
            self.require(fits, &format!("{place}/sheet"), problem);
            let address = parse_address(&mapping.first_cell).is_some();
            let problem = "must be the address of a cell such as B3";
            self.require(address, &format!("{place}/first_cell"), problem);
        }
    }

    fn columns(&mut self, columns: &'a [Column], place: &str) {
        for (index, column) in columns.iter().enumerate() {
            let place = format!("{place}/{index}");
            self.text(&column.title, &format!("{place}/title"));
            self.columns(&column.columns, &format!("{place}/columns"));
        }
    }

    fn number(&mut self, number: &Number, place: &str) {
        self.short(&number.hint, &format!("{place}/hint"));
        let problem = "is longer than 40 bytes";
        self.require(
            number.unit.len() <= MAX_UNIT,
            &format!("{place}/unit"),
            problem,
        );
        if number.decimals > MAX_DECIMALS {
            let problem = format!("must be at most {MAX_DECIMALS}");
            self.wrong(format!("{place}/decimals"), problem);
            return;
        }
        let Some((min, max)) = number.range() else {
            let problem = format!(
                "min and max must have at most the {} digits behind the point of decimals",
                number.decimals
            );
            self.wrong(place, problem);
            return;
        };
        let small = min.unsigned_abs().max(max.unsigned_abs()) <= MAX_MAGNITUDE.unsigned_abs();
        let problem = "min and max must be less than 2^50 units of the last digit";
        self.require(small, place, problem);
        self.require(min < max, place, "min must be less than max");
        let limit = number.warn_above.map(|limit| limit.scaled(number.decimals));
        let inside =
            limit.is_none_or(|limit| limit.is_some_and(|limit| (min..=max).contains(&limit)));
        let problem = "must be from min to max, with no more digits than the number";
        self.require(inside, &format!("{place}/warn_above"), problem);
        let statistics = format!("{place}/statistics");
        let asked: BTreeSet<Statistic> = number.statistics.iter().copied().collect();
        let once = asked.len() == number.statistics.len();
        self.require(once, &statistics, "names a statistic twice");
        let problem = "must name at least one statistic";
        self.require(!asked.is_empty(), &statistics, problem);
        self.bins(number, min, max, place);
    }

    fn bins(&mut self, number: &Number, min: i128, max: i128, place: &str) {
        let place = format!("{place}/bins");
        let wanted = number.wants(Statistic::needs_bins);
        let problem = "bins and a histogram, median or quartiles need each other";
        self.require(wanted != number.bins.is_empty(), &place, problem);
        self.require(number.bins.len() < MAX_OPTIONS, &place, "are more than 200");
        let rising = number.bin_starts().is_some_and(|starts| {
            starts.is_sorted_by(|a, b| a < b)
                && starts.iter().all(|start| (min..=max).contains(start))
        });
        let problem =
            "must rise from above min to at most max, with no more digits than the number";
        self.require(rising, &place, problem);
    }

    fn options(&mut self, options: &'a [String], place: &str) {
        let fits = (2..=MAX_OPTIONS).contains(&options.len());
        self.require(fits, place, "must be 2 to 200 texts");
        let mut titles = BTreeSet::new();
        for (index, option) in options.iter().enumerate() {
            let place = format!("{place}/{index}");
            self.text(option, &place);
            let problem = "must not contain a semicolon";
            self.require(!option.contains(';'), &place, problem);
            let fresh = titles.insert(option.trim().to_lowercase());
            self.require(fresh, &place, "stands twice");
        }
    }

    fn cohorts(&mut self, form: &'a Form) {
        let problem = "a form has at most two dimensions of cohorts";
        self.require(form.cohorts.len() <= 2, "/cohorts", problem);
        for (index, dimension) in form.cohorts.iter().enumerate() {
            let place = format!("/cohorts/{index}");
            self.id(&dimension.id, &format!("{place}/id"));
            self.text(&dimension.title, &format!("{place}/title"));
            self.options(&dimension.options, &format!("{place}/options"));
            self.merging(dimension, &format!("{place}/merge"));
        }
        let shown = form.presence == Presence::Counted || form.guards_parts();
        let problem = "public is for a form in which something may be left empty, with a \
                       /minimum/cell above 1";
        self.require(shown, "/presence", problem);
        if form.cohort_count() > MAX_COHORTS {
            let problem = format!("make more than {MAX_COHORTS} cohorts together");
            self.wrong("/cohorts", problem);
        }
        for (name, minimum) in [
            ("parties", form.minimum.parties),
            ("cohort", form.minimum.cohort),
            ("cell", form.minimum.cell),
        ] {
            let place = format!("/minimum/{name}");
            self.require(minimum != Some(0), &place, "must be at least 1");
            let problem = "must not be 2 where a deviation is asked for: with the mean it tells \
                           both values";
            let told = minimum == Some(2) && form.wants(Statistic::needs_squares);
            self.require(!told, &place, problem);
        }
    }

    fn merging(&mut self, dimension: &Dimension, place: &str) {
        let Some(merge) = &dimension.merge else {
            return;
        };
        let problem = "must be one of the options of this dimension, as it stands there";
        let known = dimension.options.contains(&merge.into);
        self.require(known, &format!("{place}/into"), problem);
        let place = format!("{place}/options");
        self.require(!merge.options.is_empty(), &place, "must not be empty");
        let mut seen = BTreeSet::from([&merge.into]);
        for (index, option) in merge.options.iter().enumerate() {
            let place = format!("{place}/{index}");
            self.require(dimension.options.contains(option), &place, problem);
            let fresh = seen.insert(option);
            self.require(fresh, &place, "stands twice, or takes in the others itself");
        }
    }

    /// Ratios, cross-tables and rules: what they name must be there and fit.
    fn connections(&mut self, form: &'a Form) {
        for (index, ratio) in form.ratios.iter().enumerate() {
            let place = format!("/ratios/{index}");
            self.id(&ratio.id, &format!("{place}/id"));
            self.text(&ratio.title, &format!("{place}/title"));
            let few = ratio.decimals <= MAX_DECIMALS;
            self.require(few, &format!("{place}/decimals"), "must be at most 9");
            let Some(pairs) = self.pairs(form, &ratio.numerator, &ratio.denominator, &place) else {
                continue;
            };
            if ratio.of == RatioOf::Parties {
                let fits = pairs.iter().all(|(above, below)| {
                    let (above_range, below_range) = (above.range(), below.range());
                    above_range.is_some_and(|(min, _)| min >= 0)
                        && below_range.is_some_and(|(min, _)| min >= 1)
                        && !above.optional
                        && !below.optional
                });
                let problem = "a mean of quotients needs numerators from 0 up and denominators from \
                               1 up, neither optional";
                self.require(fits, &place, problem);
                let largest = pairs.iter().all(|(above, below)| {
                    quotient_bounds(above, below, ratio.decimals)
                        .and_then(|bound| {
                            let (_, divisor) = quotient_scale(above, below, ratio.decimals)?;
                            let below = below.range()?.1.checked_mul(divisor)?;
                            Some(bound <= MAX_MAGNITUDE && bound.checked_mul(below)? <= MAX_PRODUCT)
                        })
                        .unwrap_or(false)
                });
                let problem = "the largest quotient must be less than 2^50 units of its last digit, and its product \
                               with the largest denominator less than 2^110";
                self.require(largest, &place, problem);
            }
        }
        for (index, cross) in form.cross_tables.iter().enumerate() {
            let place = format!("/cross_tables/{index}");
            self.id(&cross.id, &format!("{place}/id"));
            self.text(&cross.title, &format!("{place}/title"));
            let differ = cross.rows != cross.columns;
            self.require(differ, &place, "rows and columns must be two questions");
            for (name, id) in [("rows", &cross.rows), ("columns", &cross.columns)] {
                let place = format!("{place}/{name}");
                let choice = match form.question(id).map(|(_, question)| &question.answer) {
                    Some(AnswerType::Choice(choice)) => Some(choice),
                    _ => None,
                };
                let problem = "must be the id of a question with a single choice";
                self.require(choice.is_some(), &place, problem);
                // Its margins beside the question's own tally would show those few who answered
                // only one of both.
                let counted = choice.is_some_and(|choice| choice.optional) && form.min_cell() > 1;
                let problem = "names a choice that may be left empty: make it required, or set \
                               /minimum/cell to 1 if single answers may be shown";
                self.require(!counted, &place, problem);
            }
        }
        for (index, rule) in form.rules.iter().enumerate() {
            let Rule::ZeroIfAndOnlyIfZero(left, right) = rule;
            let place = format!("/rules/{index}/zero_if_and_only_if_zero");
            self.require(left != right, &place, "must name two things");
            let fresh = form.rules.iter().take(index).all(|before| before != rule);
            self.require(fresh, &place, "stands twice");
            self.pairs(form, left, right, &place);
        }
    }

    /// The numbers of two tables of one shape, or of two questions.
    fn pairs(
        &mut self,
        form: &'a Form,
        left: &str,
        right: &str,
        place: &str,
    ) -> Option<Vec<(&'a Number, &'a Number)>> {
        let numbers = |id: &str| -> Option<((usize, usize), Vec<&'a Number>)> {
            if let Some((_, table)) = form.table(id) {
                return Some((table.shape(), table.numbers().collect()));
            }
            let (_, question) = form.question(id)?;
            Some(((1, 1), vec![question.answer.number()?]))
        };
        let (Some((left_shape, left)), Some((right_shape, right))) =
            (numbers(left), numbers(right))
        else {
            self.wrong(
                place,
                "must name tables, or questions with a number, by their ids",
            );
            return None;
        };
        if left_shape != right_shape {
            self.wrong(
                place,
                "must name two tables with as many rows and columns, or two questions",
            );
            return None;
        }
        Some(left.into_iter().zip(right).collect())
    }
}

/// The factor between numerator and quotient: a quotient has `decimals` digits behind the point,
/// whatever numerator and denominator have.
///
/// `quotient = scale * numerator / (denominator * divisor)`
#[must_use]
pub fn quotient_scale(above: &Number, below: &Number, decimals: u8) -> Option<(i128, i128)> {
    let up = u32::from(decimals).checked_add(below.decimals.into())?;
    let down = u32::from(above.decimals);
    let common = up.min(down);
    Some((
        10_i128.checked_pow(up.checked_sub(common)?)?,
        10_i128.checked_pow(down.checked_sub(common)?)?,
    ))
}

/// The largest quotient, in units of its last digit.
#[must_use]
pub fn quotient_bounds(above: &Number, below: &Number, decimals: u8) -> Option<i128> {
    let (scale, divisor) = quotient_scale(above, below, decimals)?;
    let (_, largest) = above.range()?;
    let (least, _) = below.range()?;
    largest
        .checked_mul(scale)?
        .checked_div(least.checked_mul(divisor)?)
}

/// Column and row of an address such as `B3`, from 0.
#[must_use]
pub fn parse_address(address: &str) -> Option<(u32, u32)> {
    let letters = address.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, row) = address.split_at_checked(letters)?;
    if !(1..=3).contains(&column.len()) || row.starts_with('0') {
        return None;
    }
    let column = column.bytes().try_fold(0_u32, |column, letter| {
        column
            .checked_mul(26)?
            .checked_add(u32::from(letter.checked_sub(b'A')?).checked_add(1)?)
    })?;
    let row: u32 = row.parse().ok().filter(|row| *row <= 1_048_576)?;
    Some((column.checked_sub(1)?, row.checked_sub(1)?)).filter(|(column, _)| *column < 16_384)
}

/// The rules between two answers that do not hold.
pub(super) fn broken_rules(form: &Form, answers: &Answers) -> Vec<FormError> {
    let mut found = Vec::new();
    for rule in &form.rules {
        let Rule::ZeroIfAndOnlyIfZero(left, right) = rule;
        let (Some(a), Some(b)) = (values(form, answers, left), values(form, answers, right)) else {
            continue;
        };
        for (place, (a, b)) in a.into_iter().zip(b).enumerate() {
            if (a == 0) == (b == 0) {
                continue;
            }
            let name = |id: &String| match form.table(id) {
                Some((_, table)) => cell_place(table, place),
                None => format!("/questions/{id}"),
            };
            let problem = format!(
                "must be zero if and only if {} is zero: one is, the other is not",
                name(right)
            );
            found.push(mistake(name(left), &problem));
        }
    }
    found
}

/// The values of a table or a question; an empty one is zero.
fn values(form: &Form, answers: &Answers, id: &str) -> Option<Vec<i128>> {
    if let Some((index, _)) = form.table(id) {
        let cells = answers.tables.get(index)?;
        return Some(cells.iter().map(|cell| cell.unwrap_or_default()).collect());
    }
    let (index, _) = form.question(id)?;
    match answers.questions.get(index)? {
        Answer::Number(number) => Some(vec![*number]),
        _ => Some(vec![0]),
    }
}
