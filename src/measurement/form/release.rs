//! What one side shows of its sums: first how many gave each counted part, then the sums of what is
//! neither suppressed nor hidden.

use std::borrow::Cow;
use std::ops::Range;

use prio::codec::Decode;
use prio::field::{Field128, FieldElement};

use super::{ELEMENT, FormScheme, Sums};
use crate::measurement::{Population, Present};

impl FormScheme {
    /// The sums of the cohorts once the merged ones are counted in others.
    fn merged<'a>(&self, cohorts: &'a Sums, population: &Population) -> Cow<'a, Sums> {
        if population.merged.is_empty() {
            return Cow::Borrowed(cohorts);
        }
        let (groups, merging) = (self.groups(), self.merging());
        let home = |cohort: u32| {
            let cohort = usize::try_from(cohort).unwrap_or(usize::MAX);
            let home = merging.home(&groups, &population.merged, cohort);
            u32::try_from(home).unwrap_or(u32::MAX)
        };
        Cow::Owned(cohorts.moved(home))
    }

    /// How many of each cohort gave each part, where every submission shows it.
    pub(in crate::measurement) fn shown_presence(
        &self,
        cohorts: &Sums,
        population: &Population,
    ) -> Option<Vec<Vec<Present>>> {
        if !self.form().shows_presence() {
            return None;
        }
        let cohorts = self.merged(cohorts, population);
        let of = |cohort: usize, part: usize| {
            let cohort = u32::try_from(cohort).ok()?;
            cohorts.present.get(&cohort)?.get(part).copied()
        };
        let parts = (0..self.parts()).map(|part| {
            let all = 0..self.groups().cohorts();
            all.map(|cohort| Present::Counted(of(cohort, part).unwrap_or_default()))
                .collect()
        });
        Some(parts.collect())
    }

    /// Shares of how many gave each counted part, cohort by cohort; zeros for a cohort whose counts
    /// would show its few parties.
    pub(in crate::measurement) fn presence(
        &self,
        cohorts: &Sums,
        population: &Population,
    ) -> Vec<u8> {
        let cohorts = self.merged(cohorts, population);
        let mut bytes = Vec::new();
        for (number, cohort) in (0_u32..).zip(0..self.groups().cohorts()) {
            let counted = self.counts_cohort(population, cohort);
            let sums = cohorts.elements.get(&number).filter(|_| counted);
            let sums = sums.map_or(&[][..], Vec::as_slice);
            for part in &self.plan.parts {
                bytes.extend_from_slice(&<[u8; ELEMENT]>::from(part.counted(sums)));
            }
        }
        bytes
    }

    /// Whether a cohort has enough parties to be counted.
    fn counts_cohort(&self, population: &Population, cohort: usize) -> bool {
        let parties = population.cohorts.get(cohort);
        !self.groups().has_cohorts()
            || parties.is_some_and(|parties| *parties >= self.form().min_cohort())
    }

    /// The counts of each part, by cohort, from two shares of [`Self::presence`].
    pub(in crate::measurement) fn presence_counts(
        &self,
        ours: &[u8],
        theirs: &[u8],
        population: &Population,
    ) -> Option<Vec<Vec<Present>>> {
        let (groups, parts) = (self.groups(), self.parts());
        let len = groups.cohorts().checked_mul(parts)?.checked_mul(ELEMENT)?;
        if ours.len() != len || theirs.len() != len {
            return None;
        }
        let mut counts = vec![Vec::with_capacity(groups.cohorts()); parts];
        let pairs = ours
            .chunks_exact(ELEMENT)
            .zip(theirs.chunks_exact(ELEMENT))
            .enumerate();
        for (index, (ours, theirs)) in pairs {
            let (cohort, part) = (index.checked_div(parts)?, index.checked_rem(parts)?);
            let [ours, theirs] = [ours, theirs].map(Field128::get_decoded);
            let count = u64::try_from(u128::from(ours.ok()? + theirs.ok()?)).ok()?;
            let parties = if groups.has_cohorts() {
                *population.cohorts.get(cohort)?
            } else {
                population.parties
            };
            let present = if self.counts_cohort(population, cohort) {
                (count <= parties).then_some(Present::Counted(count))?
            } else {
                (count == 0).then_some(())?;
                if parties == 0 {
                    Present::Counted(0)
                } else {
                    Present::Few
                }
            };
            counts.get_mut(part)?.push(present);
        }
        Some(counts)
    }

    /// The sums of every group that is not suppressed, from those of the cohorts, but for what is
    /// hidden.
    pub(in crate::measurement) fn release(&self, cohorts: &Sums, population: &Population) -> Sums {
        let groups = self.groups();
        let cohorts = self.merged(cohorts, population);
        let mut released = Sums::default();
        for (number, group) in (0_u32..).zip(0..groups.len()) {
            if population.suppressed.binary_search(&number).is_ok() {
                continue;
            }
            for cohort in groups.members(group) {
                let sums = u32::try_from(cohort)
                    .ok()
                    .and_then(|cohort| cohorts.elements.get(&cohort));
                if let Some(sums) = sums {
                    released.add(number, sums);
                }
            }
        }
        for (part, hidden) in self.plan.parts.iter().zip(&population.hidden) {
            for number in hidden {
                let sums = released.elements.get_mut(number);
                let sums = sums.map_or(&mut [][..], Vec::as_mut_slice);
                for places in &part.hides {
                    if let Some(sums) = sums.get_mut(places.clone()) {
                        sums.fill(Field128::zero());
                    }
                }
            }
        }
        released
    }

    /// Whether the other side's release has nothing of what is suppressed or hidden, nor of a group
    /// without parties, such as one that is counted in another, and the counts that it showed before,
    /// if it did.
    pub(in crate::measurement) fn keeps(
        &self,
        released: &Sums,
        population: &Population,
        presence: Option<&[u8]>,
    ) -> bool {
        let nothing = |number: &u32, places: &Range<usize>| {
            let sums = released.elements.get(number);
            let sums = sums.and_then(|sums| sums.get(places.clone()));
            sums.is_none_or(|sums| sums.iter().all(|sum| *sum == Field128::zero()))
        };
        let whole = 0..self.output_len();
        let groups = self.groups();
        let is_empty = |number: &u32| {
            let group = usize::try_from(*number).unwrap_or(usize::MAX);
            population.parties_of(&groups, group) == 0
        };
        let mut empty = released.elements.keys().filter(|number| is_empty(number));
        let suppressed = &population.suppressed;
        let mut parts = self.plan.parts.iter().zip(&population.hidden);
        suppressed.iter().all(|number| nothing(number, &whole))
            && empty.all(|number| nothing(number, &whole))
            && parts.all(|(part, hidden)| {
                let mut places = part.hides.iter();
                places.all(|places| hidden.iter().all(|number| nothing(number, places)))
            })
            && presence.is_none_or(|share| self.shows_counts(released, population, share))
    }

    /// Whether the counts of every group that is not suppressed and all of whose cohorts are counted
    /// are theirs in a share of [`Self::presence`].
    fn shows_counts(&self, released: &Sums, population: &Population, presence: &[u8]) -> bool {
        let (groups, parts) = (self.groups(), &self.plan.parts);
        let shares = presence.chunks_exact(ELEMENT).map(Field128::get_decoded);
        let Ok(shares) = shares.collect::<Result<Vec<_>, _>>() else {
            return false;
        };
        let cohorts: Vec<&[Field128]> = shares.chunks(parts.len().max(1)).collect();
        let numbers = (0_u32..).zip(0..groups.len());
        numbers
            .filter(|(number, _)| population.suppressed.binary_search(number).is_err())
            .all(|(number, group)| {
                let sums = released
                    .elements
                    .get(&number)
                    .map_or(&[][..], Vec::as_slice);
                let mut all = groups.members(group);
                if all.any(|cohort| !self.counts_cohort(population, cohort)) {
                    // What few gave of it was not shown.
                    return true;
                }
                let members = groups.members(group);
                let members: Vec<&[Field128]> = members
                    .filter_map(|cohort| cohorts.get(cohort).copied())
                    .collect();
                let hidden = |part: usize| {
                    let hidden = population.hidden.get(part);
                    hidden.is_some_and(|hidden| hidden.binary_search(&number).is_ok())
                };
                parts.iter().enumerate().all(|(index, part)| {
                    let shown = members.iter().filter_map(|cohort| cohort.get(index));
                    let shown = shown.fold(Field128::zero(), |sum, share| sum + *share);
                    // A choice's counts are its tally, and hidden with it.
                    hidden(index) && part.hides.contains(&part.count) || shown == part.counted(sums)
                })
            })
    }
}
