//! From the cells of a file to answers, with everything that is wrong on the way.

use super::SpreadsheetError;
use super::layout::{Asked, Layout, MARK, Placed, VERSION, address};
use super::value::{read_choice, read_number, read_option};
use super::workbook::{Cell, Sheet, Workbook};
use crate::form::{Answer, AnswerType, Answers, Choice, Form, FormError};
use crate::text;

/// Longest text of a file that a message repeats, in characters.
const MAX_QUOTE: usize = 60;

/// One mistake, before it is put in order.
pub(super) struct Found {
    sheet: usize,
    at: Option<(u32, u32)>,
    problem: String,
}

/// How a place is named.
pub(super) type Naming<'a> = &'a dyn Fn(usize, Option<(u32, u32)>) -> String;

/// Reads the answers from a file, or says all that is wrong with it.
pub(super) fn check(
    form: &Form,
    version: &str,
    layout: &Layout<'_>,
    workbook: &Workbook,
) -> Result<Answers, SpreadsheetError> {
    check_version(version, workbook)?;
    let mut checker = Checker { found: Vec::new() };
    let mut answers = empty(form);
    let mut sheets = Vec::new();
    for (index, name) in layout.sheets.iter().enumerate() {
        let sheet = workbook.sheet(name);
        if sheet.is_some_and(|sheet| sheet.hidden) {
            checker.add(
                index,
                None,
                "is a hidden sheet: show it and check its answers",
            );
        }
        if sheet.is_none() {
            let there: Vec<String> = workbook.names.iter().map(|name| quote(name)).collect();
            let problem = format!(
                "there is no sheet of this name; the file has {}. Rename the right one, or use the template",
                if there.is_empty() {
                    "none".to_owned()
                } else {
                    there.join(", ")
                }
            );
            checker.add(index, None, problem);
        }
        sheets.push(sheet);
    }
    for (placed, cells) in layout.tables.iter().zip(&mut answers.tables) {
        if let Some(Some(sheet)) = sheets.get(placed.sheet) {
            *cells = checker.table(placed, sheet);
        }
    }
    if let Some(index) = layout.questions()
        && let Some(Some(sheet)) = sheets.get(index)
    {
        checker.questions(form, layout, sheet, index, &mut answers);
    }
    let naming = |sheet: usize, at: Option<(u32, u32)>| {
        let name = layout.sheets.get(sheet).map(String::as_str);
        let name = name.unwrap_or_default();
        at.map_or(name.to_owned(), |(row, column)| {
            format!("{name}!{}", address(row, column))
        })
    };
    checker.finish(&naming)?;
    let mistakes = form.mistakes(&answers);
    if mistakes.is_empty() {
        return Ok(answers);
    }
    Err(SpreadsheetError::Cells(in_cells(
        mistakes, form, layout, &naming,
    )))
}

/// A file without a version is taken; its headers are checked in any case.
fn check_version(expected: &str, workbook: &Workbook) -> Result<(), SpreadsheetError> {
    let found = workbook
        .sheet(MARK)
        .and_then(|sheet| sheet.cells.get(&VERSION));
    match found {
        Some(Cell::Text(found)) => same_version(expected, found),
        // A version of digits alone may have become a number in some program.
        Some(Cell::Number(found)) => same_version(expected, &found.to_string()),
        _ => Ok(()),
    }
}

pub(super) fn same_version(expected: &str, found: &str) -> Result<(), SpreadsheetError> {
    if found.trim() == expected.trim() {
        return Ok(());
    }
    Err(SpreadsheetError::Version {
        expected: expected.to_owned(),
        found: cut(found.trim()),
    })
}

/// Answers of the right shape, all empty.
pub(super) fn empty(form: &Form) -> Answers {
    let cells = form
        .tables
        .iter()
        .map(|table| vec![None; table.numbers().count()]);
    let questions = form
        .questions
        .iter()
        .map(|question| match &question.answer {
            AnswerType::Choices(choice) => Answer::Choices(vec![false; choice.options.len()]),
            _ => Answer::Empty,
        });
    Answers {
        cohort: vec![0; form.cohorts.len()],
        tables: cells.collect(),
        questions: questions.collect(),
    }
}

