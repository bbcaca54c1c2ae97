//! The frozen vectors of `tests/vectors`, checked by the code that checks them natively: a module for
//! tests, which no page loads.

use serde_json::json;
use wasm_bindgen::prelude::*;

#[path = "../../../tests/suite/vectors.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "it is a test, and half of it runs natively only"
)]
mod suite;

/// How many vectors there are, and what is wrong with those that do not hold.
#[wasm_bindgen]
pub fn vectors() -> String {
    let (count, failures) = suite::run();
    json!({ "count": count, "failures": failures }).to_string()
}
