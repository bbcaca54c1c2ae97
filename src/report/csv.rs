//! The result as one long table: a line for each figure, and one for each group without figures.

use csv::Writer;

use super::labels::{digits, path, plain};
use super::{ReportError, grid};
use crate::form::report::{Content, HIDDEN, Report, Section};

/// The columns behind those of the groups.
const COLUMNS: [&str; 9] = [
    "parties", "source", "title", "figures", "unit", "row", "column", "value", "note",
];

/// In a column of a dimension that the group is not about.
const ALL: &str = "all";

pub(super) fn csv(report: &Report) -> Result<Vec<u8>, ReportError> {
    let mut writer = Writer::from_writer(Vec::new());
    let dimensions = dimensions(report);
    let titles = dimensions
        .iter()
        .map(|title| format!("group: {}", plain(title)));
    let mut header: Vec<String> = titles.collect();
    if header.is_empty() {
        header.push("group".to_owned());
    }
    header.extend(COLUMNS.map(str::to_owned));
    writer.write_record(&header)?;
    for group in &report.groups {
        let mut start: Vec<String> = dimensions
            .iter()
            .map(|title| {
                let mut of = group.of.iter();
                let own = of.find(|(dimension, _)| dimension == title);
                own.map_or_else(|| ALL.to_owned(), |(_, option)| defused(option))
            })
            .collect();
        if start.is_empty() {
            start.push(ALL.to_owned());
        }
        start.push(group.parties.to_string());
        match &group.content {
            Content::Suppressed(reason) => {
                let empty = std::iter::repeat_n(String::new(), COLUMNS.len().saturating_sub(2));
                let end = empty.chain([defused(reason)]);
                writer.write_record(start.iter().cloned().chain(end))?;
            }
            Content::Sections(sections) => {
                for section in sections {
                    write_section(&mut writer, &start, section)?;
                }
            }
        }
    }
    let bytes = writer.into_inner();
    Ok(bytes.map_err(|error| csv::Error::from(error.into_error()))?)
}

fn write_section(
    writer: &mut Writer<Vec<u8>>,
    start: &[String],
    section: &Section,
) -> Result<(), ReportError> {
    let about = [
        defused(&section.source),
        defused(&section.title),
        section.figures.title().to_owned(),
        defused(&section.unit),
    ];
    for (row, figures) in grid::rows(section) {
        let row = defused(row);
        for (column, figure) in section.columns.iter().zip(figures) {
            let column = defused(&path(column));
            let (value, note) = match figure {
                Some(figure) if digits(figure).is_some() => (figure.to_owned(), ""),
                Some(HIDDEN) => (String::new(), HIDDEN),
                Some(figure) => (defused(figure), ""),
                None => (String::new(), "no figure"),
            };
            let start = start.iter().chain(&about).map(String::as_str);
            writer.write_record(start.chain([row.as_str(), &column, &value, note]))?;
        }
    }
    Ok(())
}

/// Titles of the dimensions, in the order in which groups are about them.
fn dimensions(report: &Report) -> Vec<&str> {
    let mut dimensions = Vec::new();
    for (title, _) in report.groups.iter().flat_map(|group| &group.of) {
        if !dimensions.contains(&title.as_str()) {
            dimensions.push(title);
        }
    }
    dimensions
}

/// A text that no spreadsheet takes for a formula.
fn defused(text: &str) -> String {
    let text = plain(text);
    let formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if formula && digits(&text).is_none() {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        for (text, expected) in [
            ("=cmd()", "'=cmd()"),
            ("\t=cmd()", "'=cmd()"),
            ("+1+1", "'+1+1"),
            ("-1+1", "'-1+1"),
            ("@x", "'@x"),
            ("＝x", "'＝x"),
            ("-12.5", "-12.5"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(defused(text), expected);
        }
    }
}
