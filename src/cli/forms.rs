//! Forms on the command line: reading the file, and telling everything that is wrong with it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::exit::Failure;
use crate::form::{Form, FormError};
use crate::spreadsheet::{self, SpreadsheetError};
use crate::text;

/// Longest file, in bytes: far more than a form with all cells that it may have.
const MAX_FILE: u64 = 4_000_000;

/// Most mistakes that are told at once.
const MAX_TOLD: usize = 50;

/// Reads and checks a form.
pub(super) fn load(path: &Path) -> Result<Form, Failure> {
    let text = read(path)?;
    let wrong = |errors: &[FormError]| mistakes(&format!("{} is no form", path.display()), errors);
    let form = Form::parse(&text).map_err(|errors| wrong(&errors))?;
    match spreadsheet::fits(&form) {
        Err(SpreadsheetError::Form(errors)) => Err(wrong(&errors)),
        Err(error) => Err(Failure::usage(error.to_string())),
        Ok(()) => Ok(form),
    }
}

/// Reads a text file of a sensible size.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("cannot read {}: {error}", path.display()))
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    let mut text = String::new();
    let mut limited = file.take(MAX_FILE);
    let read = limited.read_to_string(&mut text);
    let len = read.map_err(|error| failed(&error))?;
    if u64::try_from(len).is_ok_and(|len| len == MAX_FILE) {
        return Err(failed(&format!("it has more than {MAX_FILE} bytes")));
    }
    Ok(text)
}

/// A failure that lists mistakes, one a line.
pub(super) fn mistakes(what: &str, errors: &[FormError]) -> Failure {
    let mut lines = vec![format!("{what}:")];
    let told = errors.iter().take(MAX_TOLD);
    lines.extend(told.map(|error| format!("  {}", text::plain(&error.to_string()))));
    if let Some(more) = errors.len().checked_sub(MAX_TOLD).filter(|more| *more > 0) {
        lines.push(format!("  and {more} more"));
    }
    Failure::usage(lines.join("\n"))
}
