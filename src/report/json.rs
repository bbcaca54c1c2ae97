//! The result as JSON: the members of a [`Report`] behind the name of the format.

use super::ReportError;
use crate::form::report::{Document, Report};

pub(super) fn json(report: &Report) -> Result<Vec<u8>, ReportError> {
    let mut json = serde_json::to_vec_pretty(&Document::of(report))?;
    json.push(b'\n');
    Ok(json)
}
