//! Options of a dimension that are counted as another one where too few parties chose them.

use serde::{Deserialize, Serialize};

use super::groups::Groups;

/// What may be merged in one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRule {
    /// The option that takes in the others.
    pub into: usize,
    /// Those that may be merged into it.
    pub options: Vec<usize>,
}

/// What may be merged, for each dimension that has a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merging(Vec<Option<MergeRule>>);

/// For each dimension the options that were merged, in rising order; no list at all where none was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Merged(Vec<Vec<u32>>);

impl Merging {
    /// One rule or none for each dimension.
    #[must_use]
    pub fn new(rules: Vec<Option<MergeRule>>) -> Self {
        Self(rules)
    }

    /// The rule of each dimension.
    #[must_use]
    pub fn rules(&self) -> &[Option<MergeRule>] {
        &self.0
    }

    /// Whether anything may be merged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// The cohort that counts the parties of another one.
    #[must_use]
    pub fn home(&self, groups: &Groups, merged: &Merged, cohort: usize) -> usize {
        let place = groups.options_of(cohort);
        let mut home = [place.0, place.1];
        let rules = self.0.iter().zip(&merged.0);
        for (option, (rule, merged)) in home.iter_mut().zip(rules) {
            let is_merged = u32::try_from(*option).is_ok_and(|option| merged.contains(&option));
            if let Some(rule) = rule.as_ref().filter(|_| is_merged) {
                *option = rule.into;
            }
        }
        let [row, column] = home;
        groups.cohort_of(row, column)
    }

    /// How many each cohort has once the merged ones are counted in others.
    #[must_use]
    pub fn apply(&self, groups: &Groups, merged: &Merged, counts: &[u64]) -> Vec<u64> {
        let mut together = vec![0_u64; counts.len()];
        for (cohort, count) in counts.iter().enumerate() {
            if let Some(home) = together.get_mut(self.home(groups, merged, cohort)) {
                *home = home.saturating_add(*count);
            }
        }
        together
    }
}

impl Merged {
    /// Nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(Vec::new())
    }

    /// These options of each dimension.
    #[must_use]
    pub fn new(options: Vec<Vec<u32>>) -> Self {
        if options.iter().all(Vec::is_empty) {
            return Self::nothing();
        }
        Self(options)
    }

    /// Whether nothing was merged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The merged options of a dimension.
    #[must_use]
    pub fn of(&self, dimension: usize) -> &[u32] {
        self.0.get(dimension).map_or(&[], Vec::as_slice)
    }

    /// Whether an option of a dimension is merged.
    #[must_use]
    pub fn has(&self, dimension: usize, option: usize) -> bool {
        u32::try_from(option).is_ok_and(|option| self.of(dimension).contains(&option))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_option_is_counted_in_another() {
        let groups = Groups::new(&[3, 2]);
        let rule = MergeRule {
            into: 2,
            options: vec![0, 1],
        };
        let merging = Merging::new(vec![Some(rule), None]);
        let merged = Merged::new(vec![vec![1], vec![]]);
        assert_eq!(
            merging.apply(&groups, &merged, &[1, 2, 3, 4, 5, 6]),
            [1, 2, 0, 0, 8, 10]
        );
        let nothing = Merged::new(vec![vec![], vec![]]);
        assert!(nothing.is_empty());
        assert_eq!(merging.apply(&groups, &nothing, &[1; 6]), [1; 6]);
    }
}
