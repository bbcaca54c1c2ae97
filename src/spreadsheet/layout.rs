//! Where everything stands: the one description that reading and writing share.

use std::collections::{BTreeMap, BTreeSet};

use super::SpreadsheetError;
use super::workbook::Area;
use crate::form::{AnswerType, Form, FormError, SheetMapping, Table, parse_address};

/// The sheet of cohorts and questions.
pub const QUESTIONS: &str = "Questions";

/// The sheet with the version of the form.
pub const MARK: &str = "web-mpc";

/// Where the version stands, as row and column.
pub(super) const VERSION: (u32, u32) = (0, 1);

/// Rows and columns of a sheet.
const SHEET: (u32, u32) = (1_048_576, 16_384);

/// Longest name of a sheet, in units of UTF-16, as a program counts.
const MAX_NAME: usize = 31;

/// A text that must stand in a cell, or in the first of several merged ones.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) text: &'a str,
    pub(super) area: Area,
}

/// A table on its sheet.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    pub(super) table: &'a Table,
    /// Which sheet of [`Layout::sheets`].
    pub(super) sheet: usize,
    /// Its cells with numbers.
    pub(super) cells: Area,
    /// Rows of headers above them.
    pub(super) depth: u32,
    pub(super) headers: Vec<Header<'a>>,
}

/// What stands beside a text on the sheet of questions.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    /// The only answer, to the cohort of that index.
    Cohort(usize),
    /// The only answer, to the question of that index.
    Question(usize),
    /// Nothing: the options of this question follow, one in each row.
    Options(usize),
    /// `yes` or nothing: to the question of the first index, whether its option of the second holds.
    Option(usize, usize),
}

/// A row of the sheet of questions.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) text: &'a str,
    pub(super) asked: Asked,
}

/// A form on its sheets.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    /// Names: those of the tables, then that of the questions if there are any.
    pub(super) sheets: Vec<String>,
    pub(super) tables: Vec<Placed<'a>>,
    /// From the second row on.
    pub(super) rows: Vec<Row<'a>>,
}

/// Where each table stands in a spreadsheet: where its form says, or on a sheet that has its title,
/// with a row for the title and room for the headers.
#[must_use]
pub fn mappings(form: &Form) -> Vec<SheetMapping> {
    let said = form.tables.iter().filter_map(|table| {
        let mapping = table.spreadsheet.as_ref()?;
        Some(mapping.sheet.trim().to_lowercase())
    });
    let mut taken: BTreeSet<String> = said.collect();
    // Names that spreadsheet programs or this module keep for themselves.
    taken.extend(["history", "questions", MARK].map(str::to_owned));
    // The next number of each title: with many tables of one title, none tries those before again.
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mappings = form.tables.iter().map(|table| {
        if let Some(mapping) = &table.spreadsheet {
            return mapping.clone();
        }
        let number = numbers.entry(&table.title).or_insert(1);
        let sheet = fresh_name(&table.title, number, &taken);
        taken.insert(sheet.to_lowercase());
        SheetMapping {
            sheet,
            first_cell: address(depth(table).saturating_add(1), 1),
        }
    });
    mappings.collect()
}

/// A legal name for a sheet that nothing else has; `number` is the first that may be free.
fn fresh_name(title: &str, number: &mut usize, taken: &BTreeSet<String>) -> String {
    let legal: String = title
        .chars()
        .map(|letter| match letter {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '-',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect();
    let legal = legal.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = |ending: &str| {
        let room = MAX_NAME.saturating_sub(ending.len());
        let mut units = 0;
        let start: String = legal
            .chars()
            .take_while(|letter| {
                units += letter.len_utf16();
                units <= room
            })
            .collect();
        let start = start.trim().trim_matches('\'').trim();
        let start = if start.is_empty() { "Table" } else { start };
        format!("{start}{ending}")
    };
    loop {
        let name = match *number {
            1 => cut(""),
            number => cut(&format!(" {number}")),
        };
        *number = number.saturating_add(1);
        if !taken.contains(&name.to_lowercase()) {
            return name;
        }
    }
}

/// Rows of column headers.
pub(super) fn depth(table: &Table) -> u32 {
    let paths = table.column_paths();
    let depth = paths.iter().map(Vec::len).max().unwrap_or_default();
    u32::try_from(depth).unwrap_or(u32::MAX)
}

/// Such as `C5`, for a row and a column from 0.
pub(super) fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A'.saturating_add(letter)));
        rest = (rest - 1) / 26;
    }
    let column: String = letters.iter().rev().collect();
    format!("{column}{}", u64::from(row) + 1)
}

