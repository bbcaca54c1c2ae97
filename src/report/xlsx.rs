//! The result as a spreadsheet: an overview, and a sheet for each group.

mod chart;
mod names;

use rust_xlsxwriter::{
    DocProperties, Format, FormatAlign, FormatBorder, Url, Workbook, Worksheet, XlsxError,
};

use super::ReportError;
use super::grid::{self, Header};
use super::labels::{NONE, digits, group_title, path, plain, plain_lines, section_title};
use crate::form::report::{Content, Group, Report, Section};

/// Rows that a chart covers beside its section.
const CHART_ROWS: u32 = 16;

/// Width of a column of headers, and of one of figures, in characters.
const HEADER_WIDTH: f64 = 34.0;
const FIGURE_WIDTH: f64 = 15.0;

/// Most digits of a number that a spreadsheet program keeps and shows.
const MAX_DIGITS: usize = 15;

pub(super) fn xlsx(report: &Report) -> Result<Vec<u8>, ReportError> {
    let styles = Styles::new();
    let mut names = names::Names::new();
    let overview = names.next("Overview");
    let groups: Vec<(&Group, String)> = report
        .groups
        .iter()
        .map(|group| (group, names.next(&sheet_title(group))))
        .collect();
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(plain(&report.title)));
    let sheet = workbook.add_worksheet();
    sheet.set_name(overview)?;
    write_overview(sheet, report, &groups, &styles)?;
    for (group, name) in groups {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&name)?;
        write_group(sheet, group, &name, &styles)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// The options alone: the name of a sheet is short.
fn sheet_title(group: &Group) -> String {
    let options: Vec<&str> = group.of.iter().map(|(_, option)| option.as_str()).collect();
    if options.is_empty() {
        group_title(group)
    } else {
        options.join(" + ")
    }
}

struct Styles {
    title: Format,
    heading: Format,
    header: Format,
    row: Format,
    text: Format,
    none: Format,
}

impl Styles {
    fn new() -> Self {
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(16),
            heading: Format::new().set_bold().set_font_size(12),
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_border_bottom(FormatBorder::Thin),
            row: wrapped.clone().set_bold(),
            text: wrapped,
            none: Format::new().set_align(FormatAlign::Right),
        }
    }
}

fn write_overview(
    sheet: &mut Worksheet,
    report: &Report,
    groups: &[(&Group, String)],
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, HEADER_WIDTH)?;
    sheet.set_column_width(1, FIGURE_WIDTH)?;
    sheet.set_column_width(2, HEADER_WIDTH)?;
    sheet.write_string_with_format(0, 0, plain(&report.title), &styles.title)?;
    let mut row = 1;
    for line in plain_lines(&report.description) {
        sheet.write_string(row, 0, line)?;
        row = down(row, 1);
    }
    row = down(row, 1);
    for (name, count) in [
        ("Parties", report.parties),
        ("Fewest parties of a group", report.minimum),
    ] {
        sheet.write_string_with_format(row, 0, name, &styles.row)?;
        write_figure(sheet, (row, 1), Some(&count.to_string()), styles)?;
        row = down(row, 1);
    }
    if let Some(why) = report.why_hidden() {
        sheet.write_string(row, 0, why)?;
        row = down(row, 1);
    }
    row = down(row, 1);
    for (column, name) in (0..).zip(["Group", "Parties", "Result"]) {
        sheet.write_string_with_format(row, column, name, &styles.header)?;
    }
    for (group, name) in groups {
        row = down(row, 1);
        // A link to the cell in its corner.
        let link = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''")));
        sheet.write_url_with_text(row, 0, link, group_title(group))?;
        write_figure(sheet, (row, 1), Some(&group.parties.to_string()), styles)?;
        let result = match &group.content {
            Content::Sections(_) => "shown".to_owned(),
            Content::Suppressed(reason) => plain(reason),
        };
        sheet.write_string_with_format(row, 2, result, &styles.text)?;
    }
    Ok(())
}

fn write_group(
    sheet: &mut Worksheet,
    group: &Group,
    name: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, HEADER_WIDTH)?;
    sheet.write_string_with_format(0, 0, group_title(group), &styles.title)?;
    sheet.write_string_with_format(1, 0, "Parties", &styles.row)?;
    write_figure(sheet, (1, 1), Some(&group.parties.to_string()), styles)?;
    let sections = match &group.content {
        Content::Sections(sections) => sections,
        Content::Suppressed(reason) => {
            sheet.write_string(3, 0, plain(reason))?;
            return Ok(());
        }
    };
    let widest = sections.iter().map(|section| section.columns.len()).max();
    let widest = index(widest.unwrap_or_default())?;
    for column in 1..=widest {
        sheet.set_column_width(column, FIGURE_WIDTH)?;
    }
    let mut row = 3;
    for section in sections {
        sheet.write_string_with_format(row, 0, section_title(section), &styles.heading)?;
        let place = Place::new(down(row, 1), section)?;
        write_section(sheet, section, &place, styles)?;
        let mut end = place.end;
        if let Some(chart) = chart::chart(section, name, &place) {
            sheet.insert_chart(row, widest.saturating_add(2), &chart)?;
            end = end.max(down(row, CHART_ROWS));
        }
        row = down(end, 2);
    }
    Ok(())
}

