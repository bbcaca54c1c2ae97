//! Text with a separator: the rows of an only table, or a line for each answer.

use std::collections::BTreeMap;

use super::SpreadsheetError;
use super::check::{Checker, empty, same_version};
use super::layout::{Placed, depth, place_at};
use super::workbook::{Cell, Sheet};
use crate::form::answers::AnswerError;
use crate::form::{AnswerType, Answers, Choice, Form, FormError};

/// What the first line of a file with a line for each answer says.
const HEADER: [&str; 2] = ["place", "answer"];

/// Most fields of a file: a full form has 10,000 answers.
const MAX_FIELDS: usize = 500_000;

type Records = Vec<Vec<String>>;

/// Reads a file of text.
pub(super) fn read(form: &Form, version: &str, bytes: &[u8]) -> Result<Answers, SpreadsheetError> {
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(SpreadsheetError::Empty);
    }
    if text.matches('"').count() % 2 != 0 {
        return Err(one(
            "",
            "a quotation mark is opened and never closed: close it, or write it twice where it is part of a text",
        ));
    }
    let records = records(&text)?;
    let first = records.first().map(Vec::as_slice).unwrap_or_default();
    let is_list = first.len() == 2
        && first
            .iter()
            .zip(HEADER)
            .all(|(field, name)| field.trim().to_lowercase() == name);
    let answers = if is_list {
        read_list(form, version, &records)?
    } else {
        match form.tables.as_slice() {
            [table] if form.questions.is_empty() && form.cohorts.is_empty() => {
                let placed =
                    place_at(table, depth(table), 1).map_err(|problem| one("", &problem))?;
                let cells = read_grid(&placed, records)?;
                Answers {
                    tables: vec![cells],
                    ..empty(form)
                }
            }
            _ => {
                return Err(one(
                    "row 1",
                    "must be place,answer, with a line such as tables/salary/0/3,100 for each answer: only a form that is one table may be sent as its rows. Or fill in the template",
                ));
            }
        }
    };
    let mistakes = form.mistakes(&answers);
    if mistakes.is_empty() {
        Ok(answers)
    } else {
        Err(SpreadsheetError::Cells(mistakes))
    }
}

fn one(place: &str, problem: &str) -> SpreadsheetError {
    SpreadsheetError::Cells(vec![FormError {
        place: place.to_owned(),
        problem: problem.to_owned(),
    }])
}

/// The text of a file in UTF-8, or in UTF-16 if its byte order mark says so.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, SpreadsheetError> {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        let text = String::from_utf16(&units).ok();
        text.filter(|_| odd.is_empty())
    };
    let text = if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        units(rest, u16::from_le_bytes)
    } else if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        units(rest, u16::from_be_bytes)
    } else {
        let rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        str::from_utf8(rest).ok().map(str::to_owned)
    };
    text.filter(|text| !text.contains('\0'))
        .ok_or(SpreadsheetError::Encoding)
}

/// The separator that the first line has most of outside quotes.
pub(crate) fn separator(text: &str) -> u8 {
    let mut counts = BTreeMap::new();
    let mut quoted = false;
    for letter in text.trim_start().bytes() {
        match letter {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b',' | b';' | b'\t' if !quoted => *counts.entry(letter).or_insert(0_usize) += 1,
            _ => {}
        }
    }
    let separator = counts.into_iter().max_by_key(|(_, count)| *count);
    separator.map_or(b',', |(separator, _)| separator)
}

/// All rows, without empty ones and empty fields at the end.
fn records(text: &str) -> Result<Records, SpreadsheetError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let (mut records, mut fields) = (Records::new(), 0_usize);
    for record in reader.records() {
        let record = record.map_err(|_| SpreadsheetError::Encoding)?;
        fields = fields.saturating_add(record.len());
        if fields > MAX_FIELDS {
            return Err(SpreadsheetError::TooManyCells);
        }
        records.push(record.iter().map(str::to_owned).collect());
    }
    while records.last().is_some_and(|record| is_blank(record)) {
        records.pop();
    }
    Ok(records)
}

fn is_blank(record: &[String]) -> bool {
    record.iter().all(|field| field.trim().is_empty())
}

