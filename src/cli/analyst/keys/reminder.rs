//! That keys should have a backup: said once in a run, until there is one that knows as much as the
//! journal.

use std::path::Path;

use super::super::super::command::command;
use super::super::super::output::Output;
use crate::files::backup::Remembered;
use crate::files::journal::Journal;
use crate::ids::KeyId;

/// Whether it has been said in this run.
#[derive(Debug)]
pub(in crate::cli::analyst) struct Reminder {
    said: bool,
}

impl Reminder {
    /// Keys that were made in this run were spoken of when they were made.
    pub(in crate::cli::analyst) fn new(created: bool) -> Self {
        Self { said: created }
    }

    /// Says it, if there is reason to.
    pub(in crate::cli::analyst) fn say(
        &mut self,
        keys: &Path,
        key_id: &KeyId,
        journal: &Journal,
        output: &Output,
    ) {
        if self.said {
            return;
        }
        let newest = Remembered::read(keys).filter(|newest| newest.key_id == *key_id);
        let lacking = match newest {
            None => "there is no backup of",
            Some(newest) if newest.entries < journal.entries() => {
                "the newest backup lacks the last reveal of"
            }
            Some(_) => return,
        };
        self.said = true;
        output.note(&format!(
            "note: {lacking} {}; make one with: {}",
            keys.display(),
            command("analyst", "keys backup FILE")
        ));
    }
}