/// Mistakes that the form itself finds, such as broken rules, with cells in place of JSON pointers.
fn in_cells(
    mistakes: Vec<FormError>,
    form: &Form,
    layout: &Layout<'_>,
    naming: Naming<'_>,
) -> Vec<FormError> {
    let name = |pointer: &str| -> Option<String> {
        let mut steps = pointer.split('/').skip(1);
        match (steps.next()?, steps.next()?) {
            ("tables", id) => {
                let (index, table) = form.table(id)?;
                let placed = layout.tables.get(index)?;
                let row: usize = steps.next()?.parse().ok()?;
                let column: usize = steps.next()?.parse().ok()?;
                let place = row.checked_mul(table.shape().1)?.checked_add(column)?;
                Some(naming(placed.sheet, Some(placed.cell(place))))
            }
            ("questions", id) => {
                let (wanted, _) = form.question(id)?;
                let mut rows = layout.rows.iter();
                let row = rows.position(
                    |row| matches!(row.asked, Asked::Question(index) if index == wanted),
                )?;
                let at = (u32::try_from(row).ok()?.checked_add(1)?, 1);
                Some(naming(layout.questions()?, Some(at)))
            }
            _ => None,
        }
    };
    let named = mistakes.into_iter().map(|mistake| {
        let words = mistake.problem.split(' ');
        let words: Vec<String> = words
            .map(|word| name(word).unwrap_or_else(|| word.to_owned()))
            .collect();
        FormError {
            place: name(&mistake.place).unwrap_or(mistake.place),
            problem: words.join(" "),
        }
    });
    named.collect()
}

pub(super) struct Checker {
    pub(super) found: Vec<Found>,
}

impl Checker {
    pub(super) fn add(&mut self, sheet: usize, at: Option<(u32, u32)>, problem: impl Into<String>) {
        let problem = problem.into();
        self.found.push(Found { sheet, at, problem });
    }

    /// Everything that was found, by sheets, rows and columns.
    pub(super) fn finish(mut self, naming: Naming<'_>) -> Result<(), SpreadsheetError> {
        self.found.sort_by_key(|found| (found.sheet, found.at));
        let errors: Vec<FormError> = self
            .found
            .into_iter()
            .map(|found| FormError {
                place: naming(found.sheet, found.at),
                problem: found.problem,
            })
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(SpreadsheetError::Cells(errors))
        }
    }

    /// The headers and the cells of a table.
    pub(super) fn table(&mut self, placed: &Placed<'_>, sheet: &Sheet) -> Vec<Option<i128>> {
        for header in &placed.headers {
            let (first, last) = (header.area.first, header.area.last);
            // A header that reaches down to the cells may stand in any of its rows.
            let mut rows = first.0..=last.0;
            let there = rows.any(|row| is_text(sheet.cells.get(&(row, first.1)), header.text));
            if !there {
                self.header(placed.sheet, first, header.text, sheet);
            }
        }
        let numbers = placed.table.numbers().enumerate();
        numbers
            .map(|(place, number)| {
                let at = placed.cell(place);
                let read = seen(sheet, at).and_then(|()| read_number(number, sheet.cells.get(&at)));
                read.unwrap_or_else(|problem| {
                    self.add(placed.sheet, Some(at), problem);
                    None
                })
            })
            .collect()
    }

    fn header(&mut self, index: usize, at: (u32, u32), expected: &str, sheet: &Sheet) {
        let found = match sheet.cells.get(&at) {
            None => "nothing".to_owned(),
            Some(Cell::Text(text)) => quote(text),
            // It may be an answer in the wrong place.
            Some(Cell::Number(_)) => "a number".to_owned(),
            Some(Cell::Date) => "a date".to_owned(),
            Some(Cell::Boolean(_)) => "TRUE or FALSE".to_owned(),
            Some(Cell::Error(_) | Cell::Uncalculated) => "a formula without a result".to_owned(),
        };
        let problem = format!(
            "expected the header {} and found {found}: put the table back where the template has it",
            quote(expected)
        );
        self.add(index, Some(at), problem);
    }

    /// The sheet of cohorts and questions.
    fn questions(
        &mut self,
        form: &Form,
        layout: &Layout<'_>,
        sheet: &Sheet,
        index: usize,
        answers: &mut Answers,
    ) {
        for (row, number) in layout.rows.iter().zip(1_u32..) {
            let at = (number, 1);
            if !is_text(sheet.cells.get(&(number, 0)), row.text) {
                self.header(index, (number, 0), row.text, sheet);
            }
            if matches!(row.asked, Asked::Options(_)) {
                continue;
            }
            let cell = sheet.cells.get(&at);
            let read = seen(sheet, at).and_then(|()| read_answer(form, row.asked, cell, answers));
            if let Err(problem) = read {
                self.add(index, Some(at), problem);
            }
        }
    }
}

