//! The analyst's journal, `<keys>.journal`: which batch and which commit it has agreed to.
//!
//! A server that shows one batch today and another tomorrow could learn the difference of two
//! results. So the analyst writes down what it was shown before it goes on, and refuses anything
//! else for ever. One line for each decision:
//!
//! ```json
//! {"fingerprint": "<base64url>", "root": "<base64url>"}
//! {"fingerprint": "<base64url>", "commit": "<base64url>",
//!  "of": {"server": "<base64url>", "computation": "web-mpc", "round": 1}}
//! ```
//!
//! `of` says which round of which name a commit is about, so that a server cannot show an older
//! round as the newest one. Lines of earlier versions lack it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::append_log::{AppendLog, Entry, LogError};
use super::beside;
use super::facts::{Fact, Facts};
use crate::ids::{ComputationName, Digest, Fingerprint, KeyId};
use crate::manifest::Terms;

/// What stands behind the name of the key file.
const ENDING: &str = ".journal";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    fingerprint: Fingerprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commit: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<Of>,
}

/// Which round a computation is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    server: KeyId,
    computation: ComputationName,
    round: u32,
}

/// A round that was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Its number.
    pub number: u32,
    /// Its computation.
    pub fingerprint: Fingerprint,
}

/// What the journal says.
#[derive(Debug, Default)]
struct Agreed {
    facts: Facts,
    /// By server and name, the newest last.
    rounds: HashMap<(KeyId, ComputationName), Vec<Round>>,
}

impl Entry for Line {
    type State = Agreed;

    fn absorb(self, agreed: &mut Agreed) -> bool {
        let (fingerprint, root, commit) = (self.fingerprint, self.root, self.commit);
        if let Some(of) = self.of.filter(|_| commit.is_some()) {
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
        agreed.facts.learn(fingerprint, Fact { root, commit })
    }
}

/// The journal does not allow what is asked.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The server shows another batch than before.
    #[error(
        "{} has another batch for the computation {fingerprint}: the server changed the \
         submissions after the freeze, or was restored from an old backup", .path.display()
    )]
    OtherRoot {
        /// The journal.
        path: PathBuf,
        /// Which computation.
        fingerprint: Fingerprint,
    },
    /// Other submissions are to be counted than before.
    #[error(
        "{} has another commit for the computation {fingerprint}: one batch has one result",
        .path.display()
    )]
    OtherCommit {
        /// The journal.
        path: PathBuf,
        /// Which computation.
        fingerprint: Fingerprint,
    },
}

/// The analyst's journal. Several analyst processes with the same keys may have it open.
#[derive(Debug)]
pub struct Journal {
    log: AppendLog<Line>,
}

impl Journal {
    /// Reads the journal beside a key file; where there is none, nothing was agreed to before.
    pub fn open(keys: &Path) -> Result<Self, LogError> {
        let log = AppendLog::open(beside(keys, ENDING))?;
        Ok(Self { log })
    }

    /// Which batch was agreed to, as far as this process has read.
    #[must_use]
    pub fn root(&self, fingerprint: &Fingerprint) -> Option<Digest> {
        self.log.state().facts.of(fingerprint).root
    }

    /// Which commit was made, as far as this process has read.
    #[must_use]
    pub fn commit(&self, fingerprint: &Fingerprint) -> Option<Digest> {
        self.log.state().facts.of(fingerprint).commit
    }

    /// The rounds of a computation's name that were committed with its server, the newest last, as
    /// far as this process has read.
    #[must_use]
    pub fn rounds(&self, terms: &Terms) -> &[Round] {
        let Of {
            server,
            computation,
            ..
        } = of(terms);
        let rounds = self.log.state().rounds.get(&(server, computation));
        rounds.map_or(&[], Vec::as_slice)
    }

    /// Agrees to a batch, durably; an error if another one was agreed to.
    pub fn record_root(
        &mut self,
        fingerprint: Fingerprint,
        root: Digest,
    ) -> Result<(), JournalError> {
        let path = self.log.path().to_owned();
        self.log
            .append(|agreed| match agreed.facts.of(&fingerprint).root {
                None => Ok(Some(Line {
                    fingerprint,
                    root: Some(root),
                    commit: None,
                    of: None,
                })),
                Some(known) if known == root => Ok(None),
                Some(_) => Err(JournalError::OtherRoot { path, fingerprint }),
            })
    }

