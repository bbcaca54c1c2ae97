//! Which groups are published when some are too small, so that no group that is too small can be
//! computed from those that are published.
//!
//! # The rule
//!
//! Totals are linear: from the totals of the released groups anybody can compute every linear
//! combination of them. None may be about some parties, but fewer than `min_cohort`: the cohorts that
//! it takes with a factor other than 0 have no parties together, or enough. (A difference of two
//! single parties is about two: each of them could compute the other's value.) Cohorts without
//! parties are known to be zero and do not count. The set of all parties has its own minimum.
//!
//! # Why it can be decided exactly
//!
//! Let cohort (i, j) be an edge from row i to column j of a graph, unless it is empty. A combination
//! takes all parties c times, row i a(i) times and column j b(j) times, 0 for those not released;
//! what it takes of a released cohort is free, since that cohort's own total can be added any number
//! of times. Its entry at every other cohort is p(i) - q(j), with the potentials p(i) = c + a(i) and
//! q(j) = -b(j). All rows that are not released have the one potential c, all columns that are not
//! released have 0: each of these sets is one vertex. Adding a constant to all potentials changes no
//! entry, so that the combinations are all potentials on the vertices, and a combination is about the
//! edges whose ends have different potentials. (A released cohort has enough parties: what is about
//! it is about enough.)
//!
//! Release one more group: an edge goes, or a vertex leaves the others. Call the ends of that edge,
//! or the two vertices, s and t. A combination that could not be computed before has potentials that
//! differ at s and t. If s and t are not connected, one of the parts can be moved by a constant until
//! they agree, and nothing is about more or less. If they are, the edges that it is about include a
//! cut: those between the vertices with at least the larger one of both potentials and the others. The
//! other way round, every cut between s and t is what some combination is about. So the group may be
//! released if and only if the least cut has `min_cohort` parties or none: a maximal flow.
//!
//! # Which groups
//!
//! The groups are released one by one, those with most parties first, unless the rule forbids it.
//! None of those left out could be released besides: the more is released, the more is known.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::measurement::Present;
use crate::measurement::groups::{Group, Groups};

/// The groups that are not released, in rising order. `counts` are the accepted parties of each
/// cohort; those that are missing are 0. A group without parties is released: that its total is zero
/// is known. All parties together must be `min_parties`, every other group `min_cohort`.
#[must_use]
pub fn suppress(groups: &Groups, counts: &[u64], min_parties: u64, min_cohort: u64) -> Vec<u32> {
    let mut publication = Publication::new(groups, counts, min_cohort);
    publication.release(min_parties, &[]);
    publication.suppressed()
}

/// The groups in which a part that only some parties gave is not released besides those that are
/// `suppressed`, in rising order. `counts` are those of each cohort who gave it; in every group they
/// must be `min_cell`, or none.
#[must_use]
pub fn hide(groups: &Groups, suppressed: &[u32], counts: &[Present], min_cell: u64) -> Vec<u32> {
    let enough = |count: &Present| match count {
        Present::Counted(count) => *count == 0 || *count >= min_cell,
        Present::Few => false,
    };
    if counts.iter().all(enough) {
        // Whatever is about some of those who gave it is about all those of some cohort.
        return Vec::new();
    }
    // All the uncounted together weigh less than one party, and more than none.
    let one = u64::try_from(counts.len())
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let weights: Vec<u64> = counts
        .iter()
        .map(|count| match count {
            Present::Counted(count) => count.saturating_mul(one),
            Present::Few => 1,
        })
        .collect();
    let enough = min_cell.saturating_mul(one);
    let mut publication = Publication::new(groups, &weights, enough);
    publication.release(enough, suppressed);
    let mut hidden = publication.suppressed();
    hidden.retain(|group| suppressed.binary_search(group).is_err());
    hidden
}

