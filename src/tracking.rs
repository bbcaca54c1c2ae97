//! What an analyst sees of who has submitted beside the total: which invitations are used, and how
//! many parties each cohort has. It moves in steps of the manifest's time grain, and of so many
//! parties that none of them stands alone.
//!
//! ```text
//! changes (grain, who, now in cohort c | gone) ... ── shown at boundary b ──> who is in which cohort
//! ```
//!
//! A pure function of the log of changes: it is the same after a restart and however often it is
//! asked for, and what it says at a boundary depends on nothing that came later.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{Blob, PartyKey};

/// Fewest parties that are shown to have changed at the same time.
pub const LEAST_TOGETHER: usize = 3;

/// Whom a change is about, as far as the server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Who holds the invitation with that number, whatever device it is on.
    Invitation(u64),
    /// A party of an open computation.
    Party(PartyKey),
}

/// A party has submitted, changed its cohort or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When, in whole time grains since 1970; no time finer than that is kept.
    pub grain: u64,
    /// Who.
    pub who: Who,
    /// In which cohort it is from then on (0 where there are none); nothing for who has left.
    pub cohort: Option<u32>,
}

/// What may be seen at a boundary between two grains.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown(BTreeMap<Who, u32>);

/// What may be seen at the beginning of grain `boundary`.
///
/// At the end of each grain, the parties that differ from what is shown are shown as they are, if
/// there are at least [`LEAST_TOGETHER`] of them; otherwise none of them is, and they wait for more.
/// A party that came and left in between differs in nothing.
pub fn shown(changes: impl IntoIterator<Item = Change>, boundary: u64) -> Shown {
    let mut view = View::default();
    let mut grain = 0;
    for change in changes {
        // A clock that was set back does not bring back what is over.
        let next = change.grain.max(grain);
        if next >= boundary {
            break;
        }
        if next > grain {
            view.end_grain();
            grain = next;
        }
        view.apply(change);
    }
    view.end_grain();
    Shown(view.shown)
}

#[derive(Debug, Default)]
struct View {
    shown: BTreeMap<Who, u32>,
    current: BTreeMap<Who, u32>,
    /// Those for whom the two are not the same.
    differing: BTreeSet<Who>,
}

impl View {
    fn apply(&mut self, change: Change) {
        let who = change.who;
        match change.cohort {
            Some(cohort) => self.current.insert(who, cohort),
            None => self.current.remove(&who),
        };
        if self.current.get(&who) == self.shown.get(&who) {
            self.differing.remove(&who);
        } else {
            self.differing.insert(who);
        }
    }

    fn end_grain(&mut self) {
        if self.differing.len() < LEAST_TOGETHER {
            return;
        }
        for who in std::mem::take(&mut self.differing) {
            match self.current.get(&who) {
                Some(cohort) => self.shown.insert(who, *cohort),
                None => self.shown.remove(&who),
            };
        }
    }
}

impl Shown {
    /// Whether these changes lead to anything else: somebody has come, moved or left since, or waits
    /// for others to be shown with.
    pub fn is_behind(&self, changes: impl IntoIterator<Item = Change>) -> bool {
        let mut current = BTreeMap::new();
        for Change { who, cohort, .. } in changes {
            match cohort {
                Some(cohort) => current.insert(who, cohort),
                None => current.remove(&who),
            };
        }
        current != self.0
    }

    /// How many parties each cohort has.
    #[must_use]
    pub fn cohorts(&self, cohorts: usize) -> Vec<u64> {
        let mut counts = vec![0_u64; cohorts];
        for cohort in self.0.values() {
            let place = usize::try_from(*cohort).unwrap_or(usize::MAX);
            if let Some(count) = counts.get_mut(place) {
                *count = count.saturating_add(1);
            }
        }
        counts
    }

    /// Which invitations are used.
    #[must_use]
    pub fn used(&self) -> Used {
        let mut used = Used::default();
        for who in self.0.keys() {
            if let Who::Invitation(number) = who {
                used.insert(*number);
            }
        }
        used
    }
}

/// A set of invitations by number: number i is bit i mod 8, from the least significant, of byte
/// i / 8; there are as many bytes as the highest number needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Used(Blob);