    /// Makes a commit, durably; an error if another one was made.
    pub fn record_commit(&mut self, terms: &Terms, commit: Digest) -> Result<(), JournalError> {
        let (path, fingerprint) = (self.log.path().to_owned(), terms.fingerprint);
        self.log
            .append(|agreed| match agreed.facts.of(&fingerprint).commit {
                None => Ok(Some(Line {
                    fingerprint,
                    root: None,
                    commit: Some(commit),
                    of: Some(of(terms)),
                })),
                Some(known) if known == commit => Ok(None),
                Some(_) => Err(JournalError::OtherCommit { path, fingerprint }),
            })
    }
}

fn of(terms: &Terms) -> Of {
    let manifest = &terms.manifest;
    Of {
        server: manifest.server.identity.key_id(),
        computation: manifest.name.clone(),
        round: manifest.round,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Barrier;
    use std::thread;

    use super::*;
    use crate::fixtures::World;

    fn fingerprint(number: u8) -> Fingerprint {
        Fingerprint::new([number; 32])
    }

    fn digest(number: u8) -> Digest {
        Digest::new([number; 32])
    }

    #[test]
    fn what_was_agreed_to_stays() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys.json");
        let mut journal = Journal::open(&keys).unwrap();
        let file = directory.path().join("keys.json.journal");
        assert!(!file.exists(), "reading makes no file");
        let terms = World::new(1).terms;
        let first = terms.fingerprint;
        journal.record_root(first, digest(1)).unwrap();
        assert_eq!(journal.rounds(&terms), []);
        journal.record_commit(&terms, digest(2)).unwrap();
        journal.record_root(fingerprint(2), digest(9)).unwrap();
        drop(journal);

        let mut journal = Journal::open(&keys).unwrap();
        assert_eq!(journal.root(&first), Some(digest(1)));
        assert_eq!(journal.commit(&first), Some(digest(2)));
        assert_eq!(journal.commit(&fingerprint(2)), None);
        let before = fs::read(&file).unwrap();
        journal.record_root(first, digest(1)).unwrap();
        journal.record_commit(&terms, digest(2)).unwrap();
        let error = journal.record_root(first, digest(3)).unwrap_err();
        assert!(matches!(error, JournalError::OtherRoot { .. }));
        assert!(error.to_string().contains("keys.json.journal"), "{error}");
        let error = journal.record_commit(&terms, digest(3));
        assert!(matches!(error, Err(JournalError::OtherCommit { .. })));
        assert_eq!(fs::read(&file).unwrap(), before);
    }

    #[test]
    fn rounds_of_a_name_come_in_their_order() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys.json");
        let mut journal = Journal::open(&keys).unwrap();
        // The same two identities; another server has rounds of its own.
        let round = |number| World::with(1, |manifest| manifest.round = number).terms;
        let (one, two, other) = (round(1), round(2), World::new(2).terms);
        for terms in [&one, &other, &two] {
            journal.record_commit(terms, digest(1)).unwrap();
        }
        let expected = [&one, &two].map(|terms| Round {
            number: terms.manifest.round,
            fingerprint: terms.fingerprint,
        });
        assert_eq!(journal.rounds(&one), expected);
        // A line of an earlier version says what was committed, but not of which round.
        let file = directory.path().join("keys.json.journal");
        let (fingerprint, commit) = (fingerprint(7), digest(8));
        let line = format!("{{\"fingerprint\":\"{fingerprint}\",\"commit\":\"{commit}\"}}\n");
        fs::write(&file, fs::read_to_string(&file).unwrap() + &line).unwrap();
        let journal = Journal::open(&keys).unwrap();
        assert_eq!(journal.commit(&fingerprint), Some(commit));
        assert_eq!(journal.rounds(&one), expected);
        assert_eq!(journal.rounds(&other).len(), 1);
    }

    #[test]
    fn of_two_analysts_with_different_batches_one_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys.json");
        let barrier = Barrier::new(6);
        let went_on: usize = thread::scope(|scope| {
            let start = |number: u8| {
                let (keys, barrier) = (&keys, &barrier);
                scope.spawn(move || {
                    let mut journal = Journal::open(keys).unwrap();
                    barrier.wait();
                    let same = journal.record_root(fingerprint(1), digest(1));
                    let own = journal.record_root(fingerprint(2), digest(number));
                    same.unwrap();
                    usize::from(own.is_ok())
                })
            };
            let threads: Vec<_> = (0..6).map(start).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(went_on, 1);
        let text = fs::read_to_string(directory.path().join("keys.json.journal")).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
    }
}
