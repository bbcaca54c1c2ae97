//! Which groups are published when some are too small, so that no group that is too small can be
//! computed from those that are published.
//!
//! # The rule
//!
//! Totals are linear: from the totals of the released groups anybody can compute the total of every
//! set of cohorts whose indicator vector is a linear combination of theirs. No set of cohorts that
//! has some parties, but fewer than `min_cohort`, may have its total computed so. Cohorts without
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
//! entry, so that the combinations are all potentials on the vertices, and a set U can be computed
//! if and only if potentials exist that fall by 1 along its edges and by 0 along all other edges of
//! cohorts that are not released. (A released cohort has enough parties: it is in no U that matters.)
//!
//! Release one more group: an edge goes, or a vertex leaves the others. Call the ends of that edge,
//! or the two vertices, s and t. A set U that could not be computed before needs potentials that
//! differ at s and t, and s and t connected, for otherwise one of the parts could be moved by a
//! constant until they agree. Along the connections potentials change by whole numbers. Say p(s) is
//! the larger one. Of the edges of U take those that fall from p(s) or more to less: they are a cut
//! between s and t that no edge crosses the other way, hence again a set that can be computed, not
//! empty and not larger than U. The other way round, every such cut is a set that can be computed.
//! So the group may be released if and only if the least cut from s to t with that property, and the
//! one from t to s, has `min_cohort` parties or none: a maximal flow, with no bound against the
//! edges' direction.
//!
//! # Which groups
//!
//! The groups are released one by one, those with most parties first, unless the rule forbids it.
//! None of those left out could be released besides: the more is released, the more is known.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::measurement::groups::{Group, Groups};

/// The groups that are not released, in rising order. `counts` are the accepted parties of each
/// cohort; those that are missing are 0. A group without parties is released: that its total is zero
/// is known. All parties together must be `min_parties`, every other group `min_cohort`.
#[must_use]
pub fn suppress(groups: &Groups, counts: &[u64], min_parties: u64, min_cohort: u64) -> Vec<u32> {
    let publication = Publication::new(groups, counts, min_parties, min_cohort);
    publication.suppressed()
}

/// What is released.
struct Publication<'a> {
    groups: &'a Groups,
    /// Accepted parties of each cohort that has some.
    cohorts: BTreeMap<(usize, usize), u64>,
    min_cohort: u64,
    released: BTreeSet<Group>,
    /// How many paths were searched: what all of it costs.
    paths: u64,
}

impl<'a> Publication<'a> {
    fn new(groups: &'a Groups, counts: &[u64], min_parties: u64, min_cohort: u64) -> Self {
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
            paths: 0,
        };
        if publication.parties(Group::All) >= min_parties {
            publication.released.insert(Group::All);
            publication.release_all_that_may_be();
        }
        publication
    }

    /// Begins with all parties, who are enough or in no smaller group that is.
    fn release_all_that_may_be(&mut self) {
        let below = self.groups.numbered().skip(1);
        let mut large: Vec<_> = below
            .map(|(number, group)| (Reverse(self.parties(group)), number, group))
            .filter(|(Reverse(parties), ..)| *parties >= self.min_cohort.max(1))
            .collect();
        large.sort_unstable();
        for (_, _, group) in large {
            self.released.insert(group);
            if self.tells_too_much(group) {
                self.released.remove(&group);
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
        let network = self.network();
        [(s, t), (t, s)].into_iter().any(|(from, to)| {
            let (flow, paths) = network.clone().flow(from, to, self.min_cohort);
            self.paths = self.paths.saturating_add(paths);
            0 < flow && flow < self.min_cohort
        })
    }

    /// The edges of the cohorts that are not released. A bound of `min_cohort` is none, since more
    /// is never asked for.
    fn network(&self) -> Network {
        let mut network = Network::default();
        for (&(row, column), &parties) in &self.cohorts {
            if !self.released.contains(&Group::Cohort(row, column)) {
                let (row, column) = (self.row(row), self.column(column));
                network.widen(row, column, parties);
                network.widen(column, row, self.min_cohort);
            }
        }
        network
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

    fn parties(&self, group: Group) -> u64 {
        let of = self.cohorts.iter().filter(|((row, column), _)| match group {
            Group::All => true,
            Group::Row(of) => *row == of,
            Group::Column(of) => *column == of,
            Group::Cohort(i, j) => (*row, *column) == (i, j),
        });
        of.fold(0, |sum, (_, parties)| sum.saturating_add(*parties))
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
#[derive(Debug, Clone, Default)]
struct Network(BTreeMap<Vertex, BTreeMap<Vertex, u64>>);

impl Network {
    fn widen(&mut self, from: Vertex, to: Vertex, by: u64) {
        let width = self.0.entry(from).or_default().entry(to).or_default();
        *width = width.saturating_add(by);
    }

    fn narrow(&mut self, from: Vertex, to: Vertex, by: u64) {
        let width = self.0.entry(from).or_default().entry(to).or_default();
        *width = width.saturating_sub(by);
    }

    /// The maximal flow, or `enough`, and how many paths were searched for it.
    fn flow(mut self, from: Vertex, to: Vertex, enough: u64) -> (u64, u64) {
        let (mut flow, mut paths) = (0_u64, 0_u64);
        while flow < enough {
            paths = paths.saturating_add(1);
            let Some((path, width)) = self.path(from, to) else {
                break;
            };
            for (from, to) in path {
                self.narrow(from, to, width);
                self.widen(to, from, width);
            }
            flow = flow.saturating_add(width);
        }
        (flow, paths)
    }

    /// A shortest path with its steps from the last, and what can flow along it. The shortest ones
    /// bound their number by the size of the graph alone (Edmonds and Karp 1972).
    fn path(&self, from: Vertex, to: Vertex) -> Option<(Vec<(Vertex, Vertex)>, u64)> {
        let mut came_from = BTreeMap::from([(from, (from, u64::MAX))]);
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
        let (mut steps, mut narrowest, mut at) = (Vec::new(), u64::MAX, to);
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
