//! What a mail merge needs: a line for each invitation.

use std::fmt;

use csv::Writer;

use crate::form::Dimension;
use crate::text::is_hidden;

/// The columns around those of the cohorts.
pub const COLUMNS: [&str; 6] = ["number", "label", "email", "expires", "link", "message"];

/// An invitation on its way to somebody. `Debug` tells nothing: the link is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Of the invitation, from 1 as people count.
    pub number: u64,
    /// Names the party to the analyst.
    pub label: Option<String>,
    /// Where it goes.
    pub email: Option<String>,
    /// For each dimension of the form the option that is fixed; empty where none is.
    pub cohorts: Vec<Option<u32>>,
    /// Until when it may be used first.
    pub expires: Option<String>,
    /// The link, which whoever holds it may use.
    pub link: String,
    /// What to write to the person.
    pub message: String,
}

impl fmt::Debug for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Addressee({}, ..)", self.number)
    }
}

/// A table with a line for each invitation; its columns are [`COLUMNS`], with those of the cohorts
/// behind `email`. No cell is one that a spreadsheet would run.
pub fn mailing(dimensions: &[Dimension], rows: &[Addressee]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = Writer::from_writer(Vec::new());
    let [number, label, email, expires, link, message] = COLUMNS;
    let ids = dimensions.iter().map(|dimension| dimension.id.as_str());
    let start = [number, label, email].into_iter();
    writer.write_record(start.chain(ids).chain([expires, link, message]))?;
    for row in rows {
        let cohorts = (0..).zip(dimensions).map(|(place, dimension)| {
            let fixed = row.cohorts.get::<usize>(place).copied().flatten();
            let at = fixed.and_then(|at| usize::try_from(at).ok());
            let option = at.and_then(|at| dimension.options.get(at));
            defused(option.map_or("", String::as_str))
        });
        let text = |text: &Option<String>| defused(text.as_deref().unwrap_or_default());
        let start = [row.number.to_string(), text(&row.label), text(&row.email)];
        let end = [
            text(&row.expires),
            defused(&row.link),
            defused(&row.message),
        ];
        writer.write_record(start.into_iter().chain(cohorts).chain(end))?;
    }
    let bytes = writer.into_inner();
    bytes.map_err(|error| csv::Error::from(error.into_error()))
}

/// Whether a spreadsheet takes a cell with this text for a formula.
pub(super) fn is_formula(text: &str) -> bool {
    let visible = text.trim_start_matches(|letter: char| letter.is_whitespace());
    text.starts_with(['\t', '\r', '\n'])
        || visible.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// A text that no spreadsheet takes for a formula; lines stay lines.
fn defused(text: &str) -> String {
    let text = text.replace(|letter| is_hidden(letter) && letter != '\n', " ");
    if is_formula(&text) {
        format!("'{text}")
    } else {
        text
    }
}
