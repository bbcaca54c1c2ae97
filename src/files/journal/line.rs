//! What stands on one line of a journal, and what all lines say together.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::super::append_log::Entry;
use super::super::facts::{Fact, Facts};
use super::Round;
use crate::ids::{ComputationName, Digest, Fingerprint, KeyId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Fingerprint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commit: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<Of>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    restored: Option<u64>,
}

/// What a line says.
pub(super) enum Said {
    /// Of a computation.
    Fact(Fingerprint, Fact, Option<Of>),
    /// It was opened by now.
    Begun(Fingerprint),
    /// What stands above comes from a backup of that time.
    Restored(u64),
}

impl Line {
    pub(super) fn said(self) -> Option<Said> {
        match self {
            Self {
                fingerprint: None,
                root: None,
                commit: None,
                of: None,
                begun: None,
                restored: Some(made),
            } => Some(Said::Restored(made)),
            Self {
                fingerprint: Some(fingerprint),
                root: None,
                commit: None,
                of: None,
                begun: Some(true),
                restored: None,
            } => Some(Said::Begun(fingerprint)),
            Self {
                fingerprint: Some(fingerprint),
                root,
                commit,
                of,
                begun: None,
                restored: None,
            } => Some(Said::Fact(fingerprint, Fact { root, commit }, of)),
            _ => None,
        }
    }
}

impl From<Said> for Line {
    fn from(said: Said) -> Self {
        let empty = Self {
            fingerprint: None,
            root: None,
            commit: None,
            of: None,
            begun: None,
            restored: None,
        };
        match said {
            Said::Fact(fingerprint, Fact { root, commit }, of) => Self {
                fingerprint: Some(fingerprint),
                root,
                commit,
                of,
                ..empty
            },
            Said::Begun(fingerprint) => Self {
                fingerprint: Some(fingerprint),
                begun: Some(true),
                ..empty
            },
            Said::Restored(made) => Self {
                restored: Some(made),
                ..empty
            },
        }
    }
}

/// Which round a computation is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    pub(super) server: KeyId,
    pub(super) computation: ComputationName,
    pub(super) round: u32,
}

/// What the journal says.
#[derive(Debug, Default)]
pub(super) struct Agreed {
    pub(super) facts: Facts,
    /// By server and name, the newest last.
    pub(super) rounds: HashMap<(KeyId, ComputationName), Vec<Round>>,
    /// When the backup was made from which the journal was restored last.
    pub(super) restored: Option<u64>,
    /// Opened since.
    pub(super) begun: HashSet<Fingerprint>,
}

impl Agreed {
    /// Whether this is known, and of which round, if that is said.
    pub(super) fn knows(&self, fingerprint: &Fingerprint, fact: Fact, of: Option<&Of>) -> bool {
        let knows_round = of.is_none_or(|of| {
            let rounds = self.rounds.get(&(of.server, of.computation.clone()));
            let mut rounds = rounds.into_iter().flatten();
            rounds.any(|round| round.fingerprint == *fingerprint)
        });
        knows_round && self.facts.of(fingerprint).covers(fact)
    }
}

impl Entry for Line {
    type State = Agreed;

    fn absorb(self, agreed: &mut Agreed) -> bool {
        let (fingerprint, fact, of) = match self.said() {
            Some(Said::Fact(fingerprint, fact, of)) => (fingerprint, fact, of),
            Some(Said::Begun(fingerprint)) => {
                agreed.begun.insert(fingerprint);
                return true;
            }
            Some(Said::Restored(made)) => {
                agreed.restored = Some(made);
                agreed.begun.clear();
                return true;
            }
            None => return false,
        };
        if let Some(of) = of.filter(|_| fact.commit.is_some()) {
            let number = of.round;
            let rounds = agreed.rounds.entry((of.server, of.computation));
            let (rounds, round) = (
                rounds.or_default(),
                Round {
                    number,
                    fingerprint,
                },
            );
            if !rounds.contains(&round) {
                rounds.push(round);
            }
        }
        agreed.facts.learn(fingerprint, fact)
    }
}
