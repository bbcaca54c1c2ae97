//! The result as JSON: the members of a [`Report`] behind the name of the format.

use serde::Serialize;

use super::ReportError;
use crate::form::report::Report;

/// The first member of the JSON. It changes when a program that read the JSON before could
/// misunderstand it; new members do not change it.
pub const FORMAT: &str = "web-mpc-report-1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

pub(super) fn json(report: &Report) -> Result<Vec<u8>, ReportError> {
    let format = FORMAT;
    let mut json = serde_json::to_vec_pretty(&Document { format, report })?;
    json.push(b'\n');
    Ok(json)
}
