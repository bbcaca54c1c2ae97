//! Whether a result may be released: pure rules that both compute parties apply to the same counts
//! and whose outcome both sign before anything is released.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod merging;
mod suppression;

pub use self::merging::merge;
pub use self::suppression::{hide, suppress};

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::Digest;
use crate::measurement::groups::Groups;
use crate::measurement::merging::{Merged, Merging};
use crate::measurement::{Present, Rejection};

/// Most submissions that the analyst alone may reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxRejected {
    /// All of them.
    Any,
    /// So many.
    AtMost(u64),
    /// A tenth of the batch, rounded up.
    Tenth,
}

impl MaxRejected {
    /// How many of a batch that was counted like this.
    #[must_use]
    pub fn of(self, counts: &Counts) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::AtMost(most) => Some(most),
            Self::Tenth => Some(counts.parties().div_ceil(10)),
        }
    }
}

/// What a manifest demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Fewest accepted submissions.
    pub min_parties: u64,
    /// Most submissions that the analyst alone may reject.
    pub max_rejected: MaxRejected,
    /// Fewest accepted submissions of a group that is released, unless it is all parties.
    pub min_cohort: u64,
    /// Fewest of a group that must have given a part that may be left empty.
    pub min_cell: u64,
    /// What totals there are.
    pub groups: Groups,
    /// Which cohorts may be counted in others.
    pub merging: Merging,
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
    /// Accepted, by cohort; nothing where there are no cohorts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohorts: Vec<u64>,
}

impl Counts {
    /// Of nothing.
    #[must_use]
    pub fn new(groups: &Groups) -> Self {
        let cohorts = if groups.has_cohorts() {
            groups.cohorts()
        } else {
            0
        };
        Self {
            cohorts: vec![0; cohorts],
            ..Self::default()
        }
    }

    /// Counts one submission, in its cohort if it was accepted: 0 where there are no cohorts.
    pub fn add(&mut self, verdict: Result<usize, Rejection>) {
        let count = match verdict {
            Ok(cohort) => {
                if let Some(of_cohort) = self.cohorts.get_mut(cohort) {
                    *of_cohort = of_cohort.saturating_add(1);
                }
                &mut self.accepted
            }
            Err(reason) => self.rejected.entry(reason).or_default(),
        };
        *count = count.saturating_add(1);
    }

    /// What is released, by the accepted submissions of each cohort.
    fn release(&self, limits: &Limits) -> Outcome {
        let Limits {
            groups, merging, ..
        } = limits;
        let cohorts = if groups.has_cohorts() {
            self.cohorts.as_slice()
        } else {
            &[self.accepted]
        };
        let merged = merge(groups, merging, cohorts, limits.min_cohort);
        let cohorts = merging.apply(groups, &merged, cohorts);
        Outcome::Release {
            suppressed: suppress(groups, &cohorts, limits.min_parties, limits.min_cohort),
            merged,
            hidden: None,
        }
    }

    /// How many submissions the batch has.
    fn parties(&self) -> u64 {
        let rejected = self.rejected.values();
        rejected.fold(self.accepted, |sum, count| sum.saturating_add(*count))
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
    Release {
        /// All of it but for these groups, in rising order.
        suppressed: Vec<u32>,
        /// The options of each dimension that are counted as another one.
        #[serde(default, skip_serializing_if = "Merged::is_empty")]
        merged: Merged,
        /// Hash of what is hidden besides, where every submission shows who gave what: H("hidden",
        /// for each part and each group 1 where it is hidden, and else 0, one byte each).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hidden: Option<Digest>,
    },
    /// Nothing is released, now or later.
    End {
        /// Why, in a fixed order.
        reasons: Vec<EndReason>,
    },
}

impl Outcome {
    /// All is released but for these groups, and nothing was merged.
    #[must_use]
    pub const fn without(suppressed: Vec<u32>) -> Self {
        Self::Release {
            suppressed,
            merged: Merged::nothing(),
            hidden: None,
        }
    }

