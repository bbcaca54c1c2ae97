//! The people who are invited, as a table of text: reading it, and writing what goes out to them.
//!
//! # The table
//!
//! Separated by commas, semicolons or tabs, in UTF-8 or with the byte order mark of UTF-16. The first
//! line names the columns, in any order and with letters of either case: `label`, which names a party
//! to the analyst, `email`, and the id or the title of each dimension of the form's cohorts. Every
//! column may be left out; one that is not known is a mistake, since a misspelt one would be lost. An
//! empty cohort is the party's own choice. Empty lines are skipped.
//!
//! All that is wrong is told at once, each mistake by its line and column.

mod mailing;
mod message;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use crate::form::Dimension;
use crate::invitation::{Email, Label, NewInvitation};
use crate::spreadsheet::{decode, separator};
use crate::text::is_hidden;

pub use self::mailing::{Addressee, COLUMNS, mailing};
pub use self::message::{MAX_TEMPLATE, PLACEHOLDERS, STANDARD, Template, TemplateError};

/// Largest file, in bytes: [`MAX_PEOPLE`] lines of some length.
pub const MAX_FILE: usize = 16_000_000;

/// Most people in one file: twenty lists of invitations.
pub const MAX_PEOPLE: usize = 100_000;

/// Most mistakes that are gathered: nobody reads more before correcting the file.
const MAX_MISTAKES: usize = 1_000;

/// Most columns: more than are known, and few enough that a line of separators costs nothing.
const MAX_COLUMNS: usize = 64;

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column's name, where the mistake is in one.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// Why a file of people is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Nothing in it, or nobody.
    #[error("names nobody: a first line such as label,email and a line for each party are needed")]
    Empty,
    /// More bytes than are read.
    #[error("has more than {MAX_FILE} bytes")]
    TooLarge,
    /// More people than are read.
    #[error("names more than {MAX_PEOPLE} people: invite them from several files")]
    TooMany,
    /// A workbook.
    #[error("is a spreadsheet's own format: save it as CSV")]
    NotText,
    /// Text in an encoding that is not known.
    #[error("is not in UTF-8: save it as \"CSV UTF-8\"")]
    Encoding,
    /// What is wrong, in the order of lines.
    #[error("{}", list(.0))]
    Mistakes(Vec<Mistake>),
}

