use proptest::prelude::*;

use super::*;

/// Everything is released.
const NONE: [u32; 0] = [];

/// A combination of totals, exactly: rows in echelon form without fractions.
#[derive(Default)]
struct Attacker {
    rows: Vec<(usize, Vec<i128>)>,
}

impl Attacker {
    /// Knows the totals of these groups; cohorts without parties are zero.
    fn new(released: &[Vec<usize>], counts: &[u64]) -> Self {
        let mut attacker = Self::default();
        for members in released {
            let mut rest = attacker.rest(indicator(members, counts));
            if let Some(pivot) = rest.iter().position(|entry| *entry != 0) {
                let divisor = rest.iter().fold(0, |divisor, entry| gcd(divisor, *entry));
                divide(&mut rest, divisor);
                attacker.rows.push((pivot, rest));
            }
        }
        attacker
    }

    /// What no combination of the known totals accounts for.
    fn rest(&self, mut vector: Vec<i128>) -> Vec<i128> {
        for (pivot, row) in &self.rows {
            let (by, of) = (row[*pivot], vector[*pivot]);
            for (entry, known) in vector.iter_mut().zip(row) {
                *entry = *entry * by - of * known;
            }
            let divisor = vector.iter().fold(0, |divisor, entry| gcd(divisor, *entry));
            if divisor > 1 {
                divide(&mut vector, divisor);
            }
        }
        vector
    }

    /// Whether it can compute anything that is about those cohorts and no others: whether fewer of
    /// its rows are independent elsewhere.
    fn knows(&self, members: &[usize]) -> bool {
        let mut elsewhere = Self::default();
        for (_, row) in &self.rows {
            let mut rest = row.clone();
            for member in members {
                rest[*member] = 0;
            }
            let mut rest = elsewhere.rest(rest);
            let Some(pivot) = rest.iter().position(|entry| *entry != 0) else {
                return true;
            };
            let divisor = rest.iter().fold(0, |divisor, entry| gcd(divisor, *entry));
            divide(&mut rest, divisor);
            elsewhere.rows.push((pivot, rest));
        }
        false
    }

    /// A set of fewer than `minimum` parties that something it can compute is about.
    fn finds(&self, counts: &[u64], minimum: u64) -> Option<Vec<usize>> {
        let total = counts.iter().sum();
        self.search(counts, minimum, total, 0, &mut vec![])
    }

    fn search(
        &self,
        counts: &[u64],
        budget: u64,
        total: u64,
        from: usize,
        chosen: &mut Vec<usize>,
    ) -> Option<Vec<usize>> {
        for cohort in from..counts.len() {
            if counts[cohort] == 0 || counts[cohort] >= budget {
                continue;
            }
            chosen.push(cohort);
            let parties: u64 = chosen.iter().map(|cohort| counts[*cohort]).sum();
            // All parties have a minimum of their own.
            if parties < total && self.knows(chosen) {
                return Some(chosen.clone());
            }
            let left = budget - counts[cohort];
            let found = self.search(counts, left, total, cohort + 1, chosen);
            if found.is_some() {
                return found;
            }
            chosen.pop();
        }
        None
    }
}

fn indicator(members: &[usize], counts: &[u64]) -> Vec<i128> {
    let is_in = |cohort| counts[cohort] > 0 && members.contains(&cohort);
    (0..counts.len())
        .map(|cohort| i128::from(is_in(cohort)))
        .collect()
}

