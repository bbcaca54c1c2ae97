//! A result as it is printed and written.

use std::path::Path;

use serde_json::{Value, json};

use super::exit::Failure;
use super::output::Output;
use crate::batch::Commit;
use crate::disclosure::EndReason;
use crate::files::atomic::{self, Readers};
use crate::manifest::Terms;
use crate::measurement::{Aggregate, Summary};

/// A result with what it is the result of.
#[derive(Debug)]
pub(super) struct Report<'a> {
    terms: &'a Terms,
    commit: &'a Commit,
    summary: Summary,
}

impl<'a> Report<'a> {
    pub(super) fn new(terms: &'a Terms, commit: &'a Commit, aggregate: &Aggregate) -> Self {
        Self {
            terms,
            commit,
            summary: terms.scheme.summarise(aggregate),
        }
    }

    /// Prints it; the sum is the last line.
    pub(super) fn print(&self, output: &Output) {
        let parties = self.summary.parties;
        for (reason, count) in &self.commit.counts.rejected {
            output.warning(&format!("{count} rejected: {}", reason.describe()));
        }
        if parties == 1 {
            output.warning("this is the sum of one party: it is that party's own value");
        }
        if let Some(note) = self.terms.scheme.caveat(self.terms.manifest.max_parties) {
            output.note(&format!("note: {note}"));
        }
        output.event("result", self.json());
        output.result(&format!("SUM IS: {}", self.summary.sum));
    }

    /// Writes it to a file, whose ending says how.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => format!("{:#}\n", self.json()),
            Some("csv") => self.csv(),
            _ => format!("SUM IS: {}\n", self.summary.sum),
        };
        atomic::replace(path, text.as_bytes(), Readers::Owner)
            .map_err(|error| Failure::failed(error.to_string()))
    }

    fn json(&self) -> Value {
        let manifest = &self.terms.manifest;
        json!({
            "computation": manifest.name,
            "round": manifest.round,
            "fingerprint": self.terms.fingerprint,
            "parties": self.summary.parties,
            "rejected": self.commit.counts.rejected,
            "sum": self.summary.sum.to_string(),
        })
    }

    fn csv(&self) -> String {
        let Summary { parties, sum } = &self.summary;
        let manifest = &self.terms.manifest;
        // A name has no comma, quote or leading sign: no field needs quoting.
        let (name, round) = (&manifest.name, manifest.round);
        format!("computation,round,parties,sum\n{name},{round},{parties},{sum}\n")
    }
}

/// One line about a round that is over.
pub(super) fn past(terms: &Terms, aggregate: Option<&Aggregate>) -> String {
    let round = terms.manifest.round;
    match aggregate.map(|aggregate| terms.scheme.summarise(aggregate)) {
        Some(Summary { parties: 1, sum }) => format!("round {round}: {sum} (1 party)"),
        Some(Summary { parties, sum }) => format!("round {round}: {sum} ({parties} parties)"),
        None => format!("round {round}: ended without a result"),
    }
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// Why both sides committed that there is no result.
pub(super) fn ended(reasons: &[EndReason]) -> String {
    let reasons: Vec<String> = reasons
        .iter()
        .map(|reason| match reason {
            EndReason::TooFewAccepted { accepted, minimum } => {
                let submissions = plural(*accepted, "submission");
                format!("{accepted} valid {submissions}, {minimum} needed")
            }
            EndReason::TooManyRejected { rejected, maximum } => {
                let submissions = plural(*rejected, "submission");
                format!("{rejected} {submissions} rejected by the analyst, {maximum} allowed")
            }
        })
        .collect();
    format!("this round ended without a result: {}", reasons.join("; "))
}
