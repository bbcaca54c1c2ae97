//! Which options of a dimension are merged, so that fewer groups are too small to be published.

use crate::measurement::groups::Groups;
use crate::measurement::merging::{MergeRule, Merged, Merging};

/// The options that are merged in each dimension, by the accepted parties of each cohort.
///
/// Every option that its rule names and that some parties chose, but fewer than `minimum`; then, as
/// long as the option that takes them in has some parties with them, but fewer than `minimum`, the
/// next of the others that the rule names, those with fewest parties first, of equal ones the first.
#[must_use]
pub fn merge(groups: &Groups, merging: &Merging, counts: &[u64], minimum: u64) -> Merged {
    let rules = merging.rules().iter().enumerate();
    let options = rules.map(|(dimension, rule)| match rule {
        None => Vec::new(),
        Some(rule) => {
            let parties = |option| parties_of(groups, dimension, option, counts);
            merged(rule, parties, minimum)
        }
    });
    Merged::new(options.collect())
}

fn merged(rule: &MergeRule, parties: impl Fn(usize) -> u64, minimum: u64) -> Vec<u32> {
    let mut together = parties(rule.into);
    let mut chosen: Vec<(u64, usize)> = rule
        .options
        .iter()
        .map(|option| (parties(*option), *option))
        .filter(|(count, _)| *count > 0)
        .collect();
    chosen.sort_unstable();
    let mut merged = Vec::new();
    for (count, option) in chosen {
        let unfinished = 0 < together && together < minimum;
        if count >= minimum && !unfinished {
            break;
        }
        together = together.saturating_add(count);
        merged.extend(u32::try_from(option));
    }
    merged.sort_unstable();
    merged
}

/// How many chose an option of a dimension.
fn parties_of(groups: &Groups, dimension: usize, option: usize, counts: &[u64]) -> u64 {
    let numbered = counts.iter().enumerate();
    let mine = numbered.filter(|(cohort, _)| {
        let (row, column) = groups.options_of(*cohort);
        [row, column].get(dimension) == Some(&option)
    });
    mine.fold(0, |sum, (_, count)| sum.saturating_add(*count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(into: usize, options: &[usize]) -> MergeRule {
        let options = options.to_vec();
        MergeRule { into, options }
    }

    fn of(counts: &[u64], minimum: u64) -> Vec<u32> {
        let merging = Merging::new(vec![Some(rule(0, &[1, 2, 3]))]);
        let groups = Groups::new(&[counts.len()]);
        let merged = merge(&groups, &merging, counts, minimum);
        merged.of(0).to_vec()
    }

    #[test]
    fn small_options_are_merged_until_they_are_enough() {
        assert_eq!(
            of(&[5, 5, 5, 5, 1], 3),
            [0_u32; 0],
            "all of them are enough"
        );
        assert_eq!(of(&[5, 2, 5, 1, 1], 3), [1, 3], "and no others");
        assert_eq!(
            of(&[0, 2, 5, 4, 9], 3),
            [1, 3],
            "with the smallest of the others"
        );
        assert_eq!(of(&[0, 1, 1, 0, 9], 3), [1, 2], "as far as there are some");
        assert_eq!(of(&[0, 1, 0, 1, 9], 2), [1, 3]);
        assert_eq!(
            of(&[2, 5, 4, 0, 9], 3),
            [2],
            "what takes in is too small itself"
        );
        assert_eq!(of(&[0, 0, 0, 0, 9], 3), [0_u32; 0]);
        assert_eq!(of(&[0, 4, 4, 2, 9], 3), [1, 3], "of equal ones the first");
    }

    #[test]
    fn both_dimensions_are_merged_by_their_own_totals() {
        let groups = Groups::new(&[3, 2]);
        let counts = [1, 1, 0, 2, 4, 4];
        let merging = Merging::new(vec![Some(rule(2, &[0, 1])), Some(rule(0, &[1]))]);
        let merged = merge(&groups, &merging, &counts, 3);
        assert_eq!((merged.of(0), merged.of(1)), (&[0, 1][..], &[][..]));
        assert_eq!(merging.apply(&groups, &merged, &counts), [0, 0, 0, 0, 5, 7]);
        let merged = merge(&groups, &merging, &counts, 6);
        assert_eq!((merged.of(0), merged.of(1)), (&[0, 1][..], &[1][..]));
    }
}
