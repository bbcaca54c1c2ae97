//! What must be unique among the submissions of a computation that is not frozen yet, in memory:
//! which row holds a party's current version, and which row holds a submission id.
//!
//! An entry is a keyed 64-bit tag of the key and a row number, 17 bytes where the keys themselves
//! would take up to 41; the row tells whether it is the same key. Two keys with one tag take the
//! next attempt's tag. Entries are never removed, so that the search may stop at the first free tag.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::ids::{PartyKey, SubmissionId};
use crate::store::Result;

/// What is looked for.
#[derive(Debug, Clone, Copy, Hash)]
pub(super) enum Key<'a> {
    /// A party's current version.
    Party(&'a PartyKey),
    /// The version with that id, current or superseded.
    Id(&'a SubmissionId),
}

/// Where a key is, or where it belongs.
#[derive(Debug)]
pub(super) struct Slot<V> {
    /// The tag under which its row stands or may be put.
    pub(super) tag: u64,
    /// The row, if there is one.
    pub(super) version: Option<V>,
}

/// The entries of one computation.
pub(super) struct Tags<S = RandomState> {
    /// Its key is drawn at random: nobody outside can aim for collisions.
    hasher: S,
    arrivals: HashMap<u64, i64>,
}

impl<S: BuildHasher> Tags<S> {
    /// No entries.
    pub(super) fn new(hasher: S) -> Self {
        Self {
            hasher,
            arrivals: HashMap::new(),
        }
    }

    /// Looks for a key; `read` returns the row with that number if it has this key.
    pub(super) fn find<V>(
        &self,
        key: Key<'_>,
        mut read: impl FnMut(i64) -> Result<Option<V>>,
    ) -> Result<Slot<V>> {
        for attempt in 0_u64.. {
            let tag = self.hasher.hash_one((key, attempt));
            let Some(&arrival) = self.arrivals.get(&tag) else {
                return Ok(Slot { tag, version: None });
            };
            if let Some(version) = read(arrival)? {
                return Ok(Slot {
                    tag,
                    version: Some(version),
                });
            }
        }
        Err(crate::store::StoreError::Corrupt("index"))
    }

    /// Points a tag to a row and returns the row to which it pointed before.
    pub(super) fn set(&mut self, tag: u64, arrival: i64) -> Option<i64> {
        self.arrivals.insert(tag, arrival)
    }

    /// Takes back the newest [`set`](Self::set) of a tag.
    pub(super) fn unset(&mut self, tag: u64, before: Option<i64>) {
        match before {
            Some(arrival) => self.arrivals.insert(tag, arrival),
            None => self.arrivals.remove(&tag),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, Hasher};

    use super::*;

    /// Knows four tags only.
    #[derive(Default)]
    struct Poor(u64);

    impl Hasher for Poor {
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 + u64::from(*byte)) % 4;
            }
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn keys_with_one_tag_are_told_apart() {
        let keys = [7, 11, 15].map(|byte| SubmissionId::new([byte; 16]));
        let mut tags = Tags::new(BuildHasherDefault::<Poor>::default());
        let is = |wanted: SubmissionId| {
            move |row: i64| {
                Ok(Some(row).filter(|row| keys[usize::try_from(*row).unwrap()] == wanted))
            }
        };
        for (row, key) in (0..).zip(&keys) {
            let slot = tags.find(Key::Id(key), is(*key)).unwrap();
            assert_eq!(slot.version, None);
            assert_eq!(tags.set(slot.tag, row), None);
        }
        for (row, key) in (0..).zip(&keys) {
            assert_eq!(
                tags.find(Key::Id(key), is(*key)).unwrap().version,
                Some(row)
            );
        }
    }
}
