//! Who is in a result, and what of it is not shown.

use super::groups::Groups;

/// Who is in a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// How many submissions.
    pub parties: u64,
    /// How many of each cohort; empty where there are none.
    pub cohorts: Vec<u64>,
    /// The groups that are not released, by their numbers, in rising order.
    pub suppressed: Vec<u32>,
    /// For each part of a form that may be left empty, the groups in which it is not released
    /// besides, in rising order; empty where such parts are not counted.
    pub hidden: Vec<Vec<u32>>,
}

/// How many of a cohort gave a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            suppressed: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// Bytes of [`Self::encode`].
    pub(super) fn encoded_len(groups: &Groups, parts: usize) -> usize {
        let of_cohorts = if groups.has_cohorts() {
            groups.cohorts().saturating_mul(8)
        } else {
            0
        };
        let flags = groups.len().saturating_mul(flag_rows(groups, parts));
        8_usize.saturating_add(of_cohorts).saturating_add(flags)
    }

    /// `parties (8) || parties of each cohort (8 each) || for each group whether it is suppressed (1
    /// each) || for each part and group whether it is hidden (1 each)`; the second and third only
    /// where there are cohorts, numbers big-endian. Always of the same length.
    pub(super) fn encode(&self, groups: &Groups, parts: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::encoded_len(groups, parts));
        bytes.extend_from_slice(&self.parties.to_be_bytes());
        if groups.has_cohorts() {
            for cohort in 0..groups.cohorts() {
                let count = self.cohorts.get(cohort).copied().unwrap_or_default();
                bytes.extend_from_slice(&count.to_be_bytes());
            }
            bytes.extend(flags(&self.suppressed, groups));
        }
        for part in 0..parts {
            let hidden = self.hidden.get(part).map_or(&[][..], Vec::as_slice);
            bytes.extend(flags(hidden, groups));
        }
        bytes
    }

    /// Reads what [`Self::encode`] wrote, and gives what stands behind it.
    pub(super) fn decode<'a>(
        bytes: &'a [u8],
        groups: &Groups,
        parts: usize,
    ) -> Option<(Self, &'a [u8])> {
        let (parties, mut rest) = bytes.split_first_chunk::<8>()?;
        let mut population = Self::whole(u64::from_be_bytes(*parties));
        if groups.has_cohorts() {
            for _ in 0..groups.cohorts() {
                let (count, after) = rest.split_first_chunk::<8>()?;
                population.cohorts.push(u64::from_be_bytes(*count));
                rest = after;
            }
            (population.suppressed, rest) = read_flags(rest, groups)?;
        }
        for _ in 0..parts {
            let (hidden, after) = read_flags(rest, groups)?;
            population.hidden.push(hidden);
            rest = after;
        }
        Some((population, rest))
    }
}

/// How many rows of flags there are.
fn flag_rows(groups: &Groups, parts: usize) -> usize {
    parts.saturating_add(usize::from(groups.has_cohorts()))
}

fn flags(named: &[u32], groups: &Groups) -> impl Iterator<Item = u8> {
    (0_u32..)
        .zip(0..groups.len())
        .map(|(number, _)| u8::from(named.binary_search(&number).is_ok()))
}

fn read_flags<'a>(bytes: &'a [u8], groups: &Groups) -> Option<(Vec<u32>, &'a [u8])> {
    let (flags, rest) = bytes.split_at_checked(groups.len())?;
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
