//! What a single cell says, where a number or an option is asked for.

use super::check::cut;
use super::workbook::Cell;
use crate::form::answers::AnswerError;
use crate::form::{Answer, AnswerType, Number};

/// Digits that spreadsheet programs show of a number, after the first.
const SHOWN: usize = 14;

/// What stands beside an option that is chosen; the first is what a template offers.
pub(super) const YES: [&str; 6] = ["yes", "y", "x", "1", "true", "✓"];

/// And beside one that is not.
const NO: [&str; 4] = ["no", "n", "0", "false"];

/// What a number's cell holds.
pub(super) fn read_number(number: &Number, cell: Option<&Cell>) -> Result<Option<i128>, String> {
    let example = &number.max;
    let not = |what: &str| {
        Err(format!(
            "holds {what}, and must be a number such as {example}"
        ))
    };
    match cell {
        None => number.read("").map_err(|problem| problem.to_string()),
        Some(Cell::Number(value)) if !value.is_finite() => {
            not("a number that is too large for a spreadsheet")
        }
        Some(Cell::Number(value)) => read_float(number, *value)
            .map(Some)
            .map_err(|problem| problem.to_string()),
        Some(Cell::Text(text)) => match number.read(text) {
            Err(AnswerError::NotANumber { .. }) => Err(format!(
                "holds text that is not a number in digits, such as {example}: no letters, units or separators of thousands, and a point before decimals"
            )),
            read => read.map_err(|problem| problem.to_string()),
        },
        Some(Cell::Date) => Err(format!(
            "holds a date, and must be a number such as {example}: set the cell's format to number and enter it again"
        )),
        Some(Cell::Boolean(_)) => not("TRUE or FALSE"),
        // Not every program writes which.
        Some(Cell::Error(error)) if error.trim().is_empty() => {
            Err("holds a formula with an error: correct it, or enter the number".to_owned())
        }
        Some(Cell::Error(error)) => Err(format!(
            "holds a formula with the error {}: correct it, or enter the number",
            cut(error.trim())
        )),
        Some(Cell::Uncalculated) => Err(
            "holds a formula that was not calculated: open the file in a spreadsheet program and save it, or enter the number".to_owned(),
        ),
    }
}

/// A number as the file has it, and else as spreadsheet programs show it: Excel keeps 1.1 as
/// 1.1000000000000001, and 0.1 + 0.2 is 0.30000000000000004 everywhere.
fn read_float(number: &Number, value: f64) -> Result<i128, AnswerError> {
    let out_of_range = AnswerError::OutOfRange {
        min: number.min,
        max: number.max,
    };
    // Beyond what a text of a decimal number may have, and far beyond any bound.
    if value.abs() >= 1e18 {
        return Err(out_of_range);
    }
    let shown = format!("{value:.SHOWN$e}").parse().unwrap_or(value);
    for value in [value, shown] {
        match number.read(&value.to_string()) {
            Ok(Some(number)) => return Ok(number),
            Err(AnswerError::OutOfRange { .. }) => return Err(out_of_range),
            _ => {}
        }
    }
    Err(AnswerError::Digits {
        decimals: number.decimals,
    })
}

/// The text of a cell that people typed, where an option may look like a number.
fn text_of(cell: Option<&Cell>) -> Result<String, String> {
    match cell {
        None => Ok(String::new()),
        Some(Cell::Text(text)) => Ok(text.clone()),
        Some(Cell::Number(number)) => Ok(number.to_string()),
        Some(Cell::Date) => {
            Err("holds a date, and must be text: choose it from the list".to_owned())
        }
        // Some programs make them of the words.
        Some(Cell::Boolean(value)) => Ok(value.to_string()),
        Some(Cell::Error(_) | Cell::Uncalculated) => {
            Err("holds a formula without a result: choose from the list".to_owned())
        }
    }
}

pub(super) fn read_choice(asked: &AnswerType, cell: Option<&Cell>) -> Result<Answer, String> {
    let text = text_of(cell)?;
    asked.read(&text).map_err(|problem| problem.to_string())
}

pub(super) fn read_option(cell: Option<&Cell>) -> Result<bool, String> {
    let text = text_of(cell)?.trim().to_lowercase();
    if text.is_empty() || NO.contains(&text.as_str()) {
        Ok(false)
    } else if YES.contains(&text.as_str()) {
        Ok(true)
    } else {
        Err("must be yes, or empty where the option is not chosen".to_owned())
    }
}
