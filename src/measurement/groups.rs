//! The groups of parties that a computation publishes totals of.

/// The groups of a computation, in an order that everybody knows: all parties; with two dimensions
/// each option of the first and each option of the second; each single cohort. Without dimensions
/// all parties are the only group, and the only cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groups {
    dimensions: Dimensions,
    /// Options of the first dimension; 1 without.
    rows: usize,
    /// Options of the second dimension; 1 without.
    columns: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimensions {
    None,
    One,
    Two,
}

/// One group. A cohort is named by its options; with one dimension the second is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    All,
    Row(usize),
    Column(usize),
    Cohort(usize, usize),
}

impl Groups {
    /// `dimensions` are the numbers of options, of two dimensions at most: more are not looked at.
    #[must_use]
    pub fn new(dimensions: &[usize]) -> Self {
        let (dimensions, rows, columns) = match *dimensions {
            [] => (Dimensions::None, 1, 1),
            [rows] => (Dimensions::One, rows, 1),
            [rows, columns, ..] => (Dimensions::Two, rows, columns),
        };
        Self {
            dimensions,
            rows,
            columns,
        }
    }

    /// How many groups there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "all parties are always one")]
    pub fn len(&self) -> usize {
        let below = match self.dimensions {
            Dimensions::None => 0,
            Dimensions::One => self.rows,
            Dimensions::Two => {
                let options = self.rows.saturating_add(self.columns);
                options.saturating_add(self.cohorts())
            }
        };
        below.saturating_add(1)
    }

    /// How many cohorts there are, of which every party is in one: 1 without dimensions.
    #[must_use]
    pub fn cohorts(&self) -> usize {
        self.rows.saturating_mul(self.columns)
    }

    /// How many options a dimension has; 1 if it is not there.
    #[must_use]
    pub(crate) fn options(&self, dimension: usize) -> usize {
        match dimension {
            0 => self.rows,
            1 => self.columns,
            _ => 1,
        }
    }

    /// The options of a cohort: 0 in a dimension that is not there.
    #[must_use]
    pub(crate) fn options_of(&self, cohort: usize) -> (usize, usize) {
        let row = cohort.checked_div(self.columns).unwrap_or_default();
        let column = cohort.checked_rem(self.columns).unwrap_or_default();
        (row, column)
    }

    /// The cohort with these options.
    #[must_use]
    pub(crate) fn cohort_of(&self, row: usize, column: usize) -> usize {
        row.saturating_mul(self.columns).saturating_add(column)
    }

    /// How many options each dimension has.
    #[must_use]
    pub fn dimensions(&self) -> Vec<usize> {
        match self.dimensions {
            Dimensions::None => vec![],
            Dimensions::One => vec![self.rows],
            Dimensions::Two => vec![self.rows, self.columns],
        }
    }

    /// Which option of each dimension a cohort consists of.
    #[must_use]
    pub fn chosen(&self, cohort: usize) -> Vec<usize> {
        let (row, column) = self.options_of(cohort);
        match self.dimensions {
            Dimensions::None => vec![],
            Dimensions::One => vec![row],
            Dimensions::Two => vec![row, column],
        }
    }

    /// Whether parties choose a cohort at all.
    #[must_use]
    pub fn has_cohorts(&self) -> bool {
        self.dimensions != Dimensions::None
    }

    /// The cohorts that group number `group` consists of; none beyond the last group.
    pub fn members(&self, group: usize) -> impl Iterator<Item = usize> + use<> {
        let group = self.group(group);
        let (rows, columns) = (self.rows, self.columns);
        (0..rows)
            .flat_map(move |row| (0..columns).map(move |column| (row, column)))
            .enumerate()
            .filter(move |(_, (row, column))| match group {
                None => false,
                Some(Group::All) => true,
                Some(Group::Row(of)) => *row == of,
                Some(Group::Column(of)) => *column == of,
                Some(Group::Cohort(i, j)) => (*row, *column) == (i, j),
            })
            .map(|(cohort, _)| cohort)
    }

