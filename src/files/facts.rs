//! What a journal and a ledger remember of each computation: which batch was frozen and which
//! commit was made of it. Each is decided once and never changes.

use std::collections::HashMap;

use crate::ids::{Digest, Fingerprint};

/// By computation.
#[derive(Debug, Default)]
pub(super) struct Facts(HashMap<Fingerprint, Fact>);

/// What is known of one computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fact {
    /// Root of the frozen batch.
    pub(super) root: Option<Digest>,
    /// Hash of the commit.
    pub(super) commit: Option<Digest>,
}

impl Fact {
    /// Whether both could be said of one computation.
    pub(super) fn agrees_with(self, other: Self) -> bool {
        agree(self.root, other.root) && agree(self.commit, other.commit)
    }

    /// Whether everything that `other` says is said here.
    pub(super) fn covers(self, other: Self) -> bool {
        self.merged(other) == self
    }

    fn merged(self, other: Self) -> Self {
        Self {
            root: self.root.or(other.root),
            commit: self.commit.or(other.commit),
        }
    }
}

fn agree(one: Option<Digest>, other: Option<Digest>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

impl Facts {
    /// What is known of a computation.
    pub(super) fn of(&self, fingerprint: &Fingerprint) -> Fact {
        self.0.get(fingerprint).copied().unwrap_or_default()
    }

    /// Of which something is known.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.0.keys().copied()
    }

    /// How many batches and commits are known.
    pub(super) fn count(&self) -> usize {
        let facts = self.0.values();
        facts
            .map(|fact| usize::from(fact.root.is_some()) + usize::from(fact.commit.is_some()))
            .sum()
    }

    /// Adds what an entry says; false if that is nothing, or contradicts what is known.
    pub(super) fn learn(&mut self, fingerprint: Fingerprint, fact: Fact) -> bool {
        let known = self.of(&fingerprint);
        let news = fact != Fact::default() && known.agrees_with(fact);
        if news {
            self.0.insert(fingerprint, known.merged(fact));
        }
        news
    }
}
