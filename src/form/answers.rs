//! What an input party answers, and how it is read: from texts (a spreadsheet's cells, prompts) or
//! from an answers file. All mistakes are found at once.

use std::fmt;

use serde_json::{Map, Value};

use super::{AnswerType, Choice, Decimal, Form, FormError, Number, Table};

/// Everything that one party answers. Debug shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Answers {
    /// The option chosen in each dimension.
    pub cohort: Vec<usize>,
    /// The cells of each table, row by row, as whole numbers of the last digit.
    pub tables: Vec<Vec<Option<i128>>>,
    /// The answer to each question.
    pub questions: Vec<Answer>,
}

/// An answer to a question.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// Left empty.
    Empty,
    /// A whole number of the last digit.
    Number(i128),
    /// Which option.
    Choice(usize),
    /// For each option whether it was chosen.
    Choices(Vec<bool>),
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers(..)")
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(..)")
    }
}

/// Why one answer is not taken. The answer itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nothing where something must be.
    #[error("is empty, and must not be")]
    Missing,
    /// Not a number.
    #[error("is not a number in digits, such as {example}")]
    NotANumber {
        /// One that would be taken.
        example: String,
    },
    /// More digits behind the point than are taken.
    #[error("has more than {decimals} digits behind the point")]
    Digits {
        /// How many are taken.
        decimals: u8,
    },
    /// Outside its bounds.
    #[error("must be from {min} to {max}")]
    OutOfRange {
        /// The least.
        min: Decimal,
        /// The largest.
        max: Decimal,
    },
    /// Not one of the options.
    #[error("must be one of: {}", .options.join(", "))]
    NoSuchOption {
        /// What there is.
        options: Vec<String>,
    },
    /// What is there has another form.
    #[error("must be {0}")]
    Shape(String),
}

impl Number {
    /// Reads what a person typed; blank is empty.
    pub fn read(&self, text: &str) -> Result<Option<i128>, AnswerError> {
        if text.trim().is_empty() {
            return if self.optional {
                Ok(None)
            } else {
                Err(AnswerError::Missing)
            };
        }
        let number: Decimal = text.parse().map_err(|_| AnswerError::NotANumber {
            example: self.max.to_string(),
        })?;
        let scaled = number.scaled(self.decimals).ok_or(AnswerError::Digits {
            decimals: self.decimals,
        })?;
        self.check(Some(scaled))?;
        Ok(Some(scaled))
    }

    /// Whether a number may be given.
    pub fn check(&self, number: Option<i128>) -> Result<(), AnswerError> {
        let Some(number) = number else {
            return if self.optional {
                Ok(())
            } else {
                Err(AnswerError::Missing)
            };
        };
        let inside = self
            .range()
            .is_some_and(|(min, max)| (min..=max).contains(&number));
        if inside {
            Ok(())
        } else {
            Err(AnswerError::OutOfRange {
                min: self.min,
                max: self.max,
            })
        }
    }

    /// Whether a number is so large that it is asked about again.
    #[must_use]
    pub fn is_suspicious(&self, number: i128) -> bool {
        let limit = self
            .warn_above
            .and_then(|limit| limit.scaled(self.decimals));
        limit.is_some_and(|limit| number > limit)
    }
}

impl Choice {
    /// The option with that title; letters' case and blanks around it do not matter.
    pub fn read(&self, text: &str) -> Result<usize, AnswerError> {
        option(&self.options, text)
    }
}

/// The option with that title.
pub(super) fn option(options: &[String], text: &str) -> Result<usize, AnswerError> {
    let wanted = text.trim().to_lowercase();
    let mut titles = options.iter();
    titles
        .position(|title| title.trim().to_lowercase() == wanted)
        .ok_or_else(|| AnswerError::NoSuchOption {
            options: options.to_vec(),
        })
}

impl AnswerType {
    /// Reads what a person typed; several options are separated by semicolons, blank is empty.
    pub fn read(&self, text: &str) -> Result<Answer, AnswerError> {
        let blank = text.trim().is_empty();
        match self {
            Self::Number(number) => Ok(number.read(text)?.map_or(Answer::Empty, Answer::Number)),
            Self::Choice(choice) if blank && choice.optional => Ok(Answer::Empty),
            Self::Choice(_) if blank => Err(AnswerError::Missing),
            Self::Choice(choice) => Ok(Answer::Choice(choice.read(text)?)),
            Self::Choices(choice) => {
                let mut chosen = vec![false; choice.options.len()];
                let titles = text.split(';').filter(|title| !title.trim().is_empty());
                for title in titles {
                    let place = choice.read(title)?;
                    if let Some(chosen) = chosen.get_mut(place) {
                        *chosen = true;
                    }
                }
                Ok(Answer::Choices(chosen))
            }
        }
    }

