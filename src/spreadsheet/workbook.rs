//! What is read of a file, whatever its format.

use std::collections::BTreeMap;
use std::fmt;

use super::SpreadsheetError;

/// Most cells that are kept of a file.
const MAX_CELLS: usize = 500_000;

/// Most merged or hidden areas of a sheet: every cell of a form is compared with each.
const MAX_AREAS: usize = 20_000;

/// What stands in a cell that is not empty.
#[derive(Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Date,
    Boolean(bool),
    /// Such as `#DIV/0!`.
    Error(String),
    /// A formula without a result.
    Uncalculated,
}

/// Longest text of a cell that is kept, in characters: more than any text of a form has, so that a longer
/// one is none of them. A file may refer to one long text from many cells.
const MAX_TEXT: usize = 4_000;

impl Cell {
    /// A text, cut to what is kept.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.chars().take(MAX_TEXT).collect())
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cell(..)")
    }
}

/// Cells from a first to a last one, each as row and column from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) first: (u32, u32),
    pub(super) last: (u32, u32),
}

impl Area {
    pub(super) fn cell(row: u32, column: u32) -> Self {
        Self {
            first: (row, column),
            last: (row, column),
        }
    }

    /// Whether they have a cell in common.
    pub(super) fn meets(self, other: Self) -> bool {
        self.first.0 <= other.last.0
            && other.first.0 <= self.last.0
            && self.first.1 <= other.last.1
            && other.first.1 <= self.last.1
    }

    pub(super) fn is_one(self) -> bool {
        self.first == self.last
    }
}

/// One sheet, as far as its form looks at it.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) cells: BTreeMap<(u32, u32), Cell>,
    /// Those of more than one cell.
    pub(super) merged: Vec<Area>,
    /// Rows that are hidden.
    pub(super) hidden_rows: Hidden,
    /// Columns that are hidden.
    pub(super) hidden_columns: Hidden,
    /// Whether all of it is.
    pub(super) hidden: bool,
}

/// Hidden rows or columns, from the first to the last of each run.
#[derive(Debug, Default)]
pub(super) struct Hidden(Vec<(u32, u32)>);

impl Hidden {
    pub(super) fn add(&mut self, first: u32, last: u32) -> Result<(), SpreadsheetError> {
        let run = self.0.last_mut();
        if let Some(run) = run.filter(|run| run.1.checked_add(1) == Some(first)) {
            run.1 = last;
            return Ok(());
        }
        if self.0.len() >= MAX_AREAS {
            return Err(SpreadsheetError::TooManyCells);
        }
        self.0.push((first, last));
        Ok(())
    }

    pub(super) fn has(&self, place: u32) -> bool {
        let mut runs = self.0.iter();
        runs.any(|(first, last)| (*first..=*last).contains(&place))
    }
}

impl Sheet {
    /// Keeps a cell, unless it is blank.
    pub(super) fn put(&mut self, at: (u32, u32), cell: Cell) -> Result<(), SpreadsheetError> {
        if matches!(&cell, Cell::Text(text) if text.trim().is_empty()) {
            return Ok(());
        }
        if self.cells.len() >= MAX_CELLS {
            return Err(SpreadsheetError::TooManyCells);
        }
        self.cells.insert(at, cell);
        Ok(())
    }

    pub(super) fn merge(&mut self, area: Area) -> Result<(), SpreadsheetError> {
        if self.merged.len() >= MAX_AREAS {
            return Err(SpreadsheetError::TooManyCells);
        }
        self.merged.push(area);
        Ok(())
    }

    /// The merged cells that this one is part of.
    pub(super) fn merged_at(&self, (row, column): (u32, u32)) -> Option<Area> {
        let mut merged = self.merged.iter().copied();
        merged.find(|area| area.meets(Area::cell(row, column)))
    }
}

/// A file.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    /// All names, in their order.
    pub(super) names: Vec<String>,
    /// The sheets that a form looks at, by their names.
    pub(super) sheets: BTreeMap<String, Sheet>,
}

impl Workbook {
    /// The sheet of that name, whatever the letters' case.
    pub(super) fn sheet(&self, name: &str) -> Option<&Sheet> {
        if let Some(sheet) = self.sheets.get(name) {
            return Some(sheet);
        }
        let wanted = name.trim().to_lowercase();
        let mut sheets = self.sheets.iter();
        let found = sheets.find(|(name, _)| name.trim().to_lowercase() == wanted);
        found.map(|(_, sheet)| sheet)
    }
}
