//! Failures as TypeScript takes them: a stable code, a text, and whatever the code is about.

use serde::Serialize;
use wasm_bindgen::JsValue;
use web_mpc::form::FormError;

/// Why something failed.
#[derive(Debug, Default, Serialize)]
pub struct Failure {
    /// Stable.
    pub code: String,
    /// For people.
    pub message: String,
    /// Whether the same may succeed later.
    pub passing: bool,
    /// What there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub have: Option<u64>,
    /// What there should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<u64>,
    /// Where it is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problems: Option<Vec<FormError>>,
    /// Who or what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Who or what should have been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

impl Failure {
    /// One that will not pass by itself.
    pub fn new(code: &str, message: impl ToString) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_string(),
            ..Self::default()
        }
    }

    /// Several mistakes at once.
    #[cfg(any(feature = "party", feature = "analyst", feature = "sheets"))]
    pub fn problems(code: &str, message: &str, problems: Vec<FormError>) -> Self {
        Self {
            problems: Some(problems),
            ..Self::new(code, message)
        }
    }

    /// Says who it is and who was due.
    #[cfg(feature = "talk")]
    pub fn of(mut self, found: impl ToString, expected: impl ToString) -> Self {
        (self.found, self.expected) = (Some(found.to_string()), Some(expected.to_string()));
        self
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        json(&failure).into()
    }
}

/// What crosses to TypeScript.
pub fn json(value: &impl Serialize) -> String {
    // Nothing that crosses has a failing serialiser or keys that are no text.
    serde_json::to_string(value).unwrap_or_default()
}
