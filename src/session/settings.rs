//! What an analyst asks of its computation.

use super::AnalystError;
use crate::disclosure::MaxRejected;
use crate::manifest::{
    Access, DEFAULT_MAX_PARTIES, DEFAULT_TIME_GRAIN, MAX_TOLD, Manifest, Publication, Terms,
    TimeGrain, Tracking,
};
use crate::measurement::{Difference, Kind, KindSettings};

/// What the analyst asks of its computation; `None` is "as it is", or as in the round before, or the
/// default of a new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What is computed.
    pub kind: KindSettings,
    /// Fewest accepted submissions.
    pub min_parties: Option<u64>,
    /// Most parties.
    pub max_parties: Option<u64>,
    /// Most submissions that the analyst alone may reject.
    pub max_rejected: Option<u64>,
    /// Who may submit.
    pub access: Option<Access>,
    /// What the analyst sees of who has submitted.
    pub tracking: Option<Tracking>,
    /// In which steps it sees more than the total.
    pub time_grain: Option<TimeGrain>,
    /// Who is told the result.
    pub publication: Option<Publication>,
}

/// What a new manifest says beside its kind, its name and its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conditions {
    pub(super) min_parties: u64,
    pub(super) max_parties: u64,
    pub(super) max_rejected: Option<u64>,
    pub(super) access: Access,
    pub(super) tracking: Tracking,
    pub(super) time_grain: u32,
    pub(super) publication: Publication,
}

impl Settings {
    /// What a new computation demands: what is asked for, or else what the round before did.
    pub(super) fn conditions(&self, last: Option<&Manifest>, kind: &Kind) -> Conditions {
        let publication = self
            .publication
            .or(last.map(|last| last.publication))
            .unwrap_or(Publication::None);
        let most = match publication {
            Publication::Parties => MAX_TOLD,
            Publication::None | Publication::Public => DEFAULT_MAX_PARTIES,
        };
        let or = |asked: Option<u64>, last: Option<u64>, default| asked.or(last).unwrap_or(default);
        Conditions {
            min_parties: self.min_parties.unwrap_or_else(|| {
                let of_kind = kind.min_parties();
                // Another form may ask for more than the round before did.
                last.map_or(of_kind, |last| last.min_parties.max(of_kind))
            }),
            max_parties: or(self.max_parties, last.map(|last| last.max_parties), most),
            max_rejected: self
                .max_rejected
                .or(last.and_then(|last| last.max_rejected)),
            access: self
                .access
                .or(last.map(|last| last.access))
                .unwrap_or(Access::Open),
            tracking: self
                .tracking
                .or(last.map(|last| last.tracking))
                .unwrap_or(Tracking::Count),
            time_grain: self
                .time_grain
                .map(TimeGrain::seconds)
                .or(last.map(|last| last.time_grain))
                .unwrap_or(DEFAULT_TIME_GRAIN),
            publication,
        }
    }

    /// Whether the open computation is what was asked for.
    pub(super) fn check(&self, terms: &Terms) -> Result<(), AnalystError> {
        let manifest = &terms.manifest;
        let difference = self
            .kind
            .difference(&manifest.kind)
            .or_else(|| self.difference(manifest));
        match difference {
            None => Ok(()),
            Some(difference) => Err(AnalystError::Differs {
                name: manifest.name.clone(),
                difference,
            }),
        }
    }

    fn difference(&self, open: &Manifest) -> Option<Difference> {
        let most_rejected = match open.most_rejected() {
            MaxRejected::Any => "any number".to_owned(),
            MaxRejected::AtMost(most) => most.to_string(),
            MaxRejected::Tenth => "a tenth".to_owned(),
        };
        let grain = TimeGrain::from_seconds(open.time_grain);
        let grain = grain.map_or_else(String::new, |grain| grain.to_string());
        let texts = [
            (
                "min-parties",
                open.min_parties.to_string(),
                text(self.min_parties),
            ),
            (
                "max-parties",
                open.max_parties.to_string(),
                text(self.max_parties),
            ),
            ("max-rejected", most_rejected, text(self.max_rejected)),
            ("access", open.access.to_string(), text(self.access)),
            ("tracking", open.tracking.to_string(), text(self.tracking)),
            ("time-grain", grain, text(self.time_grain)),
            (
                "publish",
                open.publication.to_string(),
                text(self.publication),
            ),
        ];
        texts.into_iter().find_map(|(setting, open, asked)| {
            let asked = asked.filter(|asked| *asked != open)?;
            Some(Difference::Value {
                setting,
                open,
                asked,
            })
        })
    }
}

fn text(asked: Option<impl ToString>) -> Option<String> {
    asked.map(|asked| asked.to_string())
}
