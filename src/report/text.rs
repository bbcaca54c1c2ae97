//! The result as tables for a terminal.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, Width};

use super::grid;
use super::labels::{NONE, group_title, grouped, parties, plain, plain_lines, section_title};
use crate::form::report::{Content, Group, Report, Section};

/// Widest header, in characters: a longer one is broken in lines. Figures are never broken.
const MAX_COLUMN_HEADER: u16 = 18;

/// The same for the headers of rows.
const MAX_ROW_HEADER: u16 = 32;

/// A column's padding and the line beside it.
const BESIDE: usize = 3;

/// The whole result, for a terminal of so many characters.
#[must_use]
pub fn text(report: &Report, width: usize) -> String {
    let mut lines = Vec::new();
    underlined(&mut lines, plain(&report.title), '=');
    lines.extend(plain_lines(&report.description));
    lines.push(parties(report.parties));
    lines.extend(report.why_hidden());
    for group in &report.groups {
        lines.push(String::new());
        write_group(&mut lines, group, width);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn write_group(lines: &mut Vec<String>, group: &Group, width: usize) {
    let title = format!("{} ({})", group_title(group), parties(group.parties));
    match &group.content {
        Content::Suppressed(reason) => lines.push(format!("{title}: {}", plain(reason))),
        Content::Sections(sections) => {
            underlined(lines, title, '-');
            for section in sections {
                lines.push(String::new());
                lines.push(section_title(section));
                for block in blocks(section, width) {
                    lines.extend(block.lines());
                }
            }
        }
    }
}

fn underlined(lines: &mut Vec<String>, title: String, line: char) {
    let length = title.chars().count();
    lines.push(title);
    lines.push(std::iter::repeat_n(line, length).collect());
}

/// The tables of a section: as many columns in each as fit the width, and at least one.
fn blocks(section: &Section, width: usize) -> Vec<Table> {
    let header_widths = widths(header(section, &all(section)), None);
    let figure_widths = widths(None, Some(section));
    let mut header_widths = header_widths.into_iter();
    let row_header = figure_widths.first().copied().unwrap_or_default();
    let half = u16::try_from(width / 2).unwrap_or(MAX_ROW_HEADER);
    let row_header = row_header
        .min(MAX_ROW_HEADER.min(half))
        .max(header_widths.next().unwrap_or_default());
    let columns = figure_widths.iter().skip(1).zip(header_widths);
    let columns = columns.map(|(figures, header)| (*figures).max(header.min(MAX_COLUMN_HEADER)));
    let taken = |column: u16| usize::from(column).saturating_add(BESIDE);

    let start = taken(row_header).saturating_add(1);
    let mut blocks: Vec<Vec<(usize, u16)>> = Vec::new();
    let mut used = start;
    for column in columns.enumerate() {
        let fits = used.saturating_add(taken(column.1)) <= width;
        match blocks.last_mut() {
            Some(block) if fits => block.push(column),
            _ => {
                blocks.push(vec![column]);
                used = start;
            }
        }
        used = used.saturating_add(taken(column.1));
    }
    let tables = blocks.iter().map(|block| table(section, row_header, block));
    tables.collect()
}

fn all(section: &Section) -> Vec<usize> {
    (0..section.columns.len()).collect()
}

/// Width of the headers of rows and of each column, in a table of the headers or of the figures.
fn widths(header: Option<Vec<Cell>>, figures: Option<&Section>) -> Vec<u16> {
    let mut table = Table::new();
    if let Some(header) = header {
        table.set_header(header);
    }
    if let Some(section) = figures {
        table.add_rows(figure_rows(section, &all(section)));
    }
    table.column_max_content_widths()
}

fn table(section: &Section, row_header: u16, block: &[(usize, u16)]) -> Table {
    let columns: Vec<usize> = block.iter().map(|(column, _)| *column).collect();
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    if let Some(header) = header(section, &columns) {
        table.set_header(header);
    }
    table.add_rows(figure_rows(section, &columns));
    let widths = [row_header]
        .into_iter()
        .chain(block.iter().map(|(_, width)| *width));
    let widths = widths.map(|width| {
        // With a character of padding on both sides.
        ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(2)))
    });
    table.set_constraints(widths);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The headers above those columns, from the outermost in one cell each; nothing where no column
/// has any.
fn header(section: &Section, columns: &[usize]) -> Option<Vec<Cell>> {
    if grid::depth(&section.columns) == 0 {
        return None;
    }
    let paths = columns.iter().map(|column| {
        let path = section.columns.get(*column).into_iter().flatten();
        let path: Vec<String> = path.map(|header| plain(header)).collect();
        Cell::new(path.join("\n"))
    });
    Some([Cell::new("")].into_iter().chain(paths).collect())
}

fn figure_rows(section: &Section, columns: &[usize]) -> Vec<Vec<Cell>> {
    let rows = grid::rows(section).map(|(row, figures)| {
        let figures = columns.iter().map(|column| {
            let figure = figures.get(*column).copied().flatten();
            Cell::new(figure.map_or_else(|| NONE.to_owned(), grouped))
        });
        [Cell::new(plain(row))].into_iter().chain(figures).collect()
    });
    rows.collect()
}