/// Reads one answer of the sheet of questions to its place.
fn read_answer(
    form: &Form,
    asked: Asked,
    cell: Option<&Cell>,
    answers: &mut Answers,
) -> Result<(), String> {
    match asked {
        Asked::Options(_) => {}
        Asked::Cohort(place) => {
            let pair = form.cohorts.get(place).zip(answers.cohort.get_mut(place));
            let Some((dimension, own)) = pair else {
                return Ok(());
            };
            let choice = AnswerType::Choice(Choice {
                options: dimension.options.clone(),
                optional: false,
            });
            if let Answer::Choice(chosen) = read_choice(&choice, cell)? {
                *own = chosen;
            }
        }
        Asked::Question(place) => {
            let pair = form.questions.get(place);
            let Some((question, own)) = pair.zip(answers.questions.get_mut(place)) else {
                return Ok(());
            };
            *own = match &question.answer {
                AnswerType::Number(number) => {
                    read_number(number, cell)?.map_or(Answer::Empty, Answer::Number)
                }
                choice => read_choice(choice, cell)?,
            };
        }
        Asked::Option(place, option) => {
            let chosen = read_option(cell)?;
            if let Some(Answer::Choices(own)) = answers.questions.get_mut(place)
                && let Some(own) = own.get_mut(option)
            {
                *own = chosen;
            }
        }
    }
    Ok(())
}

/// What a person cannot see is not sent: neither hidden nor merged cells are answers.
fn seen(sheet: &Sheet, at: (u32, u32)) -> Result<(), String> {
    if let Some(area) = sheet.merged_at(at) {
        let (first, last) = (area.first, area.last);
        return Err(format!(
            "is one of the merged cells {}:{}: unmerge them, so that each has its own answer",
            address(first.0, first.1),
            address(last.0, last.1)
        ));
    }
    if sheet.hidden_rows.has(at.0) {
        return Err("is in a hidden row: show the row and check its answers".to_owned());
    }
    if sheet.hidden_columns.has(at.1) {
        return Err("is in a hidden column: show the column and check its answers".to_owned());
    }
    Ok(())
}

/// Whether a cell has that text; blanks and letters' case do not matter.
fn is_text(cell: Option<&Cell>, expected: &str) -> bool {
    let plain = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    match cell {
        Some(Cell::Text(found)) => plain(found) == plain(expected),
        // A header such as 2024.
        Some(Cell::Number(found)) => found.to_string() == expected.trim(),
        _ => false,
    }
}

/// A text of the file within a message.
fn quote(text: &str) -> String {
    format!("\"{}\"", cut(text.trim()))
}

/// No more than fits a message, without what would disturb a terminal.
pub(super) fn cut(long: &str) -> String {
    let mut letters = long.chars();
    let start: String = letters.by_ref().take(MAX_QUOTE).collect();
    let start = text::plain(&start);
    if letters.next().is_some() {
        format!("{start}…")
    } else {
        start
    }
}