impl Used {
    fn insert(&mut self, number: u64) {
        let Ok(byte) = usize::try_from(number / 8) else {
            return;
        };
        let Self(Blob(bits)) = self;
        if bits.len() <= byte {
            bits.resize(byte.saturating_add(1), 0);
        }
        if let Some(byte) = bits.get_mut(byte) {
            *byte |= 1 << (number % 8);
        }
    }

    /// Whether an invitation is in it.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        let byte = usize::try_from(number / 8).ok();
        let byte = byte.and_then(|byte| self.0.0.get(byte));
        byte.is_some_and(|byte| byte >> (number % 8) & 1 == 1)
    }

    /// How many are in it.
    #[must_use]
    pub fn len(&self) -> u64 {
        let ones = self.0.0.iter().map(|byte| u64::from(byte.count_ones()));
        ones.sum()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An answer to an analyst that asks what it may see beside the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tracked {
    /// Up to when it is counted, in seconds since 1970: the end of a grain.
    pub at: u64,
    /// How many parties each cohort has; nothing where there are none.
    pub cohorts: Option<Vec<u64>>,
    /// Which invitations are used, where the manifest says that the analyst may see it.
    pub used: Option<Used>,
    /// An earlier round of the same name with nearly the same people, so that both results together
    /// would tell of fewer than the minimum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_round: Option<u32>,
}

impl Tracked {
    /// About how many bytes it has in memory.
    #[must_use]
    pub fn footprint(&self) -> usize {
        let cohorts = self.cohorts.as_ref().map_or(0, Vec::len);
        let used = self.used.as_ref().map_or(0, |Used(bits)| bits.0.len());
        cohorts
            .saturating_mul(size_of::<u64>())
            .saturating_add(used)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(grain: u64, number: u64, cohort: Option<u32>) -> Change {
        Change {
            grain,
            who: Who::Invitation(number),
            cohort,
        }
    }

    /// The numbers that are shown as used.
    fn used(changes: &[Change], boundary: u64) -> Vec<u64> {
        let used = shown(changes.iter().copied(), boundary).used();
        (0..20).filter(|number| used.contains(*number)).collect()
    }

    #[test]
    fn fewer_than_three_wait_for_more() {
        let mut changes = vec![change(5, 0, Some(0)), change(5, 1, Some(0))];
        assert!(used(&changes, 6).is_empty());
        assert!(used(&changes, 1_000).is_empty());
        changes.push(change(9, 2, Some(0)));
        assert!(used(&changes, 9).is_empty(), "the grain is not over");
        assert_eq!(used(&changes, 10), [0, 1, 2]);
        changes.push(change(10, 3, Some(0)));
        assert_eq!(used(&changes, 11), [0, 1, 2]);
        // One that leaves and two that come are three.
        changes.extend([change(11, 0, None), change(11, 4, Some(0))]);
        assert_eq!(used(&changes, 11), [0, 1, 2]);
        assert_eq!(used(&changes, 12), [1, 2, 3, 4]);
    }

    #[test]
    fn who_is_not_shown_yet_is_noticed() {
        let behind = |changes: &[Change], boundary| {
            let shown = shown(changes.iter().copied(), boundary);
            shown.is_behind(changes.iter().copied())
        };
        assert!(!behind(&[], 9));
        let mut changes = vec![change(5, 0, Some(0)), change(5, 1, Some(0))];
        assert!(behind(&changes, 9), "two wait for a third");
        changes.push(change(6, 2, Some(0)));
        assert!(behind(&changes, 6), "its grain is not over");
        assert!(!behind(&changes, 7));
        // As many as before, but others.
        let others = [change(7, 0, None), change(7, 3, Some(0))];
        changes.extend(others);
        assert!(behind(&changes, 9));
        let mut moved = changes[..3].to_vec();
        moved.push(change(8, 1, Some(1)));
        assert!(behind(&moved, 9), "of another cohort");
    }

    #[test]
    fn corrections_of_one_party_are_one_change() {
        let corrected = (0..9).map(|at| change(at, 0, Some(u32::try_from(at % 3).unwrap())));
        let corrected: Vec<_> = corrected.collect();
        assert!(used(&corrected, 100).is_empty());
        // Whoever came and left again was never there.
        let visit = [
            change(0, 0, Some(0)),
            change(0, 1, Some(0)),
            change(1, 2, Some(0)),
            change(1, 2, None),
        ];
        assert!(used(&visit, 100).is_empty());
    }

    #[test]
    fn cohorts_move_with_the_parties() {
        let moves = [
            change(0, 0, Some(0)),
            change(0, 1, Some(0)),
            change(0, 2, Some(1)),
            change(1, 0, Some(1)),
            change(2, 1, Some(2)),
            change(3, 2, None),
        ];
        let cohorts = |boundary| shown(moves, boundary).cohorts(3);
        assert_eq!(cohorts(0), [0, 0, 0]);
        for boundary in 1..=3 {
            assert_eq!(cohorts(boundary), [2, 1, 0], "{boundary}");
        }
        assert_eq!(cohorts(4), [0, 1, 1]);
    }

    #[test]
    fn a_clock_that_is_set_back_shows_nothing_sooner() {
        let changes = [
            change(8, 0, Some(0)),
            change(8, 1, Some(0)),
            change(3, 2, Some(0)),
        ];
        assert!(used(&changes, 8).is_empty());
        assert_eq!(used(&changes, 9), [0, 1, 2]);
    }

    #[test]
    fn a_set_of_invitations_is_as_long_as_its_highest() {
        let mut set = Used::default();
        assert!(set.is_empty());
        for number in [9, 0, 3] {
            set.insert(number);
        }
        assert_eq!(set.0.0, [0b0000_1001, 0b0000_0010]);
        assert_eq!(set.len(), 3);
        assert!(set.contains(9) && !set.contains(10) && !set.contains(u64::MAX));
    }

    fn log() -> impl Strategy<Value = Vec<Change>> {
        let step = (0..3_u64, 0..8_u64, proptest::option::of(0..3_u32));
        proptest::collection::vec(step, 0..60).prop_map(|steps| {
            let mut grain = 0;
            let changes = steps.into_iter().map(|(passed, number, cohort)| {
                grain += passed;
                change(grain, number, cohort)
            });
            changes.collect()
        })
    }

    fn end(changes: &[Change]) -> u64 {
        changes.last().map_or(0, |last| last.grain + 2)
    }

    proptest! {
        #[test]
        fn nobody_is_seen_to_change_alone(changes in log()) {
            let mut before = Shown::default();
            for boundary in 0..=end(&changes) {
                let now = shown(changes.iter().copied(), boundary);
                let all: BTreeSet<_> = before.0.keys().chain(now.0.keys()).collect();
                let differ = all.into_iter().filter(|who| before.0.get(who) != now.0.get(who));
                let differ = differ.count();
                prop_assert!(differ == 0 || differ >= LEAST_TOGETHER, "{differ} at {boundary}");
                before = now;
            }
        }

        #[test]
        fn what_comes_later_changes_nothing(changes in log(), boundary in 0..60_u64) {
            let until: Vec<_> = changes.iter().copied().filter(|c| c.grain < boundary).collect();
            prop_assert_eq!(shown(changes, boundary), shown(until, boundary));
        }

        #[test]
        fn the_order_within_a_grain_is_not_seen(changes in log()) {
            // The last word of each party in a grain counts; where it stands among others does not.
            let mut turned = changes.clone();
            turned.sort_by_key(|change| (change.grain, std::cmp::Reverse(change.who)));
            for boundary in 0..=end(&changes) {
                let (a, b) = (changes.iter().copied(), turned.iter().copied());
                prop_assert_eq!(shown(a, boundary), shown(b, boundary));
            }
        }

        #[test]
        fn all_but_a_few_are_shown_as_they_are(changes in log()) {
            let mut current = BTreeMap::new();
            for change in &changes {
                match change.cohort {
                    Some(cohort) => current.insert(change.who, cohort),
                    None => current.remove(&change.who),
                };
            }
            let Shown(now) = shown(changes.iter().copied(), end(&changes));
            let all: BTreeSet<_> = current.keys().chain(now.keys()).collect();
            let differ = all.into_iter().filter(|who| current.get(who) != now.get(who));
            prop_assert!(differ.count() < LEAST_TOGETHER);
        }
    }
}
