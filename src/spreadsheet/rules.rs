//! What the cells of a template take, as spreadsheet programs check it.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula};

use super::SpreadsheetError;
use super::layout::{MARK, address};
use super::template::narrow;
use crate::form::{Decimal, Number};

/// What a program shows of a message beside a cell, in characters.
pub(super) const MAX_MESSAGE: usize = 250;

/// And of its title.
const MAX_TITLE: usize = 32;

/// Column of [`MARK`] from which on the lists of options stand.
pub(super) const LISTS: u16 = 3;

/// What a cell takes, as a program checks and shows it.
pub(super) fn number_rule(number: &Number) -> Result<DataValidation, SpreadsheetError> {
    let bound = |bound: Decimal| Formula::new(bound.to_string());
    let between = DataValidationRule::Between(bound(number.min), bound(number.max));
    let rule = if number.decimals == 0 {
        DataValidation::new().allow_whole_number_formula(between)
    } else {
        DataValidation::new().allow_decimal_number_formula(between)
    };
    let expected = expected(number);
    let mut message = expected.clone();
    if !number.hint.is_empty() {
        message = format!("{message}. {}", number.hint);
    }
    let mut rule = rule
        .ignore_blank(true)
        .set_input_message(short(&message, MAX_MESSAGE))?
        .set_error_title("This number is not taken")?
        .set_error_message(short(&format!("Enter {expected}."), MAX_MESSAGE))?;
    if !number.unit.is_empty() {
        rule = rule.set_input_title(short(&number.unit, MAX_TITLE))?;
    }
    Ok(rule)
}

/// In words.
fn expected(number: &Number) -> String {
    let (min, max) = (number.min, number.max);
    let kind = match number.decimals {
        0 => "a whole number".to_owned(),
        decimals => format!("a number with at most {decimals} decimals"),
    };
    let empty = if number.optional { ", or nothing" } else { "" };
    format!("{kind} from {min} to {max}{empty}")
}

/// A choice from a list, which stands on the sheet [`MARK`]: a list in the rule itself has at most 255
/// characters and no commas.
pub(super) fn list_rule<'a>(
    lists: &mut Vec<&'a [String]>,
    options: &'a [String],
    optional: bool,
) -> Result<DataValidation, SpreadsheetError> {
    let column = u32::try_from(lists.len()).unwrap_or(u32::MAX);
    let column = column.saturating_add(LISTS.into());
    narrow(column)?;
    lists.push(options);
    let last = u32::try_from(options.len())
        .unwrap_or(u32::MAX)
        .saturating_sub(1);
    let absolute = |row: u32| {
        let address = address(row, column);
        let letters = address.trim_end_matches(|letter: char| letter.is_ascii_digit());
        format!("${letters}${}", u64::from(row) + 1)
    };
    let range = format!("='{MARK}'!{}:{}", absolute(0), absolute(last));
    let message = if optional {
        "Choose from the list, or leave it empty"
    } else {
        "Choose from the list"
    };
    Ok(DataValidation::new()
        .allow_list_formula(Formula::new(range))
        .set_input_message(message)?)
}

/// No more than that many characters, counted as programs do.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut units = 1;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= most
    };
    let start: String = text.chars().take_while(fits).collect();
    format!("{start}…")
}
