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
    /// Groups that are counted as another one where too few parties are in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<Merge>,
}

/// Which groups of a dimension are counted as another one: each of these that has some parties, but
/// fewer than the minimum of a cohort. As long as they are too few together with those of the other
/// one, the next larger of these is counted there as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The option that takes them in, such as `Other`. Parties may choose it as well.
    pub into: String,
    /// Those that may be merged into it.
    pub options: Vec<String>,
}

impl Dimension {
    /// Numbers of the options that a merging rule names: the one that takes in, and the others.
    #[must_use]
    pub fn merge_rule(&self) -> Option<(usize, Vec<usize>)> {
        let merge = self.merge.as_ref()?;
        let number = |title: &String| self.options.iter().position(|option| option == title);
        let options = merge.options.iter().filter_map(number);
        Some((number(&merge.into)?, options.collect()))
    }
}