/// What is released.
struct Publication<'a> {
    groups: &'a Groups,
    /// Accepted parties of each cohort that has some.
    cohorts: BTreeMap<(usize, usize), u64>,
    min_cohort: u64,
    released: BTreeSet<Group>,
    network: Network,
    /// How many paths were searched: what all of it costs.
    paths: u64,
}

impl<'a> Publication<'a> {
    fn new(groups: &'a Groups, counts: &[u64], min_cohort: u64) -> Self {
        let atoms = groups.numbered().filter_map(|(_, group)| match group {
            Group::Cohort(row, column) => Some((row, column)),
            Group::All if !groups.has_cohorts() => Some((0, 0)),
            Group::All | Group::Row(_) | Group::Column(_) => None,
        });
        let counted = atoms.zip(counts.iter().copied());
        let mut publication = Self {
            groups,
            cohorts: counted.filter(|(_, parties)| *parties > 0).collect(),
            min_cohort,
            released: BTreeSet::new(),
            network: Network::default(),
            paths: 0,
        };
        for cohort in publication.cohorts.clone() {
            publication.connect(cohort, Network::widen);
        }
        publication
    }

    /// Releases all parties if they are enough, and then whatever may be besides. If they are fewer
    /// than `min_cohort`, so is every other group; if not, all that can be computed of them alone is
    /// their own total, which is large enough.
    fn release(&mut self, min_parties: u64, never: &[u32]) {
        if self.parties(Group::All) < min_parties {
            return;
        }
        self.released.insert(Group::All);
        let below = self.groups.numbered().skip(1);
        let below = below.filter(|(number, _)| {
            !u32::try_from(*number).is_ok_and(|number| never.binary_search(&number).is_ok())
        });
        let mut large: Vec<_> = below
            .map(|(number, group)| (Reverse(self.parties(group)), number, group))
            .filter(|(Reverse(parties), ..)| *parties >= self.min_cohort.max(1))
            .collect();
        large.sort_unstable();
        for (_, _, group) in large {
            self.toggle(group);
            if self.tells_too_much(group) {
                self.toggle(group);
            }
        }
    }

    /// Whether too small a set can be computed now that could not before `group` was released.
    fn tells_too_much(&mut self, group: Group) -> bool {
        let (s, t) = match group {
            Group::All => (Vertex::OtherRows, Vertex::OtherColumns),
            Group::Row(row) => (Vertex::Row(row), Vertex::OtherRows),
            Group::Column(column) => (Vertex::Column(column), Vertex::OtherColumns),
            Group::Cohort(row, column) => (self.row(row), self.column(column)),
        };
        let enough = u128::from(self.min_cohort);
        let (flow, paths) = self.network.flow(s, t, enough);
        self.paths = self.paths.saturating_add(paths);
        0 < flow && flow < enough
    }

    /// Releases a group, or takes that back.
    fn toggle(&mut self, group: Group) {
        let cohorts: Vec<_> = self.members(group).collect();
        for cohort in &cohorts {
            self.connect(*cohort, Network::narrow);
        }
        if !self.released.remove(&group) {
            self.released.insert(group);
        }
        for cohort in &cohorts {
            self.connect(*cohort, Network::widen);
        }
    }

    /// Draws or deletes the edge of a cohort, if it has one.
    fn connect(
        &mut self,
        ((row, column), parties): ((usize, usize), u64),
        how: fn(&mut Network, Vertex, Vertex, u128),
    ) {
        if !self.released.contains(&Group::Cohort(row, column)) {
            let (row, column) = (self.row(row), self.column(column));
            how(&mut self.network, row, column, parties.into());
            how(&mut self.network, column, row, parties.into());
        }
    }

    fn row(&self, row: usize) -> Vertex {
        if self.released.contains(&Group::Row(row)) {
            Vertex::Row(row)
        } else {
            Vertex::OtherRows
        }
    }

    fn column(&self, column: usize) -> Vertex {
        if self.released.contains(&Group::Column(column)) {
            Vertex::Column(column)
        } else {
            Vertex::OtherColumns
        }
    }

