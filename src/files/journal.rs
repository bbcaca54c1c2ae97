//! The analyst's journal, `<keys>.journal`: which batch and which commit it has agreed to.
//!
//! A server that shows one batch today and another tomorrow could learn the difference of two
//! results. So the analyst writes down what it was shown before it goes on, and refuses anything
//! else for ever. One line for each decision:
//!
//! ```json
//! {"fingerprint": "<base64url>", "root": "<base64url>"}
//! {"fingerprint": "<base64url>", "commit": "<base64url>"}
//! ```

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::append_log::{AppendLog, Entry, LogError};
use super::beside;
use super::facts::{Fact, Facts};
use crate::ids::{Digest, Fingerprint};

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
}

impl Entry for Line {
    type State = Facts;

    fn absorb(self, facts: &mut Facts) -> bool {
        let Self { root, commit, .. } = self;
        facts.learn(self.fingerprint, Fact { root, commit })
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
        self.log.state().of(fingerprint).root
    }

    /// Which commit was made, as far as this process has read.
    #[must_use]
    pub fn commit(&self, fingerprint: &Fingerprint) -> Option<Digest> {
        self.log.state().of(fingerprint).commit
    }

    /// Agrees to a batch, durably; an error if another one was agreed to.
    pub fn record_root(
        &mut self,
        fingerprint: Fingerprint,
        root: Digest,
    ) -> Result<(), JournalError> {
        let path = self.log.path().to_owned();
        self.log.append(|facts| match facts.of(&fingerprint).root {
            None => Ok(Some(Line {
                fingerprint,
                root: Some(root),
                commit: None,
            })),
            Some(known) if known == root => Ok(None),
            Some(_) => Err(JournalError::OtherRoot { path, fingerprint }),
        })
    }

    /// Makes a commit, durably; an error if another one was made.
    pub fn record_commit(
        &mut self,
        fingerprint: Fingerprint,
        commit: Digest,
    ) -> Result<(), JournalError> {
        let path = self.log.path().to_owned();
        self.log
            .append(|facts| match facts.of(&fingerprint).commit {
                None => Ok(Some(Line {
                    fingerprint,
                    root: None,
                    commit: Some(commit),
                })),
                Some(known) if known == commit => Ok(None),
                Some(_) => Err(JournalError::OtherCommit { path, fingerprint }),
            })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Barrier;
    use std::thread;

    use super::*;

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
        journal.record_root(fingerprint(1), digest(1)).unwrap();
        journal.record_commit(fingerprint(1), digest(2)).unwrap();
        journal.record_root(fingerprint(2), digest(9)).unwrap();
        drop(journal);

        let mut journal = Journal::open(&keys).unwrap();
        assert_eq!(journal.root(&fingerprint(1)), Some(digest(1)));
        assert_eq!(journal.commit(&fingerprint(1)), Some(digest(2)));
        assert_eq!(journal.commit(&fingerprint(2)), None);
        let before = fs::read(&file).unwrap();
        journal.record_root(fingerprint(1), digest(1)).unwrap();
        journal.record_commit(fingerprint(1), digest(2)).unwrap();
        let error = journal.record_root(fingerprint(1), digest(3)).unwrap_err();
        assert!(matches!(error, JournalError::OtherRoot { .. }));
        assert!(error.to_string().contains("keys.json.journal"), "{error}");
        let error = journal.record_commit(fingerprint(1), digest(3));
        assert!(matches!(error, Err(JournalError::OtherCommit { .. })));
        assert_eq!(fs::read(&file).unwrap(), before);
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