/// Where the grid of a section stands. Headers of rows are in column 0.
struct Place {
    /// First row with headers of columns.
    headers: u32,
    /// First and last row with figures.
    start: u32,
    end: u32,
    /// Last column with figures.
    last: u16,
}

impl Place {
    fn new(headers: u32, section: &Section) -> Result<Self, XlsxError> {
        let start = down(headers, index(grid::depth(&section.columns))?.into());
        let rows = u32::try_from(section.rows.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
        Ok(Self {
            headers,
            start,
            end: down(start, rows).saturating_sub(1),
            last: index(section.columns.len())?,
        })
    }
}

fn write_section(
    sheet: &mut Worksheet,
    section: &Section,
    place: &Place,
    styles: &Styles,
) -> Result<(), XlsxError> {
    for line in 0..grid::depth(&section.columns) {
        for header in grid::headers(&section.columns, line) {
            write_header(sheet, place.headers, &header, styles)?;
        }
    }
    for (row, (title, figures)) in (place.start..).zip(grid::rows(section)) {
        sheet.write_string_with_format(row, 0, plain(title), &styles.row)?;
        for (column, figure) in (1..).zip(figures) {
            write_figure(sheet, (row, column), figure, styles)?;
        }
    }
    Ok(())
}

fn write_header(
    sheet: &mut Worksheet,
    top: u32,
    header: &Header<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let title = plain(header.title);
    let row = down(top, index(header.line)?.into());
    let column = index(header.column)?.saturating_add(1);
    let last_row = down(row, index(header.lines)?.into()).saturating_sub(1);
    let last_column = column
        .saturating_add(index(header.columns)?)
        .saturating_sub(1);
    if (row, column) == (last_row, last_column) {
        sheet.write_string_with_format(row, column, title, &styles.header)?;
    } else {
        sheet.merge_range(row, column, last_row, last_column, &title, &styles.header)?;
    }
    Ok(())
}

/// Writes a figure as a number where that keeps every digit, else as text.
fn write_figure(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    figure: Option<&str>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let Some(figure) = figure else {
        sheet.write_string_with_format(row, column, NONE, &styles.none)?;
        return Ok(());
    };
    match number(figure) {
        Some((number, decimals)) => {
            let point = if decimals > 0 { "." } else { "" };
            let style =
                Format::new().set_num_format(format!("#,##0{point}{}", "0".repeat(decimals)));
            sheet.write_number_with_format(row, column, number, &style)?;
        }
        None => {
            sheet.write_string_with_format(row, column, plain(figure), &styles.none)?;
        }
    }
    Ok(())
}

/// The number that a figure is, with how many digits behind the point, where a spreadsheet program
/// keeps every digit of it.
fn number(figure: &str) -> Option<(f64, usize)> {
    let (_, whole, fraction) = digits(figure)?;
    let written = [whole, fraction].concat();
    if written.trim_start_matches('0').len() > MAX_DIGITS {
        return None;
    }
    let decimals = fraction.len();
    let number: f64 = figure.parse().ok()?;
    (format!("{number:.decimals$}") == figure).then_some((number, decimals))
}

/// What an index is in a spreadsheet, which has few columns.
fn index(index: usize) -> Result<u16, XlsxError> {
    u16::try_from(index).map_err(|_| XlsxError::RowColumnLimitError)
}

fn down(row: u32, rows: u32) -> u32 {
    row.saturating_add(rows)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::super::tests::{assert_has_all, sample};
    use super::*;

    fn open(report: &Report) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(xlsx(report).unwrap())).unwrap()
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(number("-12.50"), Some((-12.5, 2)));
        assert_eq!(number("0"), Some((0.0, 0)));
        assert_eq!(number("0.000000001"), Some((1e-9, 9)));
        assert_eq!(number("999999999999999"), Some((999_999_999_999_999.0, 0)));
        for text in [
            "1234567890123456",
            "1.000000000000000",
            "007",
            "",
            "1e3",
            "=1",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn the_overview_names_each_group() {
        let mut book = open(&sample());
        let expected = [
            "Overview",
            "All parties",
            "Tech _ _x_",
            "tech - _x_",
            "=Law",
        ];
        assert_eq!(book.sheet_names(), expected);
        let overview = book.worksheet_range("Overview").unwrap();
        let cells: Vec<String> = overview
            .used_cells()
            .map(|cell| cell.2.to_string())
            .collect();
        for text in [
            "Pay <b>2025</b> of 'all'",
            "Second </p> line.",
            "1234",
            "+Industry: =Law",
            "fewer than 3 <parties>",
        ] {
            assert!(
                cells.contains(&text.to_owned()),
                "{text} is not in {cells:?}"
            );
        }
    }

    #[test]
    fn every_figure_has_its_cell() {
        let report = sample();
        let mut book = open(&report);
        let mut figures = Vec::new();
        for (_, sheet) in book.worksheets() {
            for (_, _, cell) in sheet.used_cells() {
                match cell {
                    // With each number of decimals that a figure of the sample has.
                    Data::Float(number) => {
                        figures.extend((0..3).map(|decimals| format!("{number:.decimals$}")));
                    }
                    Data::String(text) => figures.push(text.clone()),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_has_all(&report, figures);
        assert!(book.worksheet_formula("All parties").unwrap().is_empty());
    }
}