    /// The cohorts of a group that have parties, and how many.
    fn members(&self, group: Group) -> impl Iterator<Item = ((usize, usize), u64)> {
        let rows = match group {
            Group::Row(row) | Group::Cohort(row, _) => row..=row,
            Group::All | Group::Column(_) => 0..=usize::MAX,
        };
        let columns = match group {
            Group::Column(column) | Group::Cohort(_, column) => column..=column,
            Group::All | Group::Row(_) => 0..=usize::MAX,
        };
        let (first, last) = (
            (*rows.start(), *columns.start()),
            (*rows.end(), *columns.end()),
        );
        let between = self.cohorts.range(first..=last);
        between
            .filter(move |((_, column), _)| columns.contains(column))
            .map(|(cohort, parties)| (*cohort, *parties))
    }

    fn parties(&self, group: Group) -> u64 {
        let counts = self.members(group).map(|(_, parties)| parties);
        counts.fold(0, u64::saturating_add)
    }

    fn suppressed(&self) -> Vec<u32> {
        let numbered = self.groups.numbered();
        let held = numbered
            .filter(|(_, group)| !self.released.contains(group) && self.parties(*group) > 0);
        held.filter_map(|(number, _)| u32::try_from(number).ok())
            .collect()
    }
}

/// Where a potential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Vertex {
    /// All rows that are not released.
    OtherRows,
    /// All columns that are not released.
    OtherColumns,
    Row(usize),
    Column(usize),
}

/// How much more can flow between two vertices.
#[derive(Debug, Default)]
struct Network(BTreeMap<Vertex, BTreeMap<Vertex, u128>>);

impl Network {
    fn widen(&mut self, from: Vertex, to: Vertex, by: u128) {
        let width = self.0.entry(from).or_default().entry(to).or_default();
        *width = width.saturating_add(by);
    }

    fn narrow(&mut self, from: Vertex, to: Vertex, by: u128) {
        let width = self.0.entry(from).or_default().entry(to).or_default();
        *width = width.saturating_sub(by);
    }

    fn shift(&mut self, (from, to): (Vertex, Vertex), by: u128) {
        self.narrow(from, to, by);
        self.widen(to, from, by);
    }

    /// The maximal flow, or some that is `enough`, and how many paths were searched for it.
    fn flow(&mut self, from: Vertex, to: Vertex, enough: u128) -> (u128, u64) {
        let (mut flow, mut paths) = (0_u128, 0_u64);
        let mut shifted = Vec::new();
        while flow < enough {
            paths = paths.saturating_add(1);
            let Some((path, width)) = self.path(from, to) else {
                break;
            };
            for step in path {
                self.shift(step, width);
                shifted.push((step, width));
            }
            flow = flow.saturating_add(width);
        }
        for ((from, to), width) in shifted.into_iter().rev() {
            self.shift((to, from), width);
        }
        (flow, paths)
    }

    /// A shortest path with its steps from the last, and what can flow along it. The shortest ones
    /// bound their number by the size of the graph alone (Edmonds and Karp 1972).
    fn path(&self, from: Vertex, to: Vertex) -> Option<(Vec<(Vertex, Vertex)>, u128)> {
        let mut came_from = BTreeMap::from([(from, (from, u128::MAX))]);
        let mut next = VecDeque::from([from]);
        while !came_from.contains_key(&to) {
            let at = next.pop_front()?;
            for (&neighbour, &width) in self.0.get(&at).into_iter().flatten() {
                if width > 0 && !came_from.contains_key(&neighbour) {
                    came_from.insert(neighbour, (at, width));
                    next.push_back(neighbour);
                }
            }
        }
        let (mut steps, mut narrowest, mut at) = (Vec::new(), u128::MAX, to);
        while at != from {
            let (before, width) = *came_from.get(&at)?;
            steps.push((before, at));
            narrowest = narrowest.min(width);
            at = before;
        }
        Some((steps, narrowest))
    }
}

#[cfg(test)]
mod tests;
