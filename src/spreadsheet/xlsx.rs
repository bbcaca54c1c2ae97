//! Office Open XML (ECMA-376, part 1, section 18): only what a form asks for.
//!
//! Read here and not with a general library, because those take a file at its word: they reserve
//! memory for counts that it claims, loop on parts that end too early, and do not tell which rows are
//! hidden.

use std::collections::{BTreeMap, BTreeSet};

use super::SpreadsheetError;
use super::dates::date_styles;
use super::layout::Layout;
use super::package::Package;
use super::workbook::{Area, Cell, Sheet, Workbook};
use super::xml::{Element, Step, Walk};
use crate::form::parse_address;

/// Most texts that cells share.
const MAX_STRINGS: usize = 1_000_000;

/// A part's relations to others: their kind and path, by id.
type Relations = BTreeMap<String, (String, String)>;

/// Reads the sheets that the layout names.
pub(super) fn open(
    package: &mut Package<'_>,
    layout: &Layout<'_>,
) -> Result<Workbook, SpreadsheetError> {
    let top = relations(package, "")?;
    let main = target(&top, "officeDocument").unwrap_or_else(|| "xl/workbook.xml".to_owned());
    if !package.has("[Content_Types].xml") && !package.has(&main) {
        return Err(SpreadsheetError::NotASpreadsheet("xlsx"));
    }
    let related = relations(package, &main)?;
    let text = package.needed(&main)?;
    let mut workbook = Workbook::default();
    let mut wanted = Vec::new();
    let mut walk = Walk::new(&main, &text);
    while let Some(step) = walk.step()? {
        let Step::Start(element) = step else { continue };
        if element.name() != "sheet" {
            continue;
        }
        let name = element.get("name").unwrap_or_default();
        let id = element.attribute(Some("r"), "id");
        // The prefix of the namespace is by custom only.
        let id = id.or_else(|| element.get("id")).unwrap_or_default();
        let path = related.get(&id).map(|(_, path)| path.clone());
        let state = element.get("state");
        let hidden = matches!(state.as_deref(), Some("hidden" | "veryHidden"));
        if let (Some(extent), Some(path)) = (layout.extent(&name), path) {
            wanted.push((name.clone(), path, extent, hidden));
        }
        workbook.names.push(name);
    }
    let shared = match target(&related, "sharedStrings") {
        Some(path) => strings(package, &path)?,
        None => Vec::new(),
    };
    let dates = match target(&related, "styles") {
        Some(path) => date_styles(package, &path)?,
        None => BTreeSet::new(),
    };
    for (name, path, extent, hidden) in wanted {
        let text = package.needed(&path)?;
        let mut reader = SheetReader {
            walk: Walk::new(&path, &text),
            shared: &shared,
            dates: &dates,
            extent,
            sheet: Sheet {
                hidden,
                ..Sheet::default()
            },
        };
        reader.read()?;
        workbook.sheets.insert(name, reader.sheet);
    }
    Ok(workbook)
}

/// The path of the part with a relation of that kind.
fn target(relations: &Relations, kind: &str) -> Option<String> {
    let mut found = relations.values();
    let found = found.find(|(other, _)| other.rsplit('/').next() == Some(kind));
    found.map(|(_, path)| path.clone())
}

/// The relations of a part, or of the whole package for no name.
fn relations(package: &mut Package<'_>, part: &str) -> Result<Relations, SpreadsheetError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let path = join(folder, &format!("_rels/{name}.rels"));
    let mut relations = Relations::new();
    let Some(text) = package.part(&path)? else {
        return Ok(relations);
    };
    let mut walk = Walk::new(&path, &text);
    while let Some(step) = walk.step()? {
        let Step::Start(element) = step else { continue };
        if element.name() != "Relationship" {
            continue;
        }
        if let (Some(id), Some(kind), Some(target)) = (
            element.get("Id"),
            element.get("Type"),
            element.get("Target"),
        ) {
            relations.insert(id, (kind, join(folder, &target)));
        }
    }
    Ok(relations)
}

