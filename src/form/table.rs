//! Tables of numbers: rows, columns under nested headers, and what each cell takes.

use serde::{Deserialize, Serialize};

use super::Number;

/// A table of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Names it within the form.
    pub id: String,
    /// For people.
    pub title: String,
    /// Headers of the rows.
    pub rows: Vec<String>,
    /// Headers of the columns, which may be nested.
    pub columns: Vec<Column>,
    /// What every cell takes, and what is made of it.
    pub cell: Number,
    /// Cells that take something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// Where it stands in a spreadsheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spreadsheet: Option<SheetMapping>,
}

/// A column, or several under one header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The header.
    pub title: String,
    /// The columns below it; none for a column of cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
}

/// One cell that is not like the others of its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// From 0.
    pub row: usize,
    /// From 0, over the columns of cells.
    pub column: usize,
    /// What it takes.
    pub cell: Number,
}

/// Where a table stands in a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SheetMapping {
    /// Name of the sheet.
    pub sheet: String,
    /// Address of the first cell with a number, such as `B3`. The headers stand above and to the
    /// left of it.
    pub first_cell: String,
}

impl Table {
    /// The headers above each column of cells, from the outermost.
    #[must_use]
    pub fn column_paths(&self) -> Vec<Vec<&str>> {
        fn walk<'a>(columns: &'a [Column], above: &[&'a str], paths: &mut Vec<Vec<&'a str>>) {
            for column in columns {
                let path = [above, &[column.title.as_str()]].concat();
                if column.columns.is_empty() {
                    paths.push(path);
                } else {
                    walk(&column.columns, &path, paths);
                }
            }
        }
        let mut paths = Vec::new();
        walk(&self.columns, &[], &mut paths);
        paths
    }

    /// Rows and columns of cells.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        fn cells(columns: &[Column]) -> usize {
            let counts = columns
                .iter()
                .map(|column| match column.columns.as_slice() {
                    [] => 1,
                    below => cells(below),
                });
            counts.fold(0, usize::saturating_add)
        }
        (self.rows.len(), cells(&self.columns))
    }

    /// What a cell takes.
    #[must_use]
    pub fn number(&self, row: usize, column: usize) -> &Number {
        let mut exceptions = self.exceptions.iter();
        let exception = exceptions.find(|cell| (cell.row, cell.column) == (row, column));
        exception.map_or(&self.cell, |exception| &exception.cell)
    }

    /// What each cell takes, row by row.
    pub fn numbers(&self) -> impl Iterator<Item = &Number> {
        let (rows, columns) = self.shape();
        (0..rows).flat_map(move |row| (0..columns).map(move |column| self.number(row, column)))
    }
}
