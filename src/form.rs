//! What an input party fills in: tables of numbers, questions and cohorts, as a `form.json` declares
//! them. A form is data: what it asks, which answers it takes, and which statistics are made of them.
//!
//! Places have one order everywhere: tables in their order, each row by row, then questions.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

pub mod answers;
mod bounds;
mod check;
mod cohort;
pub mod decimal;
mod number;
pub mod report;
mod review;
mod table;
mod wording;
mod written;

use serde::{Deserialize, Serialize};

pub use self::answers::{Answer, Answers};
pub use self::check::{FormError, parse_address, quotient_bounds, quotient_scale};
pub use self::cohort::{Dimension, Merge};
pub use self::decimal::Decimal;
pub use self::number::{Number, Statistic};
pub use self::review::Review;
pub use self::table::{Column, Exception, SheetMapping, Table};
use crate::crypto::{Tag, sha256};
use crate::ids::Digest;

/// A form, as its file declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// For editors, which find the schema of this file by it; not a part of the form.
    #[serde(rename = "$schema", default, skip_serializing)]
    pub schema: Option<String>,
    /// What people see first.
    pub title: String,
    /// What it is about, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Tables of numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
    /// Single questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Up to two ways to group the parties; every party chooses one entry of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohorts: Vec<Dimension>,
    /// Quotients of two tables, cell by cell, or of two questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratios: Vec<Ratio>,
    /// Tallies of two choices together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cross_tables: Vec<CrossTable>,
    /// What must hold between two tables or two questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// How many parties a published group must have.
    #[serde(default)]
    pub minimum: Minimum,
    /// How it becomes known who gave what may be left empty, for the minimum of cells.
    #[serde(default, skip_serializing_if = "is_default")]
    pub presence: Presence,
}

/// How it becomes known who gave what may be left empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Both compute parties count how many of each cohort did, and learn no more. If one of them lies
    /// about its share of the counts, the minimum of cells is not kept.
    #[default]
    Counted,
    /// What a party left empty stands beside its sealed shares in clear: both compute parties see it
    /// of every party, and each of them keeps the minimum of cells by itself.
    Public,
}

/// A single question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Names it within the form.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// What is answered.
    pub answer: AnswerType,
}

/// What a question takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerType {
    /// A number.
    Number(Number),
    /// One of several.
    Choice(Choice),
    /// Any of several.
    Choices(Choice),
}

/// What there is to choose from. The parties that chose each are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// At least two.
    pub options: Vec<String>,
    /// Whether it may be left empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optional: bool,
}

/// A quotient of two tables of the same shape, cell by cell, or of two questions with numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// Names it within the form.
    pub id: String,
    /// For people.
    pub title: String,
    /// Id of a table or a question.
    pub numerator: String,
    /// Id of a table or a question.
    pub denominator: String,
    /// How it is taken.
    pub of: RatioOf,
    /// Digits behind the point.
    #[serde(default, skip_serializing_if = "is_default")]
    pub decimals: u8,
}

/// How a quotient is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RatioOf {
    /// Sum of the numerators / sum of the denominators: where the denominators count, the mean
    /// weighted by them.
    Sums,
    /// The mean over the parties of each one's quotient, which is cut to the digits asked for.
    Parties,
}

/// How many parties chose each pair of options of two single choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CrossTable {
    /// Names it within the form.
    pub id: String,
    /// For people.
    pub title: String,
    /// Id of the question whose options are the rows.
    pub rows: String,
    /// Id of the question whose options are the columns.
    pub columns: String,
}

/// What must hold between two tables, cell by cell, or two questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Zero in the one if and only if zero in the other; an empty one counts as zero.
    ZeroIfAndOnlyIfZero(String, String),
}

/// How many parties a published group must have. With 1 a result can be one party's own answers; with
/// 2 each of the two can compute the other's, and a deviation beside the mean tells both to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Minimum {
    /// Of all parties; by default 3, and 5 where a deviation is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parties: Option<u64>,
    /// Of a cohort; by default the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<u64>,
    /// Of those who gave a cell or a question that may be left empty, in any group; by default that
    /// of a cohort. How many gave each becomes known to both compute parties (see `presence`); 1
    /// turns it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<u64>,
}

/// Minimum where nothing is said.
const MINIMUM: u64 = 3;

/// Minimum where a deviation is asked for: with three parties, mean and deviation together would
/// show each of them what the other two have.
const MINIMUM_WITH_DEVIATION: u64 = 5;