/// A path as seen from a folder.
fn join(folder: &str, path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut steps: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for step in path.split('/') {
        if step == ".." {
            steps.pop();
        } else if step != "." {
            steps.push(step);
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}

/// The texts that cells refer to by number.
fn strings(package: &mut Package<'_>, path: &str) -> Result<Vec<String>, SpreadsheetError> {
    let text = package.needed(path)?;
    let mut walk = Walk::new(path, &text);
    let mut strings = Vec::new();
    while let Some(step) = walk.step()? {
        let Step::Start(element) = step else { continue };
        if element.name() == "si" {
            if strings.len() >= MAX_STRINGS {
                return Err(SpreadsheetError::TooManyCells);
            }
            strings.push(rich_text(&mut walk)?);
        }
    }
    Ok(strings)
}

/// The text of an element that began: all `t` in it but those that say how to pronounce it.
fn rich_text(walk: &mut Walk<'_>) -> Result<String, SpreadsheetError> {
    let outside = walk.depth().saturating_sub(1);
    let mut text = String::new();
    let mut inside = false;
    while walk.depth() > outside {
        match walk.step()? {
            Some(Step::Start(element)) if element.name() == "rPh" => walk.skip()?,
            Some(Step::Start(element)) => inside = element.name() == "t",
            Some(Step::End(_)) => inside = false,
            Some(Step::Text(more)) if inside => text.push_str(&more),
            Some(Step::Text(_)) => {}
            None => break,
        }
    }
    Ok(unescape(&text))
}

/// `_x000D_` stands for the character of that number.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        plain.push_str(before);
        let letter = after.split_at_checked(5).and_then(|(code, after)| {
            let digits = code.strip_suffix('_')?;
            let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| all)?;
            Some((char::from_u32(code)?, after))
        });
        if let Some((letter, after)) = letter {
            plain.push(letter);
            rest = after;
        } else {
            plain.push_str("_x");
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

struct SheetReader<'a> {
    walk: Walk<'a>,
    shared: &'a [String],
    dates: &'a BTreeSet<usize>,
    /// Cells beyond are not looked at.
    extent: (u32, u32),
    sheet: Sheet,
}

impl SheetReader<'_> {
    fn read(&mut self) -> Result<(), SpreadsheetError> {
        // Where the next row and cell stand, unless they say so themselves.
        let (mut row, mut column) = (0_u32, 0_u32);
        while let Some(step) = self.walk.step()? {
            let element = match step {
                Step::Start(element) => element,
                Step::End(name) if name == "row" => {
                    row = row.saturating_add(1);
                    continue;
                }
                _ => continue,
            };
            match element.name() {
                "col" if element.says("hidden") => {
                    let (first, last) = (element.count("min") - 1, element.count("max") - 1);
                    if first <= self.extent.1 {
                        self.sheet.hidden_columns.add(first, last)?;
                    }
                }
                "row" => {
                    row = element.get("r").map_or(row, |_| element.count("r") - 1);
                    column = 0;
                    if element.says("hidden") && row <= self.extent.0 {
                        self.sheet.hidden_rows.add(row, row)?;
                    }
                }
                "c" => {
                    let said = element.get("r").and_then(|address| parse_address(&address));
                    let (at_column, at_row) = said.unwrap_or((column, row));
                    column = at_column.saturating_add(1);
                    let cell = self.cell(&element)?;
                    if at_row <= self.extent.0
                        && at_column <= self.extent.1
                        && let Some(cell) = cell
                    {
                        self.sheet.put((at_row, at_column), cell)?;
                    }
                }
                "mergeCell" => {
                    if let Some(area) = element.get("ref").and_then(|text| area(&text)) {
                        let (row, column) = self.extent;
                        let first = (0, 0);
                        let last = (row, column);
                        if !area.is_one() && area.meets(Area { first, last }) {
                            self.sheet.merge(area)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads to the end of a cell.
    fn cell(&mut self, cell: &Element<'_>) -> Result<Option<Cell>, SpreadsheetError> {
        let kind = cell.get("t").unwrap_or_default();
        let style: Option<usize> = cell.get("s").and_then(|style| style.parse().ok());
        let outside = self.walk.depth().saturating_sub(1);
        let (mut value, mut inline, mut formula) = (None, None, false);
        while self.walk.depth() > outside {
            let Some(step) = self.walk.step()? else { break };
            let Step::Start(element) = step else { continue };
            match element.name() {
                "v" => value = Some(self.content()?),
                "is" => inline = Some(rich_text(&mut self.walk)?),
                "f" => {
                    formula = true;
                    self.walk.skip()?;
                }
                _ => self.walk.skip()?,
            }
        }
        if kind == "inlineStr" {
            return Ok(inline.as_deref().map(Cell::text));
        }
        let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
            let text = kind == "str";
            return Ok((formula && !text).then_some(Cell::Uncalculated));
        };
        Ok(Some(match kind.as_str() {
            "s" => {
                let index = value.trim().parse().ok();
                let text = index.and_then(|index: usize| self.shared.get(index));
                let missing = || SpreadsheetError::Damaged("a text is missing".to_owned());
                Cell::text(text.ok_or_else(missing)?)
            }
            "str" => Cell::text(&unescape(&value)),
            "b" => Cell::Boolean(matches!(value.trim(), "1" | "true")),
            "e" => Cell::Error(value),
            "d" => Cell::Date,
            _ => match value.trim().parse::<f64>() {
                Ok(_) if style.is_some_and(|style| self.dates.contains(&style)) => Cell::Date,
                Ok(number) => Cell::Number(number),
                Err(_) => Cell::text(&value),
            },
        }))
    }

    /// The text in an element that began.
    fn content(&mut self) -> Result<String, SpreadsheetError> {
        let outside = self.walk.depth().saturating_sub(1);
        let mut text = String::new();
        while self.walk.depth() > outside {
            match self.walk.step()? {
                Some(Step::Text(more)) => text.push_str(&more),
                Some(_) => {}
                None => break,
            }
        }
        Ok(text)
    }
}

/// Such as `B2:C3`, whatever corner comes first.
fn area(text: &str) -> Option<Area> {
    let (a, b) = text.split_once(':').unwrap_or((text, text));
    let (a, b) = (parse_address(a)?, parse_address(b)?);
    Some(Area {
        first: (a.1.min(b.1), a.0.min(b.0)),
        last: (a.1.max(b.1), a.0.max(b.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_their_folder() {
        assert_eq!(
            join("xl", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(join("xl", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(join("xl", "..\\b.xml"), "b.xml");
        assert_eq!(join("", "../../b.xml"), "b.xml");
    }

    #[test]
    fn characters_by_number_are_read() {
        assert_eq!(
            unescape("a_x0041_b_x_ _x00zz_ _x005F_x"),
            "aAb_x_ _x00zz_ _x"
        );
        assert_eq!(unescape("_x€abc"), "_x€abc");
    }

    #[test]
    fn areas_have_two_corners() {
        let expected = Area {
            first: (1, 1),
            last: (2, 2),
        };
        assert_eq!(area("B2:C3").unwrap(), expected);
        assert_eq!(area("C3:B2").unwrap(), expected);
        assert_eq!(area("nonsense"), None);
    }
}
