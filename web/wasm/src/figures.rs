//! What a result says: the module that a page loads when there is one. Until then no page carries the
//! code that makes figures of sums.

use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::form::report::Document;
use web_mpc::measurement::{Kind, ResultOf, Scheme};

use crate::failure::{Failure, json};

/// The figures of an aggregate, as JSON: the member `result` of `Outcome` in `api.ts`. `kind` and
/// `aggregate` are what the page's own module gave.
#[wasm_bindgen]
pub fn figures(kind: &[u8], aggregate: &[u8]) -> Result<String, Failure> {
    let wrong = || Failure::new("failed", "this is no result");
    let kind: Kind = web_mpc::json::read(kind).map_err(|_| wrong())?;
    let scheme = Scheme::new(&kind).map_err(|error| Failure::new("failed", error))?;
    let aggregate = scheme.decode_aggregate(aggregate).ok_or_else(wrong)?;
    Ok(json(&match scheme.summarise(&aggregate).result {
        ResultOf::Sum(sum) => json!({ "sum": sum.to_string() }),
        ResultOf::Form(report) => json!({ "form": Document::of(&report) }),
    }))
}