impl Form {
    /// Reads a form and checks all of it.
    pub fn parse(json: &str) -> Result<Self, Vec<FormError>> {
        // The mark with which some editors begin a file.
        let json = json.trim_start_matches('\u{feff}');
        let read: Result<Self, _> = serde_json::from_slice(json.as_bytes());
        let mut form = read.map_err(|error| vec![wording::unreadable(&error)])?;
        form.schema = None;
        let errors = form.errors();
        if errors.is_empty() {
            Ok(form)
        } else {
            Err(errors)
        }
    }

    /// Tells one form from another: H("form-hash", the form as JSON).
    #[must_use]
    pub fn hash(&self) -> Digest {
        // A form is made of texts, numbers and lists: it always has a JSON form.
        let json = serde_json::to_vec(self).unwrap_or_default();
        sha256(Tag::FORM_HASH, &[&json])
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub fn errors(&self) -> Vec<FormError> {
        check::errors(self)
    }

    /// How many parties must be in the result.
    #[must_use]
    pub fn min_parties(&self) -> u64 {
        self.minimum
            .parties
            .unwrap_or(if self.wants(Statistic::needs_squares) {
                MINIMUM_WITH_DEVIATION
            } else {
                MINIMUM
            })
    }

    /// Whether such a statistic is asked for of any number.
    #[must_use]
    pub fn wants(&self, such: fn(Statistic) -> bool) -> bool {
        let cells = self.tables.iter().flat_map(Table::numbers);
        let questions = self.questions.iter();
        let questions = questions.filter_map(|question| question.answer.number());
        cells.chain(questions).any(|number| number.wants(such))
    }

    /// How many parties must be in a published cohort.
    #[must_use]
    pub fn min_cohort(&self) -> u64 {
        self.minimum.cohort.unwrap_or_else(|| self.min_parties())
    }

    /// How many parties must have given a published cell or question that may be left empty.
    #[must_use]
    pub fn min_cell(&self) -> u64 {
        self.minimum.cell.unwrap_or_else(|| self.min_cohort())
    }

    /// Whether a cell or a question may be left empty.
    #[must_use]
    pub fn has_optional_parts(&self) -> bool {
        let mut cells = self.tables.iter().flat_map(Table::numbers);
        let mut questions = self.questions.iter();
        cells.any(|number| number.optional)
            || questions.any(|question| question.answer.is_optional())
    }

    /// Of how few parties something may be shown beside what is made of all of them: of a group, or of
    /// those in one who gave what may be left empty; nothing where there is neither.
    #[must_use]
    pub fn fewest_shown(&self) -> Option<u64> {
        let group = (!self.cohorts.is_empty()).then(|| self.min_cohort());
        let part = self.has_optional_parts().then(|| self.min_cell());
        [group, part].into_iter().flatten().min()
    }

    /// Whether what may be left empty is published only of groups in which enough gave it.
    #[must_use]
    pub fn guards_parts(&self) -> bool {
        self.min_cell() > 1 && self.has_optional_parts()
    }

    /// Whether what a party left empty stands in clear beside its shares.
    #[must_use]
    pub fn shows_presence(&self) -> bool {
        self.presence == Presence::Public && self.guards_parts()
    }

    /// How many cohorts there are, one for each combination of the dimensions' options; 1 without
    /// dimensions. Cohort `i * m + j` is option i of the first and option j of the second of m.
    #[must_use]
    pub fn cohort_count(&self) -> usize {
        let sizes = self.cohorts.iter().map(|dimension| dimension.options.len());
        sizes.fold(1, usize::saturating_mul)
    }

    /// The table with that id.
    #[must_use]
    pub fn table(&self, id: &str) -> Option<(usize, &Table)> {
        let mut tables = self.tables.iter().enumerate();
        tables.find(|(_, table)| table.id == id)
    }

    /// The question with that id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<(usize, &Question)> {
        let mut questions = self.questions.iter().enumerate();
        questions.find(|(_, question)| question.id == id)
    }
}

impl AnswerType {
    /// Whether it may be left empty.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        match self {
            Self::Number(number) => number.optional,
            Self::Choice(choice) | Self::Choices(choice) => choice.optional,
        }
    }

    /// What is asked for, if that is a number.
    #[must_use]
    pub fn number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Choice(_) | Self::Choices(_) => None,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests;