impl<'a> Layout<'a> {
    pub(super) fn of(form: &'a Form) -> Result<Self, SpreadsheetError> {
        let mut layout = Self {
            sheets: Vec::new(),
            tables: Vec::new(),
            rows: rows(form),
        };
        let mut errors = Vec::new();
        let pairs = form.tables.iter().zip(mappings(form));
        for (index, (table, mapping)) in pairs.enumerate() {
            let problem = match layout.place(table, &mapping) {
                Ok(placed) => {
                    layout.tables.push(placed);
                    continue;
                }
                Err(problem) => problem,
            };
            errors.push(FormError {
                place: format!("/tables/{index}/spreadsheet"),
                problem,
            });
        }
        if !layout.rows.is_empty() {
            layout.sheets.push(QUESTIONS.to_owned());
        }
        if errors.is_empty() {
            Ok(layout)
        } else {
            Err(SpreadsheetError::Form(errors))
        }
    }

    fn place(&mut self, table: &'a Table, mapping: &SheetMapping) -> Result<Placed<'a>, String> {
        let name = mapping.sheet.trim();
        let lower = name.to_lowercase();
        if lower == MARK || (lower == QUESTIONS.to_lowercase() && !self.rows.is_empty()) {
            return Err(format!(
                "the name {name} is kept: choose another for the sheet"
            ));
        }
        let sheet = self.sheet(name).unwrap_or(self.sheets.len());
        let Some((column, row)) = parse_address(&mapping.first_cell) else {
            return Err("first_cell must be the address of a cell such as B3".to_owned());
        };
        let mut placed = place_at(table, row, column)?;
        placed.sheet = sheet;
        let own = placed.whole();
        let mut others = self.tables.iter().filter(|other| other.sheet == sheet);
        if let Some(other) = others.find(|other| other.whole().meets(own)) {
            return Err(format!(
                "overlaps the table {} with its headers",
                other.table.id
            ));
        }
        if sheet == self.sheets.len() {
            self.sheets.push(name.to_owned());
        }
        Ok(placed)
    }

    /// The index of a sheet, whatever the letters' case.
    pub(super) fn sheet(&self, name: &str) -> Option<usize> {
        let wanted = name.trim().to_lowercase();
        let mut sheets = self.sheets.iter();
        sheets.position(|sheet| sheet.to_lowercase() == wanted)
    }

    /// The last row and column that matter on a sheet.
    pub(super) fn extent(&self, name: &str) -> Option<(u32, u32)> {
        if name.trim().to_lowercase() == MARK {
            return Some(VERSION);
        }
        let sheet = self.sheet(name)?;
        if Some(sheet) == self.questions() {
            let last = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            return Some((last, 1));
        }
        let tables = self.tables.iter().filter(|table| table.sheet == sheet);
        tables.fold(None, |most, placed| {
            let (row, column) = most.unwrap_or_default();
            let (last_row, last_column) = placed.cells.last;
            Some((last_row.max(row), last_column.max(column)))
        })
    }

    /// The index of the sheet of questions.
    pub(super) fn questions(&self) -> Option<usize> {
        if self.rows.is_empty() {
            None
        } else {
            self.sheets.len().checked_sub(1)
        }
    }
}

impl Placed<'_> {
    /// Cells and headers.
    pub(super) fn whole(&self) -> Area {
        let (row, column) = self.cells.first;
        Area {
            first: (row.saturating_sub(self.depth), column.saturating_sub(1)),
            last: self.cells.last,
        }
    }