    /// Whether there is a result.
    #[must_use]
    pub fn is_release(&self) -> bool {
        matches!(self, Self::Release { .. })
    }
}

/// The one rule: same counts, same outcome.
#[must_use]
pub fn decide(limits: &Limits, counts: &Counts) -> Outcome {
    let mut reasons = Vec::new();
    if counts.accepted < limits.min_parties {
        let (accepted, minimum) = (counts.accepted, limits.min_parties);
        reasons.push(EndReason::TooFewAccepted { accepted, minimum });
    }
    let rejected = counts.rejected_by_analyst();
    let maximum = limits.max_rejected.of(counts);
    if let Some(maximum) = maximum.filter(|maximum| rejected > *maximum) {
        reasons.push(EndReason::TooManyRejected { rejected, maximum });
    }
    if reasons.is_empty() {
        counts.release(limits)
    } else {
        Outcome::End { reasons }
    }
}

/// The groups in which each part is hidden: [`hide`] for each, once for those that are alike.
#[must_use]
pub fn hide_each(limits: &Limits, suppressed: &[u32], parts: &[Vec<Present>]) -> Vec<Vec<u32>> {
    let mut decided: BTreeMap<&[Present], Vec<u32>> = BTreeMap::new();
    let hidden = parts.iter().map(|counts| {
        let decide = || hide(&limits.groups, suppressed, counts, limits.min_cell);
        decided.entry(counts).or_insert_with(decide).clone()
    });
    hidden.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Outcome = Outcome::without(vec![]);

    fn limits(min_parties: u64, max_rejected: MaxRejected) -> Limits {
        Limits {
            min_parties,
            max_rejected,
            min_cohort: min_parties,
            min_cell: min_parties,
            groups: Groups::new(&[]),
            merging: Merging::default(),
        }
    }

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
        let limits = limits(2, MaxRejected::Any);
        assert_eq!(
            decide(&limits, &counts(2, &[Rejection::ProofRejected])),
            ALL
        );
        let reasons = vec![EndReason::TooFewAccepted {
            accepted: 1,
            minimum: 2,
        }];
        assert_eq!(
            decide(&limits, &counts(1, &[Rejection::ProofRejected; 9])),
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
        let limits = limits(1, MaxRejected::AtMost(1));
        let servers = [Rejection::VerifierMessageRejected; 3];
        assert_eq!(decide(&limits, &counts(5, &servers)), ALL);
        let one = [Rejection::AnalystBoxUnopenable];
        assert_eq!(decide(&limits, &counts(5, &one)), ALL);
        let two = [Rejection::AnalystBoxUnopenable, Rejection::ProofRejected];
        let reasons = vec![EndReason::TooManyRejected {
            rejected: 2,
            maximum: 1,
        }];
        assert_eq!(decide(&limits, &counts(5, &two)), Outcome::End { reasons });
    }

    #[test]
    fn small_cohorts_are_left_out_of_what_is_released() {
        let limits = Limits {
            groups: Groups::new(&[3]),
            ..limits(2, MaxRejected::Any)
        };
        let mut counts = Counts::new(&limits.groups);
        for cohort in [0, 2, 0, 1, 2, 2, 0, 0] {
            counts.add(Ok(cohort));
        }
        counts.add(Err(Rejection::ProofRejected));
        assert_eq!((counts.accepted, &counts.cohorts), (8, &vec![4, 1, 3]));
        assert_eq!(decide(&limits, &counts), Outcome::without(vec![2, 3]));
    }

    #[test]
    fn the_form_of_what_is_signed_is_fixed() {
        let mut counts = Counts::new(&Groups::new(&[]));
        counts.add(Ok(0));
        let text = r#"{"accepted":1,"rejected":{}}"#;
        assert_eq!(serde_json::to_string(&counts).unwrap(), text);
        let mut counts = Counts::new(&Groups::new(&[2]));
        counts.add(Ok(1));
        let text = r#"{"accepted":1,"rejected":{},"cohorts":[0,1]}"#;
        assert_eq!(serde_json::to_string(&counts).unwrap(), text);
        assert_eq!(serde_json::from_str::<Counts>(text).unwrap(), counts);
        let outcome = Outcome::without(vec![1, 2]);
        let text = r#"{"release":{"suppressed":[1,2]}}"#;
        assert_eq!(serde_json::to_string(&outcome).unwrap(), text);
    }
}