fn divide(vector: &mut [i128], divisor: i128) {
    for entry in vector {
        *entry /= divisor;
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

fn parties(groups: &Groups, counts: &[u64], group: usize) -> u64 {
    groups.members(group).map(|cohort| counts[cohort]).sum()
}

/// The rule that is not enough: hides what is too small and nothing else.
fn primary_only(groups: &Groups, counts: &[u64], minimum: u64) -> Vec<u32> {
    let small = |group: &u32| {
        let parties = parties(groups, counts, *group as usize);
        (1..minimum).contains(&parties)
    };
    (1..u32::try_from(groups.len()).unwrap())
        .filter(small)
        .collect()
}

fn attack(groups: &Groups, counts: &[u64], suppressed: &[u32], minimum: u64) -> Option<Vec<usize>> {
    Attacker::new(&groups.released(suppressed), counts).finds(counts, minimum)
}

/// Dimensions, accepted parties of each cohort, minimum.
fn publication() -> impl Strategy<Value = (Vec<usize>, Vec<u64>, u64)> {
    let dimensions = prop_oneof![
        1 => (1_usize..=9).prop_map(|options| vec![options]),
        6 => (1_usize..=3, 1_usize..=4).prop_map(|(rows, columns)| vec![rows, columns]),
        1 => (4_usize..=4, 1_usize..=3).prop_map(|(rows, columns)| vec![rows, columns]),
    ];
    let size = prop_oneof![2 => Just(0_u64), 5 => 1_u64..=4, 3 => 5_u64..=12];
    (dimensions, 2_u64..=6).prop_flat_map(move |(dimensions, minimum)| {
        let cohorts = dimensions.iter().product::<usize>();
        let counts = prop::collection::vec(size.clone(), cohorts);
        (Just(dimensions), counts, Just(minimum))
    })
}

#[test]
fn the_difference_of_two_single_parties_is_not_told() {
    let groups = Groups::new(&[2, 2]);
    let counts = [40, 1, 1, 60];
    // With both rows and both columns, row 2 less column 2 would be the one less the other.
    let cohorts = [5, 6, 7, 8];
    assert_eq!(attack(&groups, &counts, &cohorts, 3), Some(vec![1, 2]));
    let suppressed = suppress(&groups, &counts, 3, 3);
    assert!(cohorts.iter().all(|cohort| suppressed.contains(cohort)));
    assert_eq!(attack(&groups, &counts, &suppressed, 3), None);
    assert!(suppressed.len() > 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_combination_tells_of_too_few((dimensions, counts, minimum) in publication()) {
        let groups = Groups::new(&dimensions);
        let suppressed = suppress(&groups, &counts, 1, minimum);
        prop_assert_eq!(attack(&groups, &counts, &suppressed, minimum), None);
        prop_assert!(suppressed.is_sorted_by(|a, b| a < b));
        for small in primary_only(&groups, &counts, minimum) {
            prop_assert!(suppressed.contains(&small));
        }
        for group in suppressed {
            prop_assert!(group > 0 && parties(&groups, &counts, group as usize) > 0);
        }
    }

    #[test]
    fn no_combination_tells_of_too_few_who_gave_a_part(
        (dimensions, counts, minimum) in publication(), seed in any::<u64>(),
    ) {
        let groups = Groups::new(&dimensions);
        let suppressed = suppress(&groups, &counts, 1, minimum);
        let gave: Vec<u64> = counts
            .iter()
            .zip(sizes(seed))
            .map(|(of, chance)| of - (of * (chance % 4)) / 4)
            .collect();
        let few = |place: &usize| (1..minimum).contains(&counts[*place]);
        let present: Vec<Present> = (0..counts.len())
            .map(|place| if few(&place) { Present::Few } else { Present::Counted(gave[place]) })
            .collect();
        let hidden = hide(&groups, &suppressed, &present, minimum);
        prop_assert!(hidden.iter().all(|group| !suppressed.contains(group)));
        let mut not_released = [&suppressed[..], &hidden].concat();
        not_released.sort_unstable();
        prop_assert_eq!(attack(&groups, &gave, &not_released, minimum), None);
        // Here all parties together are no exception, and those who are not counted are few.
        let known = |place: usize| if few(&place) { 0 } else { gave[place] };
        let all: u64 = (0..counts.len()).map(known).sum();
        let some = all > 0 || (0..counts.len()).any(|place| few(&place));
        prop_assert_eq!(hidden.contains(&0), some && all < minimum && !suppressed.contains(&0));
        // A part that everybody gave is hidden nowhere, if everybody is counted.
        if counts.iter().sum::<u64>() >= minimum && !(0..counts.len()).any(|place| few(&place)) {
            let everybody: Vec<_> = counts.iter().map(|count| Present::Counted(*count)).collect();
            prop_assert_eq!(hide(&groups, &suppressed, &everybody, minimum), NONE);
        }
    }

    #[test]
    fn nothing_is_suppressed_without_need((dimensions, counts, minimum) in publication()) {
        let groups = Groups::new(&dimensions);
        let suppressed = suppress(&groups, &counts, 1, minimum);
        for again in suppressed.iter().filter(|group| {
            parties(&groups, &counts, **group as usize) >= minimum
        }) {
            let mut fewer = suppressed.clone();
            fewer.retain(|group| group != again);
            prop_assert!(attack(&groups, &counts, &fewer, minimum).is_some(), "group {}", again);
        }
    }

    #[test]
    fn large_cohorts_are_all_released(
        rows in 1_usize..6, columns in 1_usize..6, minimum in 0_u64..9, seed in any::<u64>(),
    ) {
        let groups = Groups::new(&[rows, columns]);
        let counts: Vec<_> = sizes(seed).map(|size| minimum + size % 4).take(rows * columns).collect();
        prop_assert_eq!(suppress(&groups, &counts, 0, minimum), NONE);
    }
}

/// Numbers that look random.
fn sizes(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    })
}

#[test]
fn the_attack_finds_what_primary_suppression_leaves() {
    let mut found = 0;
    for seed in 1..=300 {
        let mut random = sizes(seed << 40 | seed);
        let mut below = |bound: u64| random.next().unwrap() % bound;
        let (rows, columns, minimum) = (2 + below(2), 2 + below(3), 2 + below(5));
        let groups = Groups::new(&[rows, columns].map(|size| usize::try_from(size).unwrap()));
        let counts: Vec<_> = (0..rows * columns).map(|_| below(2 * minimum)).collect();
        let primary = primary_only(&groups, &counts, minimum);
        found += u32::from(attack(&groups, &counts, &primary, minimum).is_some());
        let suppressed = suppress(&groups, &counts, 1, minimum);
        assert_eq!(attack(&groups, &counts, &suppressed, minimum), None);
    }
    assert!(found > 100, "found in {found} of 300");
}

#[test]
fn a_second_industry_hides_the_small_one() {
    let counts = [9, 8, 2, 7, 12, 11, 10, 9, 8, 20, 30, 5, 6];
    let groups = Groups::new(&[13]);
    assert_eq!(attack(&groups, &counts, &[3], 3), Some(vec![2]));
    assert_eq!(
        suppress(&groups, &counts, 3, 3),
        [3, 12],
        "the next smallest"
    );
    // Two that are too small together need a third; two that are not hide each other.
    let one = [9, 8, 1, 7, 12, 11, 10, 9, 8, 20, 30, 1, 6];
    assert_eq!(suppress(&groups, &one, 3, 3), [3, 12, 13]);
    assert_eq!(suppress(&groups, &one, 3, 2), [3, 12]);
}

#[test]
fn a_small_cell_needs_three_others() {
    let groups = Groups::new(&[3, 3]);
    let counts = [9, 8, 7, 8, 1, 6, 7, 6, 5];
    // Cells begin at group 7: the small one is 11, and 12, 14, 15 make the square with it.
    assert_eq!(suppress(&groups, &counts, 3, 3), [11, 12, 14, 15]);
}

#[test]
fn empty_groups_hide_nothing_and_tell_nothing() {
    let groups = Groups::new(&[3]);
    assert_eq!(suppress(&groups, &[5, 0, 0], 3, 3), NONE);
    assert_eq!(suppress(&groups, &[5, 1, 0], 3, 3), [1, 2]);
    assert_eq!(suppress(&groups, &[], 0, 3), NONE);
    assert_eq!(suppress(&groups, &[5], 3, 3), NONE, "missing counts are 0");
    assert_eq!(suppress(&groups, &[5, 5, 5, 1], 3, 3), NONE);
}

#[test]
fn all_parties_have_a_minimum_of_their_own() {
    let groups = Groups::new(&[2]);
    assert_eq!(suppress(&groups, &[1, 1], 2, 3), [1, 2]);
    assert_eq!(suppress(&groups, &[2, 0], 2, 3), [1]);
    assert_eq!(suppress(&groups, &[5, 5], 11, 3), [0, 1, 2]);
    let whole = Groups::new(&[]);
    assert_eq!(suppress(&whole, &[4], 4, 9), NONE);
    assert_eq!(suppress(&whole, &[4], 5, 1), [0]);
}

#[test]
fn counts_of_any_size_are_taken() {
    let groups = Groups::new(&[2, 2]);
    assert_eq!(suppress(&groups, &[u64::MAX; 4], 1, u64::MAX), NONE);
    assert_eq!(
        suppress(&groups, &[u64::MAX, 1, u64::MAX, u64::MAX], 1, 2),
        [5, 6, 7, 8]
    );
}

#[test]
fn the_same_counts_give_the_same_groups() {
    let groups = Groups::new(&[5, 7]);
    let counts: Vec<_> = sizes(3).map(|size| size % 9).take(35).collect();
    let once = suppress(&groups, &counts, 3, 4);
    assert!(!once.is_empty());
    assert_eq!(suppress(&groups, &counts, 3, 4), once);
}

/// The most paths that may be searched: two flows for each group, with a handful of paths each.
fn affordable(groups: &Groups) -> u64 {
    groups.len() as u64 * 2 * 8
}

#[test]
fn the_largest_forms_are_cheap() {
    for dimensions in [&[13, 5][..], &[32, 32], &[200, 5], &[200]] {
        let groups = Groups::new(dimensions);
        let cohorts = groups.cohorts();
        for minimum in [2, 3, 6, 50] {
            let random = |bound: u64| sizes(minimum + bound).map(move |size| size % bound);
            let shapes: [Vec<u64>; 6] = [
                vec![1; cohorts],
                vec![minimum; cohorts],
                random(2 * minimum).take(cohorts).collect(),
                random(minimum + 2).take(cohorts).collect(),
                // Few that are too small among many that are not.
                random(40)
                    .map(|size| if size == 0 { 1 } else { minimum + size })
                    .take(cohorts)
                    .collect(),
                // Most cohorts empty.
                random(12)
                    .map(|size| size.saturating_sub(7))
                    .take(cohorts)
                    .collect(),
            ];
            for (shape, counts) in shapes.iter().enumerate() {
                let mut publication = Publication::new(&groups, counts, minimum);
                publication.release(1, &[]);
                let paths = publication.paths;
                assert!(
                    paths <= affordable(&groups),
                    "{dimensions:?}, minimum {minimum}, shape {shape}: {paths} paths"
                );
            }
        }
    }
}