    /// Whether an answer may be given.
    pub fn check(&self, answer: &Answer) -> Result<(), AnswerError> {
        match (self, answer) {
            (Self::Number(number), Answer::Number(value)) => number.check(Some(*value)),
            (Self::Number(number), Answer::Empty) => number.check(None),
            (Self::Choice(choice), Answer::Empty) if choice.optional => Ok(()),
            (Self::Choice(_), Answer::Empty) => Err(AnswerError::Missing),
            (Self::Choice(choice), Answer::Choice(place)) if *place < choice.options.len() => {
                Ok(())
            }
            (Self::Choices(choice), Answer::Choices(chosen))
                if chosen.len() == choice.options.len() =>
            {
                Ok(())
            }
            _ => Err(AnswerError::Shape(
                "an answer of the kind that is asked for".to_owned(),
            )),
        }
    }
}

/// One mistake in an answers file or a spreadsheet.
pub(super) fn mistake(place: impl Into<String>, problem: &impl fmt::Display) -> FormError {
    FormError {
        place: place.into(),
        problem: problem.to_string(),
    }
}

impl Form {
    /// Everything that is wrong with answers, wherever they come from: what one answer breaks on its
    /// own, and what breaks a rule between two.
    #[must_use]
    pub fn mistakes(&self, answers: &Answers) -> Vec<FormError> {
        let whole = answers.cohort.len() == self.cohorts.len()
            && answers.tables.len() == self.tables.len()
            && answers.questions.len() == self.questions.len();
        if !whole {
            return vec![mistake("", &"the answers belong to another form")];
        }
        let mut found = Vec::new();
        for (dimension, chosen) in self.cohorts.iter().zip(&answers.cohort) {
            if *chosen >= dimension.options.len() {
                let options = dimension.options.clone();
                let problem = AnswerError::NoSuchOption { options };
                found.push(mistake(format!("/cohorts/{}", dimension.id), &problem));
            }
        }
        for (table, cells) in self.tables.iter().zip(&answers.tables) {
            let (rows, columns) = table.shape();
            if Some(cells.len()) != rows.checked_mul(columns) {
                let problem = format!("must have {rows} rows of {columns} cells");
                found.push(mistake(format!("/tables/{}", table.id), &problem));
                continue;
            }
            for (place, (number, cell)) in table.numbers().zip(cells).enumerate() {
                if let Err(problem) = number.check(*cell) {
                    found.push(mistake(cell_place(table, place), &problem));
                }
            }
        }
        for (question, answer) in self.questions.iter().zip(&answers.questions) {
            if let Err(problem) = question.answer.check(answer) {
                found.push(mistake(format!("/questions/{}", question.id), &problem));
            }
        }
        if found.is_empty() {
            found = super::check::broken_rules(self, answers);
        }
        found
    }

    /// Reads an answers file:
    ///
    /// ```json
    /// {
    ///   "cohorts": {"industry": "Finance"},
    ///   "tables": {"salary": [[1, 2], [3, null]]},
    ///   "questions": {"size": 40, "union": "Yes", "benefits": ["Health", "Pension"]}
    /// }
    /// ```
    pub fn read_answers(&self, json: &str) -> Result<Answers, Vec<FormError>> {
        let read: Result<Value, _> = serde_json::from_slice(json.as_bytes());
        let value = read.map_err(|error| vec![super::wording::unreadable(&error)])?;
        let (answers, mut mistakes) = read_value(self, &value);
        if mistakes.is_empty() {
            mistakes = self.mistakes(&answers);
        }
        if mistakes.is_empty() {
            Ok(answers)
        } else {
            Err(mistakes)
        }
    }

    /// The number of a party's cohort.
    #[must_use]
    pub fn cohort_of(&self, answers: &Answers) -> u32 {
        let pairs = self.cohorts.iter().zip(&answers.cohort);
        let cohort = pairs.fold(0_usize, |cohort, (dimension, chosen)| {
            cohort
                .saturating_mul(dimension.options.len())
                .saturating_add(*chosen)
        });
        u32::try_from(cohort).unwrap_or(u32::MAX)
    }
}

/// Where a cell stands, as a JSON pointer into an answers file.
pub(super) fn cell_place(table: &Table, place: usize) -> String {
    let columns = table.shape().1;
    let row = place.checked_div(columns).unwrap_or_default();
    let column = place.checked_rem(columns).unwrap_or_default();
    format!("/tables/{}/{row}/{column}", table.id)
}

