//! Open Document Format (version 1.3, part 3, section 9): only what a form asks for.

use std::collections::BTreeSet;

use super::SpreadsheetError;
use super::layout::Layout;
use super::package::Package;
use super::workbook::{Area, Cell, Sheet, Workbook};
use super::xml::{Element, Step, Walk};

/// What the part `mimetype` begins with.
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// Blanks that are kept of a run of them, however long it says to be.
const MAX_BLANKS: u32 = 100;

/// Reads the sheets that the layout names.
pub(super) fn open(
    package: &mut Package<'_>,
    layout: &Layout<'_>,
) -> Result<Workbook, SpreadsheetError> {
    let mimetype = package.needed("mimetype")?;
    if !mimetype.starts_with(MIMETYPE) {
        return Err(SpreadsheetError::NotASpreadsheet("ods"));
    }
    let manifest = package.part("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(SpreadsheetError::Locked);
    }
    let text = package.needed("content.xml")?;
    let mut reader = Reader {
        walk: Walk::new("content.xml", &text),
    };
    let mut workbook = Workbook::default();
    // Sheets are hidden by their styles, which come before them.
    let (mut style, mut hiding) = (None, BTreeSet::new());
    while let Some(step) = reader.walk.step()? {
        let Step::Start(element) = step else { continue };
        match element.name() {
            "style" => style = element.get("name"),
            "table-properties" if element.get("display").as_deref() == Some("false") => {
                hiding.extend(style.take());
            }
            "table" => {
                let name = element.get("name").unwrap_or_default();
                let styled = element.get("style-name");
                if let Some(extent) = layout.extent(&name) {
                    let mut sheet = reader.sheet(extent)?;
                    sheet.hidden = styled.is_some_and(|style| hiding.contains(&style));
                    workbook.sheets.insert(name.clone(), sheet);
                } else {
                    reader.walk.skip()?;
                }
                workbook.names.push(name);
            }
            _ => {}
        }
    }
    Ok(workbook)
}

struct Reader<'a> {
    walk: Walk<'a>,
}

