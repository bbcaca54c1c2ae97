//! Forms as an analyst writes them.

use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::form::{Form, FormError};

use crate::failure::{Failure, json};

/// Reads a form's file; gives the form as JSON.
#[wasm_bindgen(js_name = parseForm)]
pub fn parse(text: &str) -> Result<String, Failure> {
    Ok(json(&Form::parse(text).map_err(invalid)?))
}

/// Why a form cannot be used.
pub fn invalid(problems: Vec<FormError>) -> Failure {
    Failure::problems("form_invalid", "the form cannot be used", problems)
}

/// What is wrong with a form that is being written, and what follows from it, as JSON: the members of
/// `FormFacts` in `api.ts`.
#[wasm_bindgen(js_name = inspectForm)]
pub fn inspect(text: &str) -> Result<String, Failure> {
    let form: Form = match Form::parse(text) {
        Ok(form) => form,
        Err(errors) => {
            // It may still be one that can be read, with mistakes in it.
            let read =
                serde_json::from_slice(text.as_bytes()).map_err(|_| invalid(errors.clone()))?;
            return Ok(facts(&read, &errors));
        }
    };
    Ok(facts(&form, &[]))
}

fn facts(form: &Form, errors: &[FormError]) -> String {
    let cells = form.tables.iter().map(|table| {
        let (rows, columns) = table.shape();
        rows.saturating_mul(columns)
    });
    json(&json!({
        "errors": errors,
        "minParties": form.min_parties(),
        "minCohort": form.min_cohort(),
        "minCell": form.min_cell(),
        "cells": cells.fold(0, usize::saturating_add),
    }))
}
