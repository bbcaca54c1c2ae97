//! Spreadsheets: the module that a page loads when somebody opens one, or saves a result.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_mpc::form::Form;
use web_mpc::form::report::Report;
use web_mpc::report::{self, Format};
use web_mpc::spreadsheet::{self, SpreadsheetError};

use crate::failure::Failure;

fn form(text: &str) -> Result<Form, Failure> {
    let wrong = |problems| Failure::problems("form_invalid", "the form cannot be used", problems);
    Form::parse(text).map_err(wrong)
}

impl From<SpreadsheetError> for Failure {
    fn from(error: SpreadsheetError) -> Self {
        let message = match &error {
            SpreadsheetError::Cells(_) => "some cells cannot be sent".to_owned(),
            SpreadsheetError::Form(_) => "the form does not fit on sheets".to_owned(),
            other => other.to_string(),
        };
        match error {
            SpreadsheetError::Cells(problems) | SpreadsheetError::Form(problems) => {
                Self::problems("spreadsheet_invalid", &message, problems)
            }
            _ => Self::new("spreadsheet_invalid", message),
        }
    }
}

/// Whether a form's tables can stand where it says.
#[wasm_bindgen]
pub fn fits(form_json: &str) -> Result<(), Failure> {
    Ok(spreadsheet::fits(&form(form_json)?)?)
}

/// An empty spreadsheet to fill in.
#[wasm_bindgen]
pub fn template(form_json: &str) -> Result<Uint8Array, Failure> {
    let form = form(form_json)?;
    let bytes = spreadsheet::template(&form, &form.hash().to_string())?;
    Ok(Uint8Array::from(bytes.as_slice()))
}

/// The answers in a spreadsheet, as an answers file.
#[wasm_bindgen]
pub fn read(form_json: &str, name: &str, bytes: &[u8]) -> Result<String, Failure> {
    let form = form(form_json)?;
    let answers = spreadsheet::read(&form, &form.hash().to_string(), name, bytes)?;
    Ok(form.write_answers(&answers))
}

/// A file with a result: `csv`, `xlsx`, `json` or `html`.
#[wasm_bindgen]
pub fn write(report_json: &str, format: &str) -> Result<Uint8Array, Failure> {
    let unknown = || Failure::new("usage", "a result is written as csv, xlsx, json or html");
    let format = Format::ALL
        .into_iter()
        .find(|known| known.ending() == format);
    let format = format.ok_or_else(unknown)?;
    let report: Report = serde_json::from_str(report_json).map_err(|_| unknown())?;
    let bytes = report::write(&report, format).map_err(|error| Failure::new("failed", error))?;
    Ok(Uint8Array::from(bytes.as_slice()))
}
