//! The grid of a section: rows of figures, and nested headers as the cells that they take.

use crate::form::report::Section;

/// Headers and figures of each row, as many figures as there are columns.
pub(super) fn rows(section: &Section) -> impl Iterator<Item = (&str, Vec<Option<&str>>)> {
    let width = section.columns.len();
    let rows = section.rows.iter().zip(&section.cells);
    rows.map(move |(header, cells)| {
        let cells = cells.iter().map(Option::as_deref);
        let cells = cells.chain(std::iter::repeat(None)).take(width);
        (header.as_str(), cells.collect())
    })
}

/// A header with the columns and lines that it stands above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) title: &'a str,
    /// First line and first column, from 0.
    pub(super) line: usize,
    pub(super) column: usize,
    /// How many of each.
    pub(super) lines: usize,
    pub(super) columns: usize,
}

/// How many lines of headers stand above the columns.
pub(super) fn depth(columns: &[Vec<String>]) -> usize {
    columns.iter().map(Vec::len).max().unwrap_or_default()
}

/// The headers of one line. A header with others below it stretches over all of them; one without
/// stretches down to the figures. A column without any is left out.
pub(super) fn headers(columns: &[Vec<String>], line: usize) -> Vec<Header<'_>> {
    let depth = depth(columns);
    let mut headers: Vec<Header<'_>> = Vec::new();
    // The path down to the header before, if there are headers below that.
    let mut open: Option<&[String]> = None;
    for (column, path) in columns.iter().enumerate() {
        let Some(title) = path.get(line) else {
            open = None;
            continue;
        };
        let above = path.get(..=line);
        let last = path.len() == line.saturating_add(1);
        if let (false, true, Some(header)) = (last, open == above, headers.last_mut()) {
            header.columns = header.columns.saturating_add(1);
            continue;
        }
        headers.push(Header {
            title,
            line,
            column,
            lines: if last { depth.saturating_sub(line) } else { 1 },
            columns: 1,
        });
        open = above.filter(|_| !last);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> Vec<Vec<String>> {
        let split = |path: &&str| path.split('/').map(str::to_owned).collect();
        paths.iter().map(split).collect()
    }

    fn cells(columns: &[Vec<String>], line: usize) -> Vec<(&str, usize, usize, usize)> {
        let headers = headers(columns, line);
        let cells = headers.into_iter();
        cells
            .map(|h| (h.title, h.column, h.lines, h.columns))
            .collect()
    }

    #[test]
    fn headers_stretch() {
        let columns = paths(&["A/x", "A/y", "B", "B", "A/x"]);
        assert_eq!(depth(&columns), 2);
        assert_eq!(
            cells(&columns, 0),
            [
                ("A", 0, 1, 2),
                ("B", 2, 2, 1),
                ("B", 3, 2, 1),
                ("A", 4, 1, 1)
            ]
        );
        assert_eq!(
            cells(&columns, 1),
            [("x", 0, 1, 1), ("y", 1, 1, 1), ("x", 4, 1, 1)]
        );
    }

    #[test]
    fn equal_headers_below_different_ones_stay_apart() {
        let columns = paths(&["A/x/1", "A/x/2", "B/x/1"]);
        assert_eq!(cells(&columns, 1), [("x", 0, 1, 2), ("x", 2, 1, 1)]);
    }
}
