//! What an analyst asks of its computation.

use super::AnalystError;
use crate::manifest::Terms;
use crate::measurement::{Difference, KindSettings};

/// What the analyst asks of its computation; `None` is "as it is", or the default of a new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What is computed.
    pub kind: KindSettings,
    /// Fewest accepted submissions.
    pub min_parties: Option<u64>,
    /// Most parties.
    pub max_parties: Option<u64>,
}

impl Settings {
    /// Whether the open computation is what was asked for.
    pub(super) fn check(&self, terms: &Terms) -> Result<(), AnalystError> {
        let manifest = &terms.manifest;
        let numbers = [
            ("min-parties", manifest.min_parties, self.min_parties),
            ("max-parties", manifest.max_parties, self.max_parties),
        ];
        let differing = |(setting, open, asked): (&'static str, u64, Option<u64>)| {
            let asked = asked.filter(|asked| *asked != open)?;
            Some(Difference::Value {
                setting,
                open: open.to_string(),
                asked: asked.to_string(),
            })
        };
        let difference = self
            .kind
            .difference(&manifest.kind)
            .or_else(|| numbers.into_iter().find_map(differing));
        match difference {
            None => Ok(()),
            Some(difference) => Err(AnalystError::Differs {
                name: manifest.name.clone(),
                difference,
            }),
        }
    }
}
