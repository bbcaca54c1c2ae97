//! Ways to group the parties.

use serde::{Deserialize, Serialize};

/// A way to group the parties. Which group a party is in is known to both compute parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Names it within the form.
    pub id: String,
    /// For people, such as `Industry`.
    pub title: String,
    /// The groups; at least two.
    pub options: Vec<String>,
}
