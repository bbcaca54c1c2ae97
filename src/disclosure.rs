//! Whether a result may be released: pure rules that both compute parties apply to the same counts
//! and whose outcome both sign before anything is released.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod groups;
mod suppression;

pub use self::groups::Groups;
pub use self::suppression::suppress;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::measurement::Rejection;

/// What a manifest demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fewest accepted submissions.
    pub min_parties: u64,
    /// Most submissions that the analyst alone may reject; `None` for no limit.
    pub max_rejected: Option<u64>,
}

/// What both sides counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Accepted by both sides.
    pub accepted: u64,
    /// Rejected, by reason; reasons that did not occur are absent.
    #[serde(deserialize_with = "once_each")]
    pub rejected: BTreeMap<Rejection, u64>,
}

impl Counts {
    /// Counts one submission.
    pub fn add(&mut self, verdict: Result<(), Rejection>) {
        let count = match verdict {
            Ok(()) => &mut self.accepted,
            Err(reason) => self.rejected.entry(reason).or_default(),
        };
        *count = count.saturating_add(1);
    }

    fn rejected_by_analyst(&self) -> u64 {
        let theirs = self
            .rejected
            .iter()
            .filter(|(reason, _)| reason.is_analysts());
        theirs.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

/// Reads a map that has no key twice: two readers never understand two things.
fn once_each<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Rejection, u64>, D::Error> {
    struct OnceEach;

    impl<'de> Visitor<'de> for OnceEach {
        type Value = BTreeMap<Rejection, u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("counts by reason")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut counts = BTreeMap::new();
            while let Some((reason, count)) = entries.next_entry()? {
                if counts.insert(reason, count).is_some() {
                    return Err(de::Error::custom("a reason stands twice"));
                }
            }
            Ok(counts)
        }
    }

    from.deserialize_map(OnceEach)
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EndReason {
    /// Fewer submissions were accepted than the manifest demands.
    TooFewAccepted {
        /// Accepted by both sides.
        accepted: u64,
        /// What the manifest demands.
        minimum: u64,
    },
    /// The analyst alone rejected more submissions than the manifest allows.
    TooManyRejected {
        /// Rejected by the analyst alone.
        rejected: u64,
        /// What the manifest allows.
        maximum: u64,
    },
}

/// What both sides decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// The aggregate is released.
    Release,
    /// Nothing is released, now or later.
    End {
        /// Why, in a fixed order.
        reasons: Vec<EndReason>,
    },
}

/// The one rule: same counts, same outcome.
#[must_use]
pub fn decide(limits: Limits, counts: &Counts) -> Outcome {
    let mut reasons = Vec::new();
    if counts.accepted < limits.min_parties {
        let (accepted, minimum) = (counts.accepted, limits.min_parties);
        reasons.push(EndReason::TooFewAccepted { accepted, minimum });
    }
    let rejected = counts.rejected_by_analyst();
    if let Some(maximum) = limits.max_rejected.filter(|maximum| rejected > *maximum) {
        reasons.push(EndReason::TooManyRejected { rejected, maximum });
    }
    if reasons.is_empty() {
        Outcome::Release
    } else {
        Outcome::End { reasons }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(accepted: u64, rejections: &[Rejection]) -> Counts {
        let mut counts = Counts {
            accepted,
            ..Counts::default()
        };
        for reason in rejections {
            counts.add(Err(*reason));
        }
        counts
    }

    #[test]
    fn the_minimum_counts_accepted_submissions() {
        let limits = Limits {
            min_parties: 2,
            max_rejected: None,
        };
        assert_eq!(
            decide(limits, &counts(2, &[Rejection::ProofRejected])),
            Outcome::Release
        );
        let reasons = vec![EndReason::TooFewAccepted {
            accepted: 1,
            minimum: 2,
        }];
        assert_eq!(
            decide(limits, &counts(1, &[Rejection::ProofRejected; 9])),
            Outcome::End { reasons }
        );
    }

    #[test]
    fn a_reason_stands_once() {
        let read = |text| serde_json::from_str::<Counts>(text).is_ok();
        assert!(read(r#"{"accepted":1,"rejected":{"proof_rejected":1}}"#));
        assert!(!read(
            r#"{"accepted":1,"rejected":{"proof_rejected":1,"proof_rejected":2}}"#
        ));
    }

    #[test]
    fn the_analyst_may_reject_so_many_and_no_more() {
        let limits = Limits {
            min_parties: 1,
            max_rejected: Some(1),
        };
        let servers = [Rejection::VerifierMessageRejected; 3];
        assert_eq!(decide(limits, &counts(5, &servers)), Outcome::Release);
        let one = [Rejection::AnalystBoxUnopenable];
        assert_eq!(decide(limits, &counts(5, &one)), Outcome::Release);
        let two = [Rejection::AnalystBoxUnopenable, Rejection::ProofRejected];
        let reasons = vec![EndReason::TooManyRejected {
            rejected: 2,
            maximum: 1,
        }];
        assert_eq!(decide(limits, &counts(5, &two)), Outcome::End { reasons });
    }
}
