//! A journal in a backup, and one that comes back from there.

use std::path::Path;

use super::super::append_log::{AppendLog, Entry, LogError};
use super::super::beside;
use super::super::facts::Fact;
use super::line::{Agreed, Line, Said};
use super::{ENDING, Journal, JournalError};
use crate::ids::Fingerprint;

/// What a restore has added to a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Added {
    /// Lines of the backup that it lacked.
    pub lines: usize,
    /// Whether it was marked.
    pub marked: bool,
}

impl Journal {
    /// How many batches and commits it knows, as far as this process has read.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.log.state().facts.count()
    }

    /// Of when the backup is from which this journal comes, if something about that computation may
    /// be missing in it: it knows nothing of it, and the computation may be older than the loss.
    #[must_use]
    pub fn doubts(&self, fingerprint: &Fingerprint) -> Option<u64> {
        let agreed = self.log.state();
        let known = agreed.facts.of(fingerprint) != Fact::default();
        agreed
            .restored
            .filter(|_| !known && !agreed.begun.contains(fingerprint))
    }

    /// Notes that this analyst has opened a computation just now. Only a journal that was restored
    /// needs to know.
    pub fn record_begun(&mut self, fingerprint: Fingerprint) -> Result<(), JournalError> {
        if self.log.state().restored.is_none() {
            return Ok(());
        }
        self.log.append(|agreed| {
            let known = agreed.begun.contains(&fingerprint);
            Ok((!known).then(|| Said::Begun(fingerprint).into()))
        })
    }

    /// Everything that the journal beside a key file says, for a backup.
    pub fn text(keys: &Path) -> Result<Vec<u8>, LogError> {
        AppendLog::<Line>::text(beside(keys, ENDING))
    }

    /// How many batches and commits a journal's text knows.
    pub fn check(text: &[u8]) -> Result<usize, JournalError> {
        let mut agreed = Agreed::default();
        for line in lines(text)? {
            if !line.absorb(&mut agreed) {
                return Err(JournalError::BadText);
            }
        }
        Ok(agreed.facts.count())
    }

    /// Adds to the journal beside a key file what a backup of it says that was made at that time;
    /// nothing is taken away, and where the two contradict each other nothing is added.
    ///
    /// Where there was no journal, or one that lacked something, it is marked: what came after the
    /// backup is not known.
    pub fn restore(keys: &Path, text: &[u8], made: u64) -> Result<Added, JournalError> {
        Self::check(text)?;
        let path = beside(keys, ENDING);
        let lost = !path.exists();
        let mut journal = Self::open(keys)?;
        let mut added = Added::default();
        journal.log.append_all(|agreed| {
            let mut news = Vec::new();
            for said in lines(text)?.into_iter().filter_map(Line::said) {
                // What the backup says of backups before it is overtaken by this one.
                let Said::Fact(fingerprint, fact, of) = said else {
                    continue;
                };
                if !agreed.facts.of(&fingerprint).agrees_with(fact) {
                    let path = path.clone();
                    return Err(JournalError::Contradicts { path, fingerprint });
                }
                if !agreed.knows(&fingerprint, fact, of.as_ref()) {
                    news.push(Said::Fact(fingerprint, fact, of));
                }
            }
            added.lines = news.len();
            added.marked = lost || added.lines > 0;
            if added.marked {
                news.push(Said::Restored(made));
            }
            Ok(news.into_iter().map(Line::from).collect())
        })?;
        Ok(added)
    }
}

fn lines(text: &[u8]) -> Result<Vec<Line>, JournalError> {
    let lines = text.split(|byte| *byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty());
    let read = lines.map(serde_json::from_slice);
    read.collect::<Result<_, _>>()
        .map_err(|_| JournalError::BadText)
}
