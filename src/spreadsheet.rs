//! Answers in a spreadsheet: reading a filled one and writing an empty one, as functions over bytes.
//!
//! A file may be `.xlsx`, `.ods` or `.csv`; its content must fit its name. All of it is checked at
//! once, and whatever is wrong is named by sheet and cell, such as `Salary!C5`. No message repeats an
//! answer.
//!
//! # Sheets
//!
//! Each table stands where its `spreadsheet` says, or else on a sheet of its own ([`mappings`]): the
//! headers of its columns above its cells, those of its rows to the left. Cohorts and questions stand
//! on the sheet [`QUESTIONS`], each text in column A and its answer in column B; where several options
//! may be chosen, each has its own row, with `yes` beside those that are. The sheet [`MARK`] holds the
//! version of the form in cell B1, so that an old template is recognised.
//!
//! # Cells
//!
//! What counts is the value that the program saved: of a formula the last result, of a percentage the
//! fraction. A number is read as the shortest decimal text that means the same number, and if that has
//! too many digits, as the 15 digits that spreadsheet programs show: 0.1 + 0.2 is 0.3. Text is taken
//! where it is a number in digits. What a person cannot see is not taken: cells in hidden rows,
//! columns and sheets, and those that are merged.
//!
//! # CSV
//!
//! Separated by commas, semicolons or tabs, in UTF-8 or with the byte order mark of UTF-16. Either the
//! rows of the only table of a form without questions and cohorts, headers included; or, for any form,
//! a first line `place,answer` and a line for each answer, whose places are `tables/<id>/<row>/<column>`
//! (from 0), `questions/<id>`, `cohorts/<id>` and, if wanted, `version`. Several options are separated
//! by semicolons.

mod check;
mod dates;
mod delimited;
mod layout;
mod ods;
mod package;
mod rules;
mod template;
mod value;
mod workbook;
mod xlsx;
mod xml;

#[cfg(test)]
mod tests;

use std::path::Path;

#[cfg(feature = "native")]
pub(crate) use self::delimited::{decode, separator};
pub use self::layout::{MARK, QUESTIONS, mappings};
pub use self::template::{filled, template};

use self::check::check;
use self::layout::Layout;
use self::package::Package;
use crate::form::{Answers, Form, FormError};

/// Largest file: a full form of 10,000 cells has less than one megabyte.
pub const MAX_FILE: usize = 20_000_000;

/// Why a spreadsheet is not read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpreadsheetError {
    /// The name says something else.
    #[error("{0} is not the name of a spreadsheet: save it as .xlsx, .ods or .csv")]
    Name(String),
    /// Nothing in it.
    #[error("the file is empty: fill in the template and save it again")]
    Empty,
    /// More bytes than are read.
    #[error(
        "the file has more than {MAX_FILE} bytes, and a form needs far fewer: copy the answers into a fresh template"
    )]
    TooLarge,
    /// A compressed file that becomes far too large.
    #[error(
        "the file unpacks to far more than a form needs: copy the answers into a fresh template"
    )]
    Bomb,
    /// Too many cells or texts.
    #[error("the file has too many cells: copy the answers into a fresh template")]
    TooManyCells,
    /// The content is something else.
    #[error(
        "the content is not that of a spreadsheet in the format {0}: open it in a spreadsheet program and save it as {0}"
    )]
    NotASpreadsheet(&'static str),
    /// Locked, or in the format of before 2007.
    #[error(
        "the file has a password or is an old Excel file: save it as .xlsx, without a password"
    )]
    Locked,
    /// Looks like a spreadsheet and cannot be read.
    #[error("the file is damaged ({0}): open it in a spreadsheet program and save it again")]
    Damaged(String),
    /// Text in an encoding that is not known.
    #[error("the text is not in UTF-8: save it as \"CSV UTF-8\"")]
    Encoding,
    /// Made for another version of the form.
    #[error(
        "the file was made for another version of this form ({found}, and not {expected}): get the new template and copy the answers into it"
    )]
    Version {
        /// What the caller asked for.
        expected: String,
        /// What the file says.
        found: String,
    },
    /// The form's tables cannot stand where it says.
    #[error("the form does not fit on sheets: {}", list(.0))]
    Form(Vec<FormError>),
    /// What is wrong in the file, in the order of sheets and cells.
    #[error("{}", list(.0))]
    Cells(Vec<FormError>),
    /// A template could not be written.
    #[error("cannot write the spreadsheet: {0}")]
    Write(String),
}

fn list(errors: &[FormError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Whether the form's tables can stand where it says.
pub fn fits(form: &Form) -> Result<(), SpreadsheetError> {
    Layout::of(form).map(|_| ())
}

/// Reads the answers from a file. `version` is what [`template()`] was given; a file that says none is
/// taken.
pub fn read(
    form: &Form,
    version: &str,
    name: &str,
    bytes: &[u8],
) -> Result<Answers, SpreadsheetError> {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str())
        .map(str::to_ascii_lowercase);
    let format = match extension.as_deref() {
        Some("xlsx") => "xlsx",
        Some("ods") => "ods",
        Some("csv") => "csv",
        _ => return Err(SpreadsheetError::Name(name.to_owned())),
    };
    if bytes.is_empty() {
        return Err(SpreadsheetError::Empty);
    }
    if bytes.len() > MAX_FILE {
        return Err(SpreadsheetError::TooLarge);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(SpreadsheetError::Locked);
    }
    let zipped = bytes.starts_with(b"PK");
    if format == "csv" {
        return if zipped {
            Err(SpreadsheetError::NotASpreadsheet(format))
        } else {
            delimited::read(form, version, bytes)
        };
    }
    if !zipped {
        return Err(SpreadsheetError::NotASpreadsheet(format));
    }
    let layout = Layout::of(form)?;
    let mut package = Package::open(bytes, format)?;
    // The content decides between the two, so that a wrong ending does no harm.
    let workbook = if package.has("mimetype") {
        ods::open(&mut package, &layout)?
    } else {
        xlsx::open(&mut package, &layout)?
    };
    check(form, version, &layout, &workbook)
}

/// How files of before 2007 begin, and those with a password since.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
