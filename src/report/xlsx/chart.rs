//! A column chart of a section, where one says something.

use rust_xlsxwriter::Chart;

use super::super::labels::figures_title;
use super::{Place, number, path, section_title};
use crate::form::Statistic;
use crate::form::report::{Figures, Section};

/// Most series of a chart, and most columns in each: more cannot be told apart.
const MAX_SERIES: usize = 8;
const MAX_CATEGORIES: usize = 60;

/// The chart of a tally, a histogram or means whose figures are all numbers of the sheet.
pub(super) fn chart(section: &Section, sheet: &str, place: &Place) -> Option<Chart> {
    let across = match section.figures {
        // The bins are the columns.
        Figures::Statistic(Statistic::Histogram) => true,
        Figures::Tally => false,
        Figures::Statistic(Statistic::Mean) => section.rows.len() == 1,
        _ => return None,
    };
    let (series, categories) = if across {
        (section.rows.len(), section.columns.len())
    } else {
        (section.columns.len(), section.rows.len())
    };
    let mut figures = section.cells.iter().flatten().flatten();
    let drawable = figures.all(|figure| number(figure).is_some())
        && (1..=MAX_SERIES).contains(&series)
        && (2..=MAX_CATEGORIES).contains(&categories)
        && place.headers < place.start;
    if !drawable {
        return None;
    }
    let mut chart = Chart::new_column();
    chart
        .title()
        .set_name((sheet, place.headers.saturating_sub(1), 0));
    chart.set_alt_text(format!(
        "Column chart, {}. Its figures stand in the table beside it.",
        section_title(section)
    ));
    chart
        .y_axis()
        .set_name(unlinked(&figures_title(section)).as_str());
    let &Place {
        headers,
        start,
        end,
        last,
    } = place;
    if across {
        for row in start..=end {
            chart
                .add_series()
                .set_name((sheet, row, 0))
                .set_categories((sheet, headers, 1, start.saturating_sub(1), last))
                .set_values((sheet, row, 1, row, last));
        }
    } else {
        for column in 1..=last {
            let headers = section.columns.get(usize::from(column).saturating_sub(1))?;
            chart
                .add_series()
                .set_name(unlinked(&path(headers)).as_str())
                .set_categories((sheet, start, 0, end, 0))
                .set_values((sheet, start, column, end, column));
        }
    }
    if series == 1 {
        chart.legend().set_hidden();
    }
    Some(chart)
}

/// A name that cannot be taken for a reference to cells such as `=Sheet!A1`: with the wide forms of
/// the two characters that make one.
fn unlinked(name: &str) -> String {
    name.replace('=', "＝").replace('!', "！")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_references() {
        for name in ["=Sheet1!$A$1", "'All parties'!A1", "=(A1,A2)", "=x[y]"] {
            let name = unlinked(name);
            assert!(!name.starts_with('=') && !name.contains('!'), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_not() {
        let drawn = |figures, cells: &[&[&str]]| {
            let cell = |cell: &&str| Some((*cell).to_owned());
            let width = cells.first().unwrap().len();
            let section = Section {
                source: "pay".to_owned(),
                title: "Pay".to_owned(),
                figures,
                unit: String::new(),
                rows: vec!["row".to_owned(); cells.len()],
                columns: vec![vec!["over".to_owned(), "column".to_owned()]; width],
                cells: cells
                    .iter()
                    .map(|row| row.iter().map(cell).collect())
                    .collect(),
            };
            let place = Place::new(4, &section).unwrap();
            chart(&section, "All parties", &place).is_some()
        };
        let mean = Figures::Statistic(Statistic::Mean);
        assert!(drawn(mean, &[&["1.5", "2"], &["3", "4"]]));
        assert!(drawn(mean, &[&["1.5", "2"]]));
        assert!(drawn(Figures::Tally, &[&["1"], &["2"]]));
        assert!(!drawn(Figures::Tally, &[&["1"]]));
        assert!(!drawn(Figures::CrossTable, &[&["1", "2"], &["3", "4"]]));
        assert!(!drawn(mean, &[&["1", "12345678901234567.5"]]));
    }
}
