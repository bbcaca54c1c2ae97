//! The server's ledger, `<server-keys>.ledger`: which batches it has frozen and committed.
//!
//! It is no part of a backup of the database. A database that lacks what the ledger has is an old
//! one: with it, the server could be made to reveal the same computation over another batch. One
//! line for each entry:
//!
//! ```json
//! {"fingerprint": "<base64url>", "frozen": "<root>"}
//! {"fingerprint": "<base64url>", "committed": "<commit hash>"}
//! ```
//!
//! Order: the database commits, the ledger appends, the reply goes out. After a crash between the
//! first two, the database has more than the ledger: [`Ledger::record`] adds it at the next start.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::append_log::{AppendLog, Entry, LogError};
use super::beside;
use super::facts::{Fact, Facts};
use crate::ids::{Digest, Fingerprint};

/// What stands behind the name of the key file.
const ENDING: &str = ".ledger";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    fingerprint: Fingerprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frozen: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    committed: Option<Digest>,
}

impl Entry for Line {
    type State = Facts;

    fn absorb(self, facts: &mut Facts) -> bool {
        let fact = Fact {
            root: self.frozen,
            commit: self.committed,
        };
        facts.learn(self.fingerprint, fact)
    }
}

/// The ledger does not allow what is asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database lacks what the ledger has.
    #[error(
        "the database is older than {}: it lacks what was frozen or committed of the computation \
         {fingerprint}, which can therefore not be used", .path.display()
    )]
    RolledBack {
        /// The ledger.
        path: PathBuf,
        /// Which computation.
        fingerprint: Fingerprint,
    },
    /// The database has something else than the ledger.
    #[error(
        "the database contradicts {}: it has another batch or commit of the computation \
         {fingerprint}, which can therefore not be used", .path.display()
    )]
    Contradicted {
        /// The ledger.
        path: PathBuf,
        /// Which computation.
        fingerprint: Fingerprint,
    },
}

/// The server's ledger.
#[derive(Debug)]
pub struct Ledger {
    log: AppendLog<Line>,
}

impl Ledger {
    /// Reads the ledger beside a server's key file; where there is none, nothing was frozen.
    pub fn open(keys: &Path) -> Result<Self, LogError> {
        let log = AppendLog::open(beside(keys, ENDING))?;
        Ok(Self { log })
    }

    /// Every computation of which it has something, in no order.
    #[must_use]
    pub fn known(&self) -> Vec<Fingerprint> {
        self.log.state().fingerprints().collect()
    }

    /// Whether a database may be used that shows this root and this commit of a computation (or
    /// none yet). It may have more than the ledger, never less and never something else.
    pub fn check(
        &mut self,
        fingerprint: Fingerprint,
        root: Option<Digest>,
        commit: Option<Digest>,
    ) -> Result<(), LedgerError> {
        self.log.refresh()?;
        let known = self.log.state().of(&fingerprint);
        verdict(known, Fact { root, commit }, fingerprint, self.log.path())
    }

    /// Adds what the database has durably stored of a computation, durably. Fails as
    /// [`Self::check`] does; what the ledger has already is no error.
    pub fn record(
        &mut self,
        fingerprint: Fingerprint,
        root: Option<Digest>,
        commit: Option<Digest>,
    ) -> Result<(), LedgerError> {
        let path = self.log.path().to_owned();
        let shown = Fact { root, commit };
        self.log.append(|facts| {
            let known = facts.of(&fingerprint);
            verdict(known, shown, fingerprint, &path)?;
            let news = !known.covers(shown);
            Ok(news.then_some(Line {
                fingerprint,
                frozen: root.filter(|_| known.root.is_none()),
                committed: commit.filter(|_| known.commit.is_none()),
            }))
        })
    }
}

fn verdict(
    known: Fact,
    shown: Fact,
    fingerprint: Fingerprint,
    path: &Path,
) -> Result<(), LedgerError> {
    let path = path.to_owned();
    if !known.agrees_with(shown) {
        return Err(LedgerError::Contradicted { path, fingerprint });
    }
    if !shown.covers(known) {
        return Err(LedgerError::RolledBack { path, fingerprint });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const ROOT: Option<Digest> = Some(Digest::new([1; 32]));
    const COMMIT: Option<Digest> = Some(Digest::new([2; 32]));
    const OTHER: Option<Digest> = Some(Digest::new([3; 32]));
    const COMPUTATION: Fingerprint = Fingerprint::new([7; 32]);

    #[test]
    fn a_database_may_have_more_than_the_ledger_and_never_less() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("server-keys.json");
        let mut ledger = Ledger::open(&keys).unwrap();
        ledger.check(COMPUTATION, None, None).unwrap();
        ledger.check(COMPUTATION, ROOT, COMMIT).unwrap();
        ledger.record(COMPUTATION, ROOT, None).unwrap();
        ledger.record(COMPUTATION, ROOT, None).unwrap();
        let rolled_back = ledger.check(COMPUTATION, None, None).unwrap_err();
        assert!(matches!(rolled_back, LedgerError::RolledBack { .. }));
        ledger.check(COMPUTATION, ROOT, None).unwrap();
        ledger.record(COMPUTATION, ROOT, COMMIT).unwrap();

        let mut ledger = Ledger::open(&keys).unwrap();
        ledger.check(COMPUTATION, ROOT, COMMIT).unwrap();
        for (root, commit) in [(ROOT, None), (None, None), (None, COMMIT)] {
            for result in [
                ledger.check(COMPUTATION, root, commit),
                ledger.record(COMPUTATION, root, commit),
            ] {
                assert!(matches!(result, Err(LedgerError::RolledBack { .. })));
            }
        }
        for (root, commit) in [(ROOT, OTHER), (OTHER, COMMIT), (OTHER, None)] {
            for result in [
                ledger.check(COMPUTATION, root, commit),
                ledger.record(COMPUTATION, root, commit),
            ] {
                assert!(matches!(result, Err(LedgerError::Contradicted { .. })));
            }
        }
        ledger.check(Fingerprint::new([8; 32]), None, None).unwrap();
        let text = fs::read_to_string(directory.path().join("server-keys.json.ledger")).unwrap();
        assert_eq!(text.lines().count(), 2, "each thing once: {text}");
    }

    #[test]
    fn what_another_server_has_recorded_counts() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("server-keys.json");
        let mut one = Ledger::open(&keys).unwrap();
        let mut other = Ledger::open(&keys).unwrap();
        other.record(COMPUTATION, ROOT, COMMIT).unwrap();
        assert!(matches!(
            one.check(COMPUTATION, ROOT, None),
            Err(LedgerError::RolledBack { .. })
        ));
        one.record(COMPUTATION, ROOT, COMMIT).unwrap();
    }
}
