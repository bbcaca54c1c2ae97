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
//!
//! A journal that was lost and comes back from a backup lacks what was agreed to since. Nothing on
//! this machine can tell what that was, so it is marked, and what it does not know is not taken for
//! new:
//!
//! ```json
//! {"restored": 1764400000}
//! {"fingerprint": "<base64url>", "begun": true}
//! ```
//!
//! The number is when the backup was made. `begun` names a computation that this analyst has opened
//! after that: nothing about it can be missing. A restore adds lines and never takes one away.

mod line;
mod restore;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use self::line::{Line, Of, Said};
pub use self::restore::Added;
use super::append_log::{AppendLog, LogError};
use super::beside;
use super::facts::Fact;
use crate::ids::{Digest, Fingerprint};
use crate::manifest::Terms;

/// What stands behind the name of the key file.
const ENDING: &str = ".journal";

/// A round that was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Its number.
    pub number: u32,
    /// Its computation.
    pub fingerprint: Fingerprint,
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
    /// A backup says otherwise.
    #[error(
        "{} and the backup say different things about the computation {fingerprint}",
        .path.display()
    )]
    Contradicts {
        /// The journal.
        path: PathBuf,
        /// Which computation.
        fingerprint: Fingerprint,
    },
    /// What should be a journal's text is none.
    #[error("the journal in the backup cannot be read")]
    BadText,
    /// What a page wants written down is no batch and no commit.
    #[error("this is not a line of a journal that says what was agreed to")]
    BadNews,
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
                None => {
                    let fact = Fact {
                        root: Some(root),
                        commit: None,
                    };
                    Ok(Some(Said::Fact(fingerprint, fact, None).into()))
                }
                Some(known) if known == root => Ok(None),
                Some(_) => Err(JournalError::OtherRoot { path, fingerprint }),
            })
    }

    /// Makes a commit, durably; an error if another one was made.
    pub fn record_commit(&mut self, terms: &Terms, commit: Digest) -> Result<(), JournalError> {
        let (path, fingerprint) = (self.log.path().to_owned(), terms.fingerprint);
        self.log
            .append(|agreed| match agreed.facts.of(&fingerprint).commit {
                None => {
                    let fact = Fact {
                        root: None,
                        commit: Some(commit),
                    };
                    Ok(Some(Said::Fact(fingerprint, fact, Some(of(terms))).into()))
                }
                Some(known) if known == commit => Ok(None),
                Some(_) => Err(JournalError::OtherCommit { path, fingerprint }),
            })
    }

    /// Agrees, durably, to what a page of this analyst says: a line of the journal about the batch or
    /// the commit of one computation. An error, and nothing written, if another one was agreed to.
    pub fn record_line(&mut self, line: &[u8]) -> Result<(), JournalError> {
        let said = serde_json::from_slice(line).ok().and_then(Line::said);
        let Some(Said::Fact(fingerprint, news, of)) = said else {
            return Err(JournalError::BadNews);
        };
        if news == Fact::default() {
            return Err(JournalError::BadNews);
        }
        // Of which round something is matters where it was committed.
        let of = of.filter(|_| news.commit.is_some());
        let path = self.log.path().to_owned();
        self.log.append(|agreed| {
            let known = agreed.facts.of(&fingerprint);
            if differ(known.root, news.root) {
                return Err(JournalError::OtherRoot { path, fingerprint });
            }
            if differ(known.commit, news.commit) {
                return Err(JournalError::OtherCommit { path, fingerprint });
            }
            let new = !agreed.knows(&fingerprint, news, of.as_ref());
            Ok(new.then(|| Said::Fact(fingerprint, news, of).into()))
        })
    }
}

fn differ(known: Option<Digest>, news: Option<Digest>) -> bool {
    known.zip(news).is_some_and(|(known, news)| known != news)
}

fn of(terms: &Terms) -> Of {
    let manifest = &terms.manifest;
    Of {
        server: manifest.server.identity.key_id(),
        computation: manifest.name.clone(),
        round: manifest.round,
    }
}
