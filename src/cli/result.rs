//! A result as it is printed and written.

use std::path::Path;

use num_bigint::BigInt;
use serde_json::{Value, json};

use super::exit::Failure;
use super::output::Output;
use crate::batch::Commit;
use crate::disclosure::EndReason;
use crate::files::atomic::{self, Readers};
use crate::manifest::Terms;
use crate::measurement::{Aggregate, ResultOf, Summary};
use crate::report::{self, Format};
use crate::text::plain;

/// Whether a file can be written there: found out before anything is revealed.
pub(super) fn check_out(path: &Path) -> Result<(), Failure> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        let message = format!("there is no folder for {}", path.display());
        return Err(Failure::usage(message));
    }
    atomic::try_out(path).map_err(|error| Failure::usage(error.to_string()))
}

/// Whether a result can be written as the ending of the file's name says.
pub(super) fn check_ending(path: &Path, of_form: bool) -> Result<(), Failure> {
    if of_form {
        Format::from_path(path).map_err(|error| Failure::usage(error.to_string()))?;
    } else {
        SumFormat::from_path(path)?;
    }
    Ok(())
}

/// How a sum is written to a file.
enum SumFormat {
    Text,
    Csv,
    Json,
}

impl SumFormat {
    /// The one that the ending of a file's name stands for, in capitals or not.
    fn from_path(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            None | Some("txt") => Ok(Self::Text),
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some(ending) => {
                let message = format!("a sum is not written as .{ending}");
                Err(Failure::usage(message).hint("end the file's name with .txt, .csv or .json"))
            }
        }
    }
}

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
        if parties == 1 && self.summary.sum().is_some() {
            output.warning("this is the sum of one party: it is that party's own value");
        }
        if let Some(note) = self.terms.scheme.caveat(self.terms.manifest.max_parties) {
            output.note(&format!("note: {note}"));
        }
        output.event("result", self.json());
        match &self.summary.result {
            ResultOf::Sum(sum) => output.result(&format!("SUM IS: {sum}")),
            ResultOf::Form(report) => {
                output.result(report::text(report, Output::width()).trim_end());
            }
        }
    }

    /// Writes it to a file, whose ending says how.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let bytes = match &self.summary.result {
            ResultOf::Form(report) => {
                let format = Format::from_path(path).map_err(failed)?;
                report::write(report, format).map_err(failed)?
            }
            ResultOf::Sum(sum) => match SumFormat::from_path(path)? {
                SumFormat::Text => format!("SUM IS: {sum}\n"),
                SumFormat::Csv => self.csv(sum),
                SumFormat::Json => format!("{:#}\n", self.json()),
            }
            .into_bytes(),
        };
        atomic::replace(path, &bytes, Readers::Owner).map_err(failed)
    }

    fn json(&self) -> Value {
        let manifest = &self.terms.manifest;
        let mut object = json!({
            "computation": manifest.name,
            "round": manifest.round,
            "fingerprint": self.terms.fingerprint,
            "parties": self.summary.parties,
            "rejected": self.commit.counts.rejected,
        });
        let (name, value) = match &self.summary.result {
            ResultOf::Sum(sum) => ("sum", Value::String(sum.to_string())),
            // A report is made of texts, numbers and lists: it always has a JSON form.
            ResultOf::Form(report) => ("result", serde_json::to_value(report).unwrap_or_default()),
        };
        if let Some(object) = object.as_object_mut() {
            object.insert(name.to_owned(), value);
        }
        object
    }

    fn csv(&self, sum: &BigInt) -> String {
        let parties = self.summary.parties;
        let manifest = &self.terms.manifest;
        // A name has no comma, quote or leading sign: no field needs quoting.
        let (name, round) = (&manifest.name, manifest.round);
        format!("computation,round,parties,sum\n{name},{round},{parties},{sum}\n")
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::failed(error.to_string())
}

/// One line about a round that is over.
pub(super) fn past(terms: &Terms, aggregate: Option<&Aggregate>) -> String {
    let round = terms.manifest.round;
    let Some(Summary { parties, result }) =
        aggregate.map(|aggregate| terms.scheme.summarise(aggregate))
    else {
        return format!("round {round}: ended without a result");
    };
    let parties = match parties {
        1 => "1 party".to_owned(),
        more => format!("{more} parties"),
    };
    match result {
        ResultOf::Sum(sum) => format!("round {round}: {sum} ({parties})"),
        ResultOf::Form(report) => {
            format!("round {round}: {} ({parties})", plain(&report.title))
        }
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
