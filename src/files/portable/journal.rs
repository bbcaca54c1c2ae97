//! The analyst's journal: which batch and which commit it has agreed to. One text for each
//! computation, which is kept durably before the analyst goes on.

use serde::{Deserialize, Serialize};

use super::facts::{Fact, Facts};
use crate::ids::{ComputationName, Digest, Fingerprint, KeyId};
use crate::manifest::Terms;

/// What a journal says of one computation: the members of a line of the native journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    fingerprint: Fingerprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commit: Option<Digest>,
    of: Of,
}

/// Which round a computation is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    server: KeyId,
    computation: ComputationName,
    round: u32,
}

/// The journal does not allow what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// What was kept is not what was written.
    #[error("the journal is damaged")]
    Damaged,
    /// Another batch or another commit than before.
    #[error(
        "the journal has another batch or commit for the computation {0}: the server changed the \
         submissions after the freeze, or was restored from an old backup"
    )]
    Other(Fingerprint),
}

/// What is to be kept, once more is agreed to than `kept` says; nothing if that is nothing new.
pub fn agree(
    kept: Option<&str>,
    terms: &Terms,
    root: Option<Digest>,
    commit: Option<Digest>,
) -> Result<Option<String>, JournalError> {
    let fingerprint = terms.fingerprint;
    let manifest = &terms.manifest;
    let mut facts = Facts::default();
    if let Some(kept) = kept {
        let line: Line = crate::json::read(kept.as_bytes()).map_err(|_| JournalError::Damaged)?;
        let (root, commit) = (line.root, line.commit);
        if line.fingerprint != fingerprint || !facts.learn(fingerprint, Fact { root, commit }) {
            return Err(JournalError::Damaged);
        }
    }
    let known = facts.of(&fingerprint);
    let news = Fact { root, commit };
    if !known.agrees_with(news) {
        return Err(JournalError::Other(fingerprint));
    }
    if known.covers(news) {
        return Ok(None);
    }
    let line = Line {
        fingerprint,
        root: root.or(known.root),
        commit: commit.or(known.commit),
        of: Of {
            server: manifest.server.identity.key_id(),
            computation: manifest.name.clone(),
            round: manifest.round,
        },
    };
    serde_json::to_string(&line)
        .map(Some)
        .map_err(|_| JournalError::Damaged)
}
