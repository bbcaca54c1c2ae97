//! The result of a form for people and for other programs: text for a terminal, and files. Pure
//! functions from a [`Report`] to text or bytes; whoever calls them prints and writes.
//!
//! What a form's author wrote is not trusted: titles cannot become escape sequences of a terminal,
//! formulas of a spreadsheet or markup of a page. Figures are never rounded.

mod chart;
mod csv;
mod grid;
mod html;
mod json;
mod labels;
mod svg;
#[cfg(feature = "native")]
mod text;
mod xlsx;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

#[cfg(feature = "native")]
pub use self::text::text;
pub use crate::form::report::FORMAT;
use crate::form::report::Report;

/// What a result can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One long table: a line for each figure.
    Csv,
    /// A spreadsheet: a sheet for each group, with charts.
    Xlsx,
    /// The [`Report`] as it is.
    Json,
    /// One page that needs nothing else, with charts.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::Json, Self::Html];

    /// The format that the ending of a file's name stands for, in capitals or not.
    pub fn from_path(path: &Path) -> Result<Self, ReportError> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let ending = ending.map(str::to_ascii_lowercase);
        let mut formats = Self::ALL.into_iter();
        formats
            .find(|format| Some(format.ending()) == ending.as_deref())
            .ok_or(ReportError::UnknownEnding)
    }

    /// The ending of a file's name, without the point.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ending())
    }
}

/// Why a result cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The name of the file does not say how.
    #[error("the name of a result's file must end in .csv, .xlsx, .json or .html")]
    UnknownEnding,
    /// The result does not fit a spreadsheet, which has 16,384 columns and 1,048,576 rows.
    #[error("the result cannot be written as a spreadsheet: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The writer of CSV failed.
    #[error("the result cannot be written as CSV: {0}")]
    Csv(#[from] ::csv::Error),
    /// The writer of JSON failed.
    #[error("the result cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The bytes of a file with the result.
pub fn write(report: &Report, format: Format) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Csv => csv::csv(report),
        Format::Xlsx => xlsx::xlsx(report),
        Format::Json => json::json(report),
        Format::Html => Ok(html::html(report).into_bytes()),
    }
}
