//! Which cells of an `.xlsx` show their number as a date.

use std::collections::BTreeSet;

use super::SpreadsheetError;
use super::package::Package;
use super::xml::{Step, Walk};

/// The indexes of the cell styles that show a number as a date or a time.
pub(super) fn date_styles(
    package: &mut Package<'_>,
    path: &str,
) -> Result<BTreeSet<usize>, SpreadsheetError> {
    let text = package.needed(path)?;
    let mut walk = Walk::new(path, &text);
    let (mut formats, mut styles) = (BTreeSet::new(), BTreeSet::new());
    // What the standard fixes, and what East Asian versions add.
    formats.extend((14..=22).chain(27..=36).chain(45..=47).chain(50..=58));
    let mut next = None;
    while let Some(step) = walk.step()? {
        match step {
            Step::Start(element) if element.name() == "numFmt" => {
                let id = element.get("numFmtId").and_then(|id| id.parse().ok());
                let code = element.get("formatCode").unwrap_or_default();
                if let Some(id) = id {
                    if shows_date(&code) {
                        formats.insert(id);
                    } else {
                        formats.remove(&id);
                    }
                }
            }
            Step::Start(element) if element.name() == "cellXfs" => next = Some(0),
            Step::End(name) if name == "cellXfs" => next = None,
            Step::Start(element) if element.name() == "xf" => {
                let Some(index) = next else { continue };
                next = Some(index + 1);
                let id: Option<u32> = element.get("numFmtId").and_then(|id| id.parse().ok());
                if id.is_some_and(|id| formats.contains(&id)) {
                    styles.insert(index);
                }
            }
            _ => {}
        }
    }
    Ok(styles)
}

/// Whether a number format has a day, month, year, hour, minute or second outside quotes.
fn shows_date(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                letters.by_ref().take_while(|letter| *letter != '"').last();
            }
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => {
                // A colour, a locale, a condition, or hours beyond a day.
                let inside: String = letters
                    .by_ref()
                    .take_while(|letter| *letter != ']')
                    .collect();
                if !inside.is_empty() && inside.chars().all(|letter| "hHmMsS".contains(letter)) {
                    return true;
                }
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_known_by_their_format() {
        for code in [
            "dd/mm/yyyy",
            "[h]:mm",
            "[$-409]d mmm",
            "yyyy\"y\"",
            "h AM/PM",
        ] {
            assert!(shows_date(code), "{code}");
        }
        for code in [
            "General",
            "0.00",
            "[Red]0;[Blue]-0",
            "0\" days\"",
            "0\\d",
            "#,##0_d",
            "0E+0",
        ] {
            assert!(!shows_date(code), "{code}");
        }
    }
}