/// The rows of a table with its headers, perhaps below its title.
fn read_grid(
    placed: &Placed<'_>,
    mut records: Records,
) -> Result<Vec<Option<i128>>, SpreadsheetError> {
    let title = placed.table.title.trim();
    let titled = records.first().is_some_and(|record| {
        record.first().is_some_and(|field| field.trim() == title)
            && record.get(1..).is_none_or(is_blank)
    });
    // Where the template has its title, a program that saves the sheet as text has it too.
    let above = usize::from(titled);
    if titled {
        records.remove(0);
    }
    let (last_row, last_column) = placed.cells.last;
    let width = usize::try_from(last_column)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let height = usize::try_from(last_row)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let mut errors = Vec::new();
    let mut sheet = Sheet::default();
    for (index, record) in records.into_iter().enumerate() {
        let more = record.get(width..).is_some_and(|rest| !is_blank(rest));
        if record.len() < width || more {
            errors.push(FormError {
                place: format!("row {}", index + above + 1),
                problem: format!(
                    "has {} fields, and must have {width}: one for the row's header and one for each column. A text with the separator in it must be in quotation marks",
                    record.len()
                ),
            });
        }
        if index >= height && !is_blank(&record) {
            errors.push(FormError {
                place: format!("row {}", index + above + 1),
                problem: format!("is beyond the {height} rows that the table has: remove it"),
            });
        }
        for (column, field) in record.into_iter().take(width).enumerate() {
            let at = (u32::try_from(index), u32::try_from(column));
            if let (Ok(row), Ok(column)) = at {
                sheet.put((row, column), Cell::Text(field))?;
            }
        }
    }
    if !errors.is_empty() {
        return Err(SpreadsheetError::Cells(errors));
    }
    let mut checker = Checker { found: Vec::new() };
    let cells = checker.table(placed, &sheet);
    let above = u64::from(titled);
    checker.finish(&|_, at| {
        let (row, column) = at.unwrap_or_default();
        let (row, column) = (u64::from(row) + above + 1, u64::from(column) + 1);
        format!("row {row}, column {column}")
    })?;
    Ok(cells)
}

/// A line for each answer.
struct List<'a> {
    /// What is answered at each place, and in which row.
    lines: BTreeMap<String, (usize, &'a str)>,
    errors: Vec<(usize, FormError)>,
}

fn read_list(form: &Form, version: &str, records: &Records) -> Result<Answers, SpreadsheetError> {
    let mut list = List {
        lines: BTreeMap::new(),
        errors: Vec::new(),
    };
    for (record, row) in records.iter().zip(1_usize..).skip(1) {
        let rest = record.get(2..).unwrap_or_default();
        match record.as_slice() {
            [] => {}
            _ if is_blank(record) => {}
            [place, answer, ..] if is_blank(rest) => {
                let place = place.trim().trim_start_matches('/').to_owned();
                if let Some((first, _)) = list.lines.get(&place) {
                    let problem = format!("answers the same as row {first}: keep one of them");
                    list.wrong(row, format!("row {row}"), problem);
                    continue;
                }
                list.lines.insert(place, (row, answer));
            }
            _ => {
                let problem = format!(
                    "has {} fields, and must have 2: a place and an answer",
                    record.len()
                );
                list.wrong(row, format!("row {row}"), problem);
            }
        }
    }
    if let Some((_, found)) = list.lines.remove("version") {
        same_version(version, found)?;
    }
    let answers = list.answers(form);
    let left = std::mem::take(&mut list.lines);
    for (place, (row, _)) in left {
        let start: String = place.chars().take(60).collect();
        let problem = format!("{start} is no place of this form");
        list.wrong(row, format!("row {row}"), problem);
    }
    if list.errors.is_empty() {
        return Ok(answers);
    }
    list.errors.sort_by_key(|(row, _)| *row);
    let errors = list.errors.into_iter().map(|(_, error)| error);
    Err(SpreadsheetError::Cells(errors.collect()))
}

impl List<'_> {
    fn wrong(&mut self, row: usize, place: String, problem: String) {
        self.errors.push((row, FormError { place, problem }));
    }

    /// Reads what is answered at a place; no line is an empty answer.
    fn take<T>(
        &mut self,
        place: &str,
        instead: T,
        read: impl FnOnce(&str) -> Result<T, AnswerError>,
    ) -> T {
        let line = self.lines.remove(place);
        let text = line.map_or("", |(_, text)| text);
        read(text).unwrap_or_else(|problem| {
            // What has no line comes last.
            let row = line.map_or(usize::MAX, |(row, _)| row);
            let named = line.map_or(place.to_owned(), |(row, _)| format!("row {row} ({place})"));
            self.wrong(row, named, problem.to_string());
            instead
        })
    }

    fn answers(&mut self, form: &Form) -> Answers {
        let mut answers = empty(form);
        for (dimension, chosen) in form.cohorts.iter().zip(&mut answers.cohort) {
            let place = format!("cohorts/{}", dimension.id);
            *chosen = self.take(&place, 0, |text| {
                if text.trim().is_empty() {
                    return Err(AnswerError::Missing);
                }
                let options = dimension.options.clone();
                let choice = Choice {
                    options,
                    optional: false,
                };
                choice.read(text)
            });
        }
        for (table, cells) in form.tables.iter().zip(&mut answers.tables) {
            let columns = table.shape().1.max(1);
            for (place, (number, cell)) in table.numbers().zip(cells).enumerate() {
                let (row, column) = (place / columns, place % columns);
                let place = format!("tables/{}/{row}/{column}", table.id);
                *cell = self.take(&place, None, |text| number.read(text));
            }
        }
        for (question, answer) in form.questions.iter().zip(&mut answers.questions) {
            let place = format!("questions/{}", question.id);
            let kind: &AnswerType = &question.answer;
            *answer = self.take(&place, answer.clone(), |text| kind.read(text));
        }
        answers
    }
}
