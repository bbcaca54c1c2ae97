//! Who is in a result, and what of it is not shown.

use super::groups::Groups;
use super::merging::{Merged, Merging};

/// Who is in a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// How many submissions.
    pub parties: u64,
    /// How many of each cohort, those of merged ones where they are counted; empty where there are
    /// none.
    pub cohorts: Vec<u64>,
    /// The options that are counted as others.
    pub merged: Merged,
    /// The groups that are not released, by their numbers, in rising order.
    pub suppressed: Vec<u32>,
    /// For each part of a form that may be left empty, the groups in which it is not released
    /// besides, in rising order; empty where there are no such parts.
    pub hidden: Vec<Vec<u32>>,
}

/// How many of a cohort gave a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Present {
    /// So many.
    Counted(u64),
    /// Nobody counts, since the cohort has too few parties: taken as fewer than any minimum, and as
    /// some.
    Few,
}

impl Population {
    /// So many parties, in no cohorts.
    #[must_use]
    pub const fn whole(parties: u64) -> Self {
        Self {
            parties,
            cohorts: Vec::new(),
            merged: Merged::nothing(),
            suppressed: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// How many are in a group, by its number.
    pub(super) fn parties_of(&self, groups: &Groups, group: usize) -> u64 {
        if group == 0 {
            return self.parties;
        }
        let members = groups.members(group);
        let counts = members.filter_map(|cohort| self.cohorts.get(cohort));
        counts.fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Bytes of [`Self::encode`].
    pub(super) fn encoded_len(shape: &Shape<'_>) -> usize {
        let groups = shape.groups;
        let of_cohorts = if groups.has_cohorts() {
            groups.cohorts().saturating_mul(8)
        } else {
            0
        };
        let rows = shape
            .parts
            .saturating_add(usize::from(groups.has_cohorts()));
        let flags = groups.len().saturating_mul(rows);
        let merged = shape.merging_options().map(|(_, options)| options);
        let merged = merged.fold(0, usize::saturating_add);
        [of_cohorts, merged, flags]
            .into_iter()
            .fold(8, usize::saturating_add)
    }

    /// `parties (8) || parties of each cohort (8 each) || for each option of a dimension with a merging
    /// rule whether it is merged (1 each) || for each group whether it is suppressed (1 each) || for
    /// each part and group whether it is hidden (1 each)`; the second and fourth only where there are
    /// cohorts, numbers big-endian. Always of the same length.
    pub(super) fn encode(&self, shape: &Shape<'_>) -> Vec<u8> {
        let groups = shape.groups;
        let mut bytes = Vec::with_capacity(Self::encoded_len(shape));
        bytes.extend_from_slice(&self.parties.to_be_bytes());
        if groups.has_cohorts() {
            for cohort in 0..groups.cohorts() {
                let count = self.cohorts.get(cohort).copied().unwrap_or_default();
                bytes.extend_from_slice(&count.to_be_bytes());
            }
            for (dimension, options) in shape.merging_options() {
                bytes.extend(flags(self.merged.of(dimension), options));
            }
            bytes.extend(flags(&self.suppressed, groups.len()));
        }
        bytes.extend(self.hidden_flags(shape));
        bytes
    }

    /// For each part and group whether it is hidden, one byte each.
    pub(super) fn hidden_flags(&self, shape: &Shape<'_>) -> Vec<u8> {
        let parts =
            (0..shape.parts).map(|part| self.hidden.get(part).map_or(&[][..], Vec::as_slice));
        parts
            .flat_map(|hidden| flags(hidden, shape.groups.len()))
            .collect()
    }

    /// Reads what [`Self::encode`] wrote, and gives what stands behind it.
    pub(super) fn decode<'a>(bytes: &'a [u8], shape: &Shape<'_>) -> Option<(Self, &'a [u8])> {
        let groups = shape.groups;
        let (parties, mut rest) = bytes.split_first_chunk::<8>()?;
        let mut population = Self::whole(u64::from_be_bytes(*parties));
        if groups.has_cohorts() {
            for _ in 0..groups.cohorts() {
                let (count, after) = rest.split_first_chunk::<8>()?;
                population.cohorts.push(u64::from_be_bytes(*count));
                rest = after;
            }
            let mut merged = vec![Vec::new(); shape.merging.rules().len()];
            for (dimension, options) in shape.merging_options() {
                let (named, after) = read_flags(rest, options)?;
                *merged.get_mut(dimension)? = named;
                rest = after;
            }
            population.merged = Merged::new(merged);
            (population.suppressed, rest) = read_flags(rest, groups.len())?;
        }
        for _ in 0..shape.parts {
            let (hidden, after) = read_flags(rest, groups.len())?;
            population.hidden.push(hidden);
            rest = after;
        }
        Some((population, rest))
    }
}

/// What a computation's results have in common.
pub(super) struct Shape<'a> {
    pub(super) groups: &'a Groups,
    pub(super) merging: &'a Merging,
    /// How many parts are released only where enough gave them.
    pub(super) parts: usize,
}

impl Shape<'_> {
    /// The dimensions that have a merging rule, and how many options each has.
    fn merging_options(&self) -> impl Iterator<Item = (usize, usize)> {
        let dimensions = self.merging.rules().iter().enumerate();
        let merging = dimensions.filter(|(_, rule)| rule.is_some());
        merging.map(|(dimension, _)| (dimension, self.groups.options(dimension)))
    }
}

/// One byte for each of so many: 1 for the named ones.
fn flags(named: &[u32], count: usize) -> impl Iterator<Item = u8> {
    (0_u32..)
        .zip(0..count)
        .map(|(number, _)| u8::from(named.binary_search(&number).is_ok()))
}

fn read_flags(bytes: &[u8], count: usize) -> Option<(Vec<u32>, &[u8])> {
    let (flags, rest) = bytes.split_at_checked(count)?;
    let mut named = Vec::new();
    for (number, flag) in (0_u32..).zip(flags) {
        match flag {
            0 => {}
            1 => named.push(number),
            _ => return None,
        }
    }
    Some((named, rest))
}
