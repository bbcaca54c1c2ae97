//! Who may submit, what the analyst sees of that, and who is told the result: parts of a manifest
//! that parties see before they submit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Manifest;
use crate::disclosure::MaxRejected;

/// Longest time grain, in seconds: a week.
pub const MAX_TIME_GRAIN: u32 = 7 * 24 * 3600;

/// The time grain where nothing else is asked for: an hour.
pub const DEFAULT_TIME_GRAIN: u32 = 3600;

/// Most parties that are told a result which is for them alone: the keys to it fit one message.
pub const MAX_TOLD: u64 = 20_000;

/// A word that stands for no part of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such word")]
pub struct ParsePolicyError;

/// Enumerations whose words are the same in records, on the command line and in texts.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// The words.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ParsePolicyError;

            fn from_str(word: &str) -> Result<Self, ParsePolicyError> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(ParsePolicyError),
                }
            }
        }
    };
}

words! {
    /// Who may submit.
    Access {
        /// Anyone who can reach the server.
        Open = "open",
        /// Who holds an invitation.
        Invited = "invited",
    }
}

words! {
    /// What the analyst sees of who has submitted.
    Tracking {
        /// Nothing before the freeze.
        None = "none",
        /// How many.
        Count = "count",
        /// Which of the invited, by label.
        Labels = "labels",
    }
}

words! {
    /// Who is told the result.
    Publication {
        /// The analyst alone.
        None = "none",
        /// The parties as well.
        Parties = "parties",
        /// Everybody, the server included.
        Public = "public",
    }
}

/// In which steps of time the analyst sees more than the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeGrain(u32);

/// A text that is no time grain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time from 1s to 7d is needed, such as 30m, 1h or 1d")]
pub struct ParseTimeGrainError;

impl TimeGrain {
    const UNITS: [(char, u32); 4] = [('d', 24 * 3600), ('h', 3600), ('m', 60), ('s', 1)];

    /// So many seconds, up to [`MAX_TIME_GRAIN`].
    #[must_use]
    pub fn from_seconds(seconds: u32) -> Option<Self> {
        (1..=MAX_TIME_GRAIN)
            .contains(&seconds)
            .then_some(Self(seconds))
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl FromStr for TimeGrain {
    type Err = ParseTimeGrainError;

    /// A number and a unit of `d`, `h`, `m`, `s`.
    fn from_str(text: &str) -> Result<Self, ParseTimeGrainError> {
        let read = Self::UNITS.into_iter().find_map(|(unit, seconds)| {
            let digits = text.strip_suffix(unit)?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let number: u32 = digits.parse().ok().filter(|_| plain)?;
            Self::from_seconds(number.checked_mul(seconds)?)
        });
        read.ok_or(ParseTimeGrainError)
    }
}

impl fmt::Display for TimeGrain {
    /// In the largest unit that leaves nothing over.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |(_, seconds): &(char, u32)| self.0.is_multiple_of(*seconds);
        let (unit, seconds) = Self::UNITS.into_iter().find(fits).unwrap_or(('s', 1));
        write!(f, "{}{unit}", self.0 / seconds)
    }
}

/// Two parts of a policy contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Labels belong to invitations.
    #[error("tracking by label needs invitations (access \"invited\")")]
    LabelsWithoutInvitations,
    /// What only parties may read is sealed to their invitations.
    #[error("a result for the parties alone needs invitations (access \"invited\")")]
    PartiesWithoutInvitations,
    /// Each invitation has a key to it.
    #[error("a result for the parties alone is for at most {MAX_TOLD} of them (max-parties)")]
    TooManyToTell,
}

impl Manifest {
    /// Whether the parts of the policy go together.
    pub(super) fn check_policy(&self) -> Result<(), PolicyError> {
        if self.publication == Publication::Parties && self.max_parties > MAX_TOLD {
            return Err(match self.access {
                Access::Open => PolicyError::PartiesWithoutInvitations,
                Access::Invited => PolicyError::TooManyToTell,
            });
        }
        match (self.access, self.tracking, self.publication) {
            (Access::Open, Tracking::Labels, _) => Err(PolicyError::LabelsWithoutInvitations),
            (Access::Open, _, Publication::Parties) => Err(PolicyError::PartiesWithoutInvitations),
            _ => Ok(()),
        }
    }