/// What can be read of an answers file, with nothing in place of the rest, and why that cannot.
pub(super) fn read_value(form: &Form, value: &Value) -> (Answers, Vec<FormError>) {
    let mut reader = Reader(Vec::new());
    let answers = reader.answers(form, value);
    (answers, reader.0)
}

/// Reads an answers file and gathers what is wrong with it.
struct Reader(Vec<FormError>);

impl Reader {
    fn answers(&mut self, form: &Form, value: &Value) -> Answers {
        let empty = Map::new();
        let top = self.object("", value, &["cohorts", "tables", "questions"]);
        let top = top.unwrap_or(&empty);
        let [cohorts, tables, questions] = ["cohorts", "tables", "questions"].map(|name| {
            let ids: Vec<&str> = match name {
                "cohorts" => form.cohorts.iter().map(|item| item.id.as_str()).collect(),
                "tables" => form.tables.iter().map(|item| item.id.as_str()).collect(),
                _ => form.questions.iter().map(|item| item.id.as_str()).collect(),
            };
            top.get(name)
                .and_then(|value| self.object(&format!("/{name}"), value, &ids))
                .unwrap_or(&empty)
        });
        Answers {
            cohort: form
                .cohorts
                .iter()
                .map(|dimension| {
                    let text = cohorts.get(&dimension.id).and_then(Value::as_str);
                    let chosen = text
                        .ok_or(AnswerError::Missing)
                        .and_then(|text| option(&dimension.options, text));
                    self.keep(|| format!("/cohorts/{}", dimension.id), chosen, 0)
                })
                .collect(),
            tables: form
                .tables
                .iter()
                .map(|table| self.table(table, tables.get(&table.id)))
                .collect(),
            questions: form
                .questions
                .iter()
                .map(|question| {
                    let answer = read_answer(&question.answer, questions.get(&question.id));
                    let place = || format!("/questions/{}", question.id);
                    self.keep(place, answer, Answer::Empty)
                })
                .collect(),
        }
    }

    fn table(&mut self, table: &Table, value: Option<&Value>) -> Vec<Option<i128>> {
        let (rows, columns) = table.shape();
        let grid = value.and_then(Value::as_array).filter(|grid| {
            let right = |row: &Value| row.as_array().is_some_and(|row| row.len() == columns);
            grid.len() == rows && grid.iter().all(right)
        });
        let Some(grid) = grid else {
            let problem = AnswerError::Shape(format!("a list of {rows} rows of {columns} cells"));
            self.0
                .push(mistake(format!("/tables/{}", table.id), &problem));
            return Vec::new();
        };
        let cells = grid
            .iter()
            .flat_map(|row| row.as_array().into_iter().flatten());
        let numbers = table.numbers().zip(cells).enumerate();
        numbers
            .map(|(place, (number, cell))| {
                let read = text_of(cell).and_then(|text| number.read(&text));
                self.keep(|| cell_place(table, place), read, None)
            })
            .collect()
    }

    /// An object without members that the form does not have.
    fn object<'a>(
        &mut self,
        place: &str,
        value: &'a Value,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.0.push(mistake(place, &"must be an object"));
            return None;
        };
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let problem = format!("is not in the form, which has: {}", known.join(", "));
            self.0.push(mistake(format!("{place}/{name}"), &problem));
        }
        Some(object)
    }

    fn keep<T>(
        &mut self,
        place: impl FnOnce() -> String,
        read: Result<T, AnswerError>,
        instead: T,
    ) -> T {
        read.unwrap_or_else(|problem| {
            self.0.push(mistake(place(), &problem));
            instead
        })
    }
}

fn read_answer(expected: &AnswerType, value: Option<&Value>) -> Result<Answer, AnswerError> {
    let value = value.unwrap_or(&Value::Null);
    match (expected, value) {
        (AnswerType::Choices(choice), Value::Array(titles)) => {
            let mut chosen = vec![false; choice.options.len()];
            for title in titles {
                let place = choice.read(&text_of(title)?)?;
                if let Some(chosen) = chosen.get_mut(place) {
                    *chosen = true;
                }
            }
            Ok(Answer::Choices(chosen))
        }
        (AnswerType::Choices(_), _) => Err(AnswerError::Shape("a list of options".to_owned())),
        _ => expected.read(&text_of(value)?),
    }
}

/// A JSON value as a person would have typed it.
pub(super) fn text_of(value: &Value) -> Result<String, AnswerError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        // serde_json prints a number as it was written, unless it has a fraction or an exponent:
        // those are asked for as text, so that nothing is rounded on the way.
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        Value::Number(_) => Err(AnswerError::Shape(
            "written as text where it has a fraction, such as \"0.25\"".to_owned(),
        )),
        _ => Err(AnswerError::Shape("a number or a text".to_owned())),
    }
}