impl Reader<'_> {
    /// Reads to the end of a table.
    fn sheet(&mut self, extent: (u32, u32)) -> Result<Sheet, SpreadsheetError> {
        let outside = self.walk.depth().saturating_sub(1);
        let mut sheet = Sheet::default();
        let (mut row, mut column) = (0_u32, 0_u32);
        while self.walk.depth() > outside {
            let Some(step) = self.walk.step()? else { break };
            let Step::Start(element) = step else { continue };
            match element.name() {
                "table-column" => {
                    let next = column.saturating_add(element.count("number-columns-repeated"));
                    if is_hidden(&element) && column <= extent.1 {
                        sheet.hidden_columns.add(column, next.saturating_sub(1))?;
                    }
                    column = next;
                }
                "table-row" => {
                    let next = row.saturating_add(element.count("number-rows-repeated"));
                    let last = next.saturating_sub(1);
                    if is_hidden(&element) && row <= extent.0 {
                        sheet.hidden_rows.add(row, last)?;
                    }
                    self.row(&mut sheet, (row, last.min(extent.0)), extent.1)?;
                    row = next;
                }
                // Groups and headers of rows and columns have rows and columns in them.
                "table-row-group"
                | "table-rows"
                | "table-header-rows"
                | "table-column-group"
                | "table-columns"
                | "table-header-columns" => {}
                _ => self.walk.skip()?,
            }
        }
        Ok(sheet)
    }

    /// Reads to the end of a row, which stands for all rows from the first to the last.
    fn row(
        &mut self,
        sheet: &mut Sheet,
        (first, last): (u32, u32),
        last_column: u32,
    ) -> Result<(), SpreadsheetError> {
        let outside = self.walk.depth().saturating_sub(1);
        let mut column = 0_u32;
        while self.walk.depth() > outside {
            let Some(step) = self.walk.step()? else { break };
            let Step::Start(element) = step else { continue };
            let repeated = element.count("number-columns-repeated");
            let next = column.saturating_add(repeated);
            match element.name() {
                "table-cell" => {
                    let spans = (
                        element.count("number-rows-spanned"),
                        element.count("number-columns-spanned"),
                    );
                    let cell = self.cell(&element)?;
                    let end = next.saturating_sub(1).min(last_column);
                    // A blank one may stand for very many, and for nothing to look at.
                    let counts = cell.is_some() || spans != (1, 1);
                    for row in first..=last {
                        if !counts {
                            break;
                        }
                        for column in column..=end {
                            if spans != (1, 1) {
                                sheet.merge(spanned(row, column, spans))?;
                            }
                            if let Some(cell) = &cell {
                                sheet.put((row, column), cell.clone())?;
                            }
                        }
                    }
                }
                // What a merged cell covers is not seen.
                _ => self.walk.skip()?,
            }
            column = next;
        }
        Ok(())
    }

    /// Reads to the end of a cell.
    fn cell(&mut self, element: &Element<'_>) -> Result<Option<Cell>, SpreadsheetError> {
        let kind = element.attribute(Some("office"), "value-type");
        let kind = kind.or_else(|| element.get("value-type"));
        let error = element.attribute(Some("calcext"), "value-type").as_deref() == Some("error");
        let value = element.get("value");
        let formula = element.get("formula").is_some();
        let string = element.get("string-value");
        let shown = self.paragraphs()?;
        if error {
            return Ok(Some(Cell::Error(shown)));
        }
        Ok(match kind.as_deref() {
            Some("float" | "percentage" | "currency") => {
                let value = value.unwrap_or_default();
                let number = value.trim().parse();
                Some(number.map_or_else(|_| Cell::text(&value), Cell::Number))
            }
            Some("date" | "time") => Some(Cell::Date),
            Some("boolean") => {
                let value = element.get("boolean-value");
                Some(Cell::Boolean(value.as_deref() == Some("true")))
            }
            Some(_) => Some(Cell::text(&string.unwrap_or(shown))),
            None if formula => Some(Cell::Uncalculated),
            None => (!shown.is_empty()).then(|| Cell::text(&shown)),
        })
    }

    /// The paragraphs of a cell, without comments and pictures.
    fn paragraphs(&mut self) -> Result<String, SpreadsheetError> {
        let outside = self.walk.depth().saturating_sub(1);
        let mut lines: Vec<String> = Vec::new();
        while self.walk.depth() > outside {
            let Some(step) = self.walk.step()? else { break };
            let Step::Start(element) = step else { continue };
            if element.name() == "p" {
                lines.push(self.paragraph()?);
            } else {
                self.walk.skip()?;
            }
        }
        Ok(lines.join("\n"))
    }

    fn paragraph(&mut self) -> Result<String, SpreadsheetError> {
        let outside = self.walk.depth().saturating_sub(1);
        let mut text = String::new();
        while self.walk.depth() > outside {
            match self.walk.step()? {
                Some(Step::Text(more)) => text.push_str(&more),
                Some(Step::Start(element)) => match element.name() {
                    "s" => {
                        let blanks = element.count("c").min(MAX_BLANKS);
                        text.extend((0..blanks).map(|_| ' '));
                    }
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    "annotation" | "frame" => self.walk.skip()?,
                    _ => {}
                },
                Some(Step::End(_)) => {}
                None => break,
            }
        }
        Ok(text)
    }
}

fn is_hidden(element: &Element<'_>) -> bool {
    let visibility = element.get("visibility");
    matches!(visibility.as_deref(), Some("collapse" | "filter"))
}

fn spanned(row: u32, column: u32, (rows, columns): (u32, u32)) -> Area {
    Area {
        first: (row, column),
        last: (
            row.saturating_add(rows.saturating_sub(1)),
            column.saturating_add(columns.saturating_sub(1)),
        ),
    }
}