fn list(mistakes: &[Mistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Reads a file of people. `dimensions` are those of the form's cohorts, none for a sum.
pub fn read(bytes: &[u8], dimensions: &[Dimension]) -> Result<Vec<NewInvitation>, RosterError> {
    if bytes.len() > MAX_FILE {
        return Err(RosterError::TooLarge);
    }
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(RosterError::NotText);
    }
    let text = decode(bytes).map_err(|_| RosterError::Encoding)?;
    if text.trim().is_empty() {
        return Err(RosterError::Empty);
    }
    if text.matches('"').count() % 2 != 0 {
        let problem = "a quotation mark is opened and never closed: close it, or write it twice \
                       where it is part of a text";
        return Err(RosterError::Mistakes(vec![Mistake {
            line: unclosed(&text),
            column: None,
            problem: problem.to_owned(),
        }]));
    }
    Reader::new(dimensions).read(&text)
}

/// The line of the last quotation mark: the one that is left open, or is the close of one.
fn unclosed(text: &str) -> u64 {
    let before = text.rsplit_once('"').map_or("", |(before, _)| before);
    (before.matches('\n').count() as u64).saturating_add(1)
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Label,
    Email,
    /// The cohort of that dimension.
    Cohort(usize),
}

/// Reads the lines of one file.
struct Reader<'a> {
    dimensions: &'a [Dimension],
    /// The columns as the file has them, each with the name that it gives them.
    columns: Vec<(Column, String)>,
    /// The options of each dimension, by [`folded`] title.
    options: Vec<HashMap<String, u32>>,
    /// The labels so far, each with its line.
    labels: HashMap<String, u64>,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    fn new(dimensions: &'a [Dimension]) -> Self {
        let options = dimensions.iter().map(|dimension| {
            let numbered = (0_u32..).zip(&dimension.options);
            numbered.map(|(at, title)| (folded(title), at)).collect()
        });
        Self {
            dimensions,
            columns: Vec::new(),
            options: options.collect(),
            labels: HashMap::new(),
            mistakes: Vec::new(),
        }
    }

    fn read(mut self, text: &str) -> Result<Vec<NewInvitation>, RosterError> {
        let mut lines = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator(text))
            .from_reader(text.as_bytes());
        let (mut line, mut people) = (csv::StringRecord::new(), Vec::new());
        loop {
            match lines.read_record(&mut line) {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => return Err(RosterError::Encoding),
            }
            let number = line.position().map_or(0, csv::Position::line);
            let blank = line.iter().all(|field| field.trim().is_empty());
            if blank || self.mistakes.len() >= MAX_MISTAKES {
                continue;
            }
            if self.columns.is_empty() {
                self.header(number, &line);
                if !self.mistakes.is_empty() {
                    break;
                }
                continue;
            }
            if people.len() >= MAX_PEOPLE {
                return Err(RosterError::TooMany);
            }
            people.push(self.person(number, &line));
        }
        if !self.mistakes.is_empty() {
            Err(RosterError::Mistakes(self.mistakes))
        } else if people.is_empty() {
            Err(RosterError::Empty)
        } else {
            Ok(people)
        }
    }

    /// The first line: what the columns are.
    fn header(&mut self, line: u64, fields: &csv::StringRecord) {
        if fields.len() > MAX_COLUMNS {
            let problem = format!("has {} columns, more than {MAX_COLUMNS}", fields.len());
            self.wrong(line, None, problem);
            return;
        }
        for (name, number) in fields.iter().map(str::trim).zip(1_usize..) {
            let Some(column) = self.column(name) else {
                let named = if name.is_empty() {
                    format!("column {number} has no name")
                } else {
                    format!("there is no column {}", quoted(name))
                };
                let problem = format!("{named}: the first line may name {}", self.known());
                self.wrong(line, None, problem);
                continue;
            };
            if self.columns.iter().any(|(known, _)| *known == column) {
                self.wrong(line, None, format!("names {} twice", quoted(name)));
                continue;
            }
            self.columns.push((column, name.to_owned()));
        }
    }

    fn column(&self, name: &str) -> Option<Column> {
        let name = folded(name);
        let mut dimensions = self.dimensions.iter();
        let cohort =
            dimensions.position(|each| folded(&each.id) == name || folded(&each.title) == name);
        // What the form names comes first: a dimension may be called `label`.
        match name.as_str() {
            _ if cohort.is_some() => cohort.map(Column::Cohort),
            "label" => Some(Column::Label),
            "email" | "e-mail" => Some(Column::Email),
            _ => None,
        }
    }

    /// The columns that there may be.
    fn known(&self) -> String {
        let ids = self.dimensions.iter().map(|each| each.id.as_str());
        let names: Vec<&str> = ["label", "email"].into_iter().chain(ids).collect();
        names.join(", ")
    }

    fn person(&mut self, line: u64, fields: &csv::StringRecord) -> NewInvitation {
        let mut person = NewInvitation::default();
        let mut cohorts = vec![None; self.dimensions.len()];
        let width = self.columns.len();
        if fields.len() != width {
            let problem = format!(
                "has {} fields, and the first line names {width} columns: a text with the separator \
                 in it must be in quotation marks",
                fields.len()
            );
            self.wrong(line, None, problem);
            return person;
        }
        let columns = self.columns.clone();
        for ((column, name), text) in columns.iter().zip(fields.iter().map(str::trim)) {
            let read = match column {
                Column::Label => self.label(line, text).map(|label| person.label = label),
                Column::Email => email(text).map(|email| person.email = email),
                Column::Cohort(at) => self.cohort(*at, text).map(|option| {
                    if let Some(place) = cohorts.get_mut(*at) {
                        *place = option;
                    }
                }),
            };
            if let Err(problem) = read {
                self.wrong(line, Some(name), problem);
            }
        }
        if cohorts.iter().any(Option::is_some) {
            person.cohorts = cohorts;
        }
        person
    }

    fn label(&mut self, line: u64, text: &str) -> Result<Option<Label>, String> {
        if text.is_empty() {
            return Err("is empty: every party needs one, or the column must go".to_owned());
        }
        let label = read_label(text)?;
        if let Some(first) = self.labels.insert(folded(text), line) {
            self.labels.insert(folded(text), first);
            return Err(format!("is the label of line {first} too"));
        }
        Ok(Some(label))
    }

    fn cohort(&self, at: usize, text: &str) -> Result<Option<u32>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        let known = self.options.get(at);
        if let Some(option) = known.and_then(|options| options.get(&folded(text))) {
            return Ok(Some(*option));
        }
        let options = self.dimensions.get(at).map(|each| each.options.join(", "));
        Err(format!("must be one of: {}", options.unwrap_or_default()))
    }

    fn wrong(&mut self, line: u64, column: Option<&str>, problem: String) {
        self.mistakes.push(Mistake {
            line,
            column: column.map(str::to_owned),
            problem,
        });
    }
}

/// A text that may name a party: what cannot be seen is no part of a name.
fn read_label(text: &str) -> Result<Label, String> {
    if text.contains(is_hidden) {
        return Err("has characters that cannot be seen, such as a line break".to_owned());
    }
    text.parse()
        .map_err(|_| format!("has more than {} characters", Label::MAX_LEN))
}

/// What two labels have in common that people would take for one.
#[must_use]
pub fn same_label(label: &Label) -> String {
    folded(label.as_str())
}

/// An address as far as it can be told from its text: whether mail arrives there is not known.
fn email(text: &str) -> Result<Option<Email>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let whole = text
        .rsplit_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !name.contains('@'));
    let odd =
        |letter: char| letter.is_whitespace() || is_hidden(letter) || ",;\"<>".contains(letter);
    if mailing::is_formula(text) {
        // It could not be written for a mail merge as it is.
        return Err("begins as a formula does in a spreadsheet: use another address".to_owned());
    }
    let email = text.parse().ok().filter(|_| whole && !text.contains(odd));
    let problem = || "is not one e-mail address, such as a.person@example.org".to_owned();
    email.map(Some).ok_or_else(problem)
}

/// What two texts have in common that differ in case or in blanks around them.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A name from a file, short enough for a line of text.
fn quoted(name: &str) -> String {
    const SHOWN: usize = 40;
    let shown: String = name
        .chars()
        .filter(|c| !is_hidden(*c))
        .take(SHOWN)
        .collect();
    let cut = name.chars().nth(SHOWN).is_some();
    format!("\"{shown}{}\"", if cut { "…" } else { "" })
}