    /// Which option of each dimension group number `group` is restricted to.
    #[must_use]
    pub fn choice(&self, group: usize) -> Vec<Option<usize>> {
        let (row, column) = match self.group(group) {
            None | Some(Group::All) => (None, None),
            Some(Group::Row(row)) => (Some(row), None),
            Some(Group::Column(column)) => (None, Some(column)),
            Some(Group::Cohort(row, column)) => (Some(row), Some(column)),
        };
        match self.dimensions {
            Dimensions::None => vec![],
            Dimensions::One => vec![row],
            Dimensions::Two => vec![row, column],
        }
    }

    /// The members of each group that is released, in the order of the groups.
    #[cfg(test)]
    pub(crate) fn released(&self, suppressed: &[u32]) -> Vec<Vec<usize>> {
        (0..self.len())
            .filter(|group| !u32::try_from(*group).is_ok_and(|group| suppressed.contains(&group)))
            .map(|group| self.members(group).collect())
            .collect()
    }

    /// Every group with its number.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, Group)> {
        (0..self.len()).filter_map(|number| Some((number, self.group(number)?)))
    }

    fn group(&self, number: usize) -> Option<Group> {
        let Some(number) = number.checked_sub(1) else {
            return Some(Group::All);
        };
        let cohort = match self.dimensions {
            Dimensions::None => return None,
            Dimensions::One => number,
            Dimensions::Two => {
                if number < self.rows {
                    return Some(Group::Row(number));
                }
                let number = number.checked_sub(self.rows)?;
                if number < self.columns {
                    return Some(Group::Column(number));
                }
                number.checked_sub(self.columns)?
            }
        };
        let row = cohort.checked_div(self.columns)?;
        let column = cohort.checked_rem(self.columns)?;
        (row < self.rows).then_some(Group::Cohort(row, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(groups: &Groups) -> Vec<Vec<usize>> {
        groups.released(&[])
    }

    #[test]
    fn the_order_of_the_groups_is_fixed() {
        let whole = Groups::new(&[]);
        assert_eq!((whole.len(), whole.cohorts()), (1, 1));
        assert_eq!(members(&whole), [[0]]);
        assert_eq!(whole.choice(0), Vec::<Option<usize>>::new());
        assert!(!whole.has_cohorts());

        let one = Groups::new(&[3]);
        assert_eq!((one.len(), one.cohorts()), (4, 3));
        assert_eq!(members(&one), [vec![0, 1, 2], vec![0], vec![1], vec![2]]);
        assert_eq!(one.choice(0), [None]);
        assert_eq!(one.choice(3), [Some(2)]);

        let two = Groups::new(&[2, 3]);
        assert_eq!((two.len(), two.cohorts()), (12, 6));
        let expected = [
            vec![0, 1, 2, 3, 4, 5],
            vec![0, 1, 2],
            vec![3, 4, 5],
            vec![0, 3],
            vec![1, 4],
            vec![2, 5],
        ];
        assert_eq!(members(&two)[..6], expected);
        assert_eq!(members(&two)[6..].concat(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(two.choice(2), [Some(1), None]);
        assert_eq!(two.choice(4), [None, Some(1)]);
        assert_eq!(two.choice(10), [Some(1), Some(1)]);
        assert_eq!((one.dimensions(), one.chosen(2)), (vec![3], vec![2]));
        assert_eq!((two.dimensions(), two.chosen(5)), (vec![2, 3], vec![1, 2]));
        assert_eq!((whole.dimensions(), whole.chosen(0)), (vec![], vec![]));
    }

    #[test]
    fn there_is_nothing_beyond_the_last_group() {
        for groups in [&[][..], &[2], &[2, 2], &[0], &[3, 0]].map(Groups::new) {
            assert_eq!(groups.members(groups.len()).count(), 0);
            assert_eq!(groups.members(usize::MAX).count(), 0);
            assert_eq!(groups.numbered().count(), groups.len(), "{groups:?}");
        }
    }

    #[test]
    fn the_suppressed_groups_are_left_out() {
        let groups = Groups::new(&[3]);
        assert_eq!(groups.released(&[1, 3]), [vec![0, 1, 2], vec![1]]);
    }
}