    /// Row and column of a cell, by its place in the table.
    pub(super) fn cell(&self, place: usize) -> (u32, u32) {
        let (row, column) = self.cells.first;
        let width = self.cells.last.1.saturating_sub(column).saturating_add(1);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        (
            row.saturating_add(place.checked_div(width).unwrap_or_default()),
            column.saturating_add(place.checked_rem(width).unwrap_or_default()),
        )
    }
}

/// A table whose first number stands there.
pub(super) fn place_at(table: &Table, row: u32, column: u32) -> Result<Placed<'_>, String> {
    let (rows, columns) = table.shape();
    let depth = depth(table);
    if row < depth || column == 0 {
        return Err(format!(
            "first_cell must be {} or further: headers stand above it and to its left",
            address(depth, 1)
        ));
    }
    let last = |first: u32, count: usize, limit: u32| {
        let count = u32::try_from(count).ok()?.checked_sub(1)?;
        first.checked_add(count).filter(|last| *last < limit)
    };
    let (Some(last_row), Some(last_column)) =
        (last(row, rows, SHEET.0), last(column, columns, SHEET.1))
    else {
        return Err("the table does not fit on the sheet from first_cell on".to_owned());
    };
    let mut headers = column_headers(table, row, column, depth);
    for (index, text) in table.rows.iter().enumerate() {
        let row = row.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        headers.push(Header {
            text,
            area: Area::cell(row, column - 1),
        });
    }
    Ok(Placed {
        table,
        sheet: 0,
        cells: Area {
            first: (row, column),
            last: (last_row, last_column),
        },
        depth,
        headers,
    })
}

/// A header stands above all columns that it is for; one without further headers below it reaches
/// down to the cells.
fn column_headers(table: &Table, row: u32, column: u32, depth: u32) -> Vec<Header<'_>> {
    fn walk<'a>(
        columns: &'a [crate::form::Column],
        top: u32,
        cells: u32,
        next: &mut u32,
        headers: &mut Vec<Header<'a>>,
    ) {
        for column in columns {
            let (at, first) = (headers.len(), *next);
            if column.columns.is_empty() {
                *next = next.saturating_add(1);
            } else {
                walk(&column.columns, top.saturating_add(1), cells, next, headers);
            }
            let bottom = if column.columns.is_empty() {
                cells.saturating_sub(1)
            } else {
                top
            };
            let area = Area {
                first: (top, first),
                last: (bottom, next.saturating_sub(1)),
            };
            let text = &column.title;
            headers.insert(at, Header { text, area });
        }
    }
    let mut headers = Vec::new();
    let mut next = column;
    walk(&table.columns, row - depth, row, &mut next, &mut headers);
    headers
}

/// The rows of the sheet of questions.
fn rows(form: &Form) -> Vec<Row<'_>> {
    let cohorts = form
        .cohorts
        .iter()
        .enumerate()
        .map(|(index, dimension)| Row {
            text: &dimension.title,
            asked: Asked::Cohort(index),
        });
    let mut rows: Vec<Row<'_>> = cohorts.collect();
    for (index, question) in form.questions.iter().enumerate() {
        let text = &question.text;
        let AnswerType::Choices(choice) = &question.answer else {
            let asked = Asked::Question(index);
            rows.push(Row { text, asked });
            continue;
        };
        let asked = Asked::Options(index);
        rows.push(Row { text, asked });
        rows.extend(choice.options.iter().enumerate().map(|(place, text)| Row {
            text,
            asked: Asked::Option(index, place),
        }));
    }
    rows
}