    /// Most submissions that the analyst alone may reject.
    #[must_use]
    pub fn most_rejected(&self) -> MaxRejected {
        match (self.max_rejected, self.access) {
            (Some(most), _) => MaxRejected::AtMost(most),
            (None, Access::Open) => MaxRejected::Any,
            // Whoever is invited is known to the analyst, which could otherwise reject until a few
            // chosen ones are left.
            (None, Access::Invited) => MaxRejected::Tenth,
        }
    }

    /// Whether the analyst is told before the freeze how many have submitted.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.tracking != Tracking::None
    }

    /// Whether the parties of this round are compared with those of the rounds before. Open
    /// computations have nothing by which parties of two rounds could be told to be the same.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.round > 1 && self.access == Access::Invited
    }

    /// Whether the analyst may be told before the freeze which round is near: that follows from who
    /// takes part.
    #[must_use]
    pub fn is_compared_before_freeze(&self) -> bool {
        self.is_compared() && self.tracking == Tracking::Labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::Counts;
    use crate::fixtures::World;
    use crate::measurement::Rejection;
    use crate::measurement::groups::Groups;

    #[test]
    fn words_are_those_of_the_record() {
        for word in Access::WORDS {
            let access: Access = word.parse().unwrap();
            assert_eq!(serde_json::to_value(access).unwrap(), *word);
            assert_eq!(access.to_string(), *word);
        }
        for word in Tracking::WORDS {
            let tracking: Tracking = word.parse().unwrap();
            assert_eq!(serde_json::to_value(tracking).unwrap(), *word);
        }
        for word in Publication::WORDS {
            let publication: Publication = word.parse().unwrap();
            assert_eq!(serde_json::to_value(publication).unwrap(), *word);
        }
        assert_eq!("Open".parse::<Access>(), Err(ParsePolicyError));
    }

    #[test]
    fn time_grains_have_units() {
        for (text, seconds, shown) in [
            ("1s", 1, "1s"),
            ("90s", 90, "90s"),
            ("60m", 3600, "1h"),
            ("36h", 36 * 3600, "36h"),
            ("7d", MAX_TIME_GRAIN, "7d"),
        ] {
            let grain: TimeGrain = text.parse().unwrap();
            assert_eq!((grain.seconds(), &*grain.to_string()), (seconds, shown));
        }
        for text in [
            "",
            "1",
            "h",
            "0s",
            "8d",
            "+1h",
            "-1h",
            "1.5h",
            "1 h",
            "1H",
            "4294967297s",
        ] {
            assert_eq!(
                text.parse::<TimeGrain>(),
                Err(ParseTimeGrainError),
                "{text}"
            );
        }
    }

    #[test]
    fn labels_and_results_for_parties_need_invitations() {
        let mut manifest = World::new(1).terms.manifest;
        let all = [Access::Open, Access::Invited]
            .into_iter()
            .flat_map(|access| {
                Tracking::WORDS.iter().flat_map(move |tracking| {
                    let publications = Publication::WORDS.iter();
                    publications.map(move |publication| (access, *tracking, *publication))
                })
            });
        for (access, tracking, publication) in all {
            manifest.access = access;
            manifest.tracking = tracking.parse().unwrap();
            manifest.publication = publication.parse().unwrap();
            let expected = match (access, tracking, publication) {
                (Access::Open, "labels", _) => Err(PolicyError::LabelsWithoutInvitations),
                (Access::Open, _, "parties") => Err(PolicyError::PartiesWithoutInvitations),
                _ => Ok(()),
            };
            assert_eq!(
                manifest.check_policy(),
                expected,
                "{tracking} {publication}"
            );
        }
    }

    #[test]
    fn the_analyst_of_invited_parties_may_reject_a_tenth() {
        let mut manifest = World::new(1).terms.manifest;
        let mut counts = Counts::new(&Groups::new(&[]));
        counts.accepted = 8;
        counts.add(Err(Rejection::ProofRejected));
        counts.add(Err(Rejection::ServerBoxUnopenable));
        assert_eq!(manifest.most_rejected().of(&counts), None);
        manifest.access = Access::Invited;
        assert_eq!(manifest.most_rejected().of(&counts), Some(1));
        counts.accepted = 9;
        assert_eq!(manifest.most_rejected().of(&counts), Some(2));
        manifest.max_rejected = Some(7);
        assert_eq!(manifest.most_rejected().of(&counts), Some(7));
    }
}
