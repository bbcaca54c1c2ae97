//! Whole files: made here, read back, and refused with the words that people see.

mod bad;
mod files;
mod open_document;
mod round_trip;
mod text;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::*;

pub(super) const VERSION: &str = "v1";

/// One table at B3 of `Salary`, two rows of two columns under one header, with two decimals in the
/// first column.
pub(super) fn salary() -> Form {
    Form::parse(
        r#"{
          "title": "Pay", "tables": [{
            "id": "salary", "title": "Salary", "rows": ["Women", "Men"],
            "columns": [{"title": "2024", "columns": [{"title": "Mean"}, {"title": "Median"}]}],
            "cell": {"decimals": 2, "min": 0, "max": 1000, "statistics": ["sum"], "unit": "USD"},
            "exceptions": [{"row": 1, "column": 1,
              "cell": {"min": 0, "max": 9, "optional": true, "statistics": ["sum"]}}],
            "spreadsheet": {"sheet": "Salary", "first_cell": "B4"}
          }]
        }"#,
    )
    .unwrap()
}

/// Two tables on one sheet, one on its own, cohorts and every kind of question.
pub(super) fn everything() -> Form {
    Form::parse(
        r#"{
          "title": "Pay", "tables": [
            {"id": "a", "title": "People", "rows": ["Women", "Men"], "columns": [{"title": "All"}],
             "cell": {"min": 0, "max": 100, "statistics": ["sum"]},
             "spreadsheet": {"sheet": "Both", "first_cell": "B3"}},
            {"id": "b", "title": "Pay", "rows": ["Women", "Men"], "columns": [{"title": "All"}],
             "cell": {"min": 0, "max": 100, "statistics": ["sum"]},
             "spreadsheet": {"sheet": "Both", "first_cell": "E3"}},
            {"id": "c", "title": "A/B: [all]", "rows": ["x"], "columns": [{"title": "y"}],
             "cell": {"min": -5, "max": 5, "statistics": ["sum"]}}
          ],
          "questions": [
            {"id": "size", "text": "How many?", "answer": {"number": {"min": 1, "max": 50, "statistics": ["sum"]}}},
            {"id": "union", "text": "Union?", "answer": {"choice": {"options": ["Yes", "No, never"], "optional": true}}},
            {"id": "perks", "text": "Which?", "answer": {"choices": {"options": ["Health", "Pension fund"]}}}
          ],
          "cohorts": [{"id": "industry", "title": "Industry", "options": ["Finance", "Other"]}],
          "rules": [{"zero_if_and_only_if_zero": ["a", "b"]}]
        }"#,
    )
    .unwrap()
}

pub(super) fn everything_answered() -> Answers {
    Answers {
        cohort: vec![1],
        tables: vec![
            vec![Some(1), Some(0)],
            vec![Some(50), Some(0)],
            vec![Some(-5)],
        ],
        questions: vec![
            Answer::Number(7),
            Answer::Choice(1),
            Answer::Choices(vec![false, true]),
        ],
    }
}

use crate::form::Answer;

/// The table of [`salary`] with its headers and four numbers, and then something else.
pub(super) fn sheet_of(change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    change(fill(workbook.add_worksheet()));
    workbook.save_to_buffer().unwrap()
}

fn fill(sheet: &mut Worksheet) -> &mut Worksheet {
    sheet.set_name("Salary").unwrap();
    sheet.write(1, 1, "2024").unwrap();
    sheet.write(2, 1, "Mean").unwrap();
    sheet.write(2, 2, "Median").unwrap();
    for (row, name) in [(3, "Women"), (4, "Men")] {
        sheet.write(row, 0, name).unwrap();
        sheet.write(row, 1, 1.1).unwrap();
        sheet.write(row, 2, 2).unwrap();
    }
    sheet
}

/// What is said about a file, a line for each mistake.
pub(super) fn complaint(form: &Form, name: &str, bytes: &[u8]) -> String {
    read(form, VERSION, name, bytes).unwrap_err().to_string()
}

pub(super) fn of_sheet(change: impl FnOnce(&mut Worksheet)) -> String {
    complaint(&salary(), "t.xlsx", &sheet_of(change))
}
