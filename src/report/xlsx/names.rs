//! Names of sheets: at most 31 units of UTF-16, none of `[]:*?/\`, no apostrophe at an end, and no
//! two that differ in nothing but capitals.

use std::collections::BTreeSet;

use super::plain;

/// Longest name, in units of UTF-16.
const MAX_NAME: usize = 31;

/// A name that spreadsheet programs keep for themselves.
const RESERVED: &str = "history";

/// The names that are taken, without capitals.
#[derive(Debug)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    pub(super) fn new() -> Self {
        Self(BTreeSet::from([RESERVED.to_owned()]))
    }

    /// A name for a sheet that is about `title`.
    pub(super) fn next(&mut self, title: &str) -> String {
        let title = plain(title).replace(['[', ']', ':', '*', '?', '/', '\\'], "_");
        let mut number = 1_u32;
        loop {
            let suffix = if number == 1 {
                String::new()
            } else {
                format!(" ({number})")
            };
            let name = fitted(&title, MAX_NAME.saturating_sub(suffix.len())) + &suffix;
            if self.0.insert(name.to_lowercase()) {
                return name;
            }
            number = number.saturating_add(1);
        }
    }
}

/// As much of a title as fits, with something in it.
fn fitted(title: &str, units: usize) -> String {
    let mut name = String::new();
    let mut taken = 0_usize;
    for c in title.trim_start_matches(['\'', ' ']).chars() {
        taken = taken.saturating_add(c.len_utf16());
        if taken > units {
            break;
        }
        name.push(c);
    }
    let name = name.trim_end_matches(['\'', ' ']);
    if name.is_empty() {
        "Group".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::utility::check_sheet_name;

    use super::*;

    #[test]
    fn names_are_legal_and_unique() {
        let long = "😀x".repeat(20);
        let titles = [
            "Tech",
            "TECH",
            "tech",
            "a/b",
            "a:b",
            "''",
            "'quoted'",
            "",
            " ",
            "History",
            &long,
            &long,
            "\u{1b}[0m",
            "[]:*?/\\",
        ];
        let mut names = Names::new();
        let mut seen = BTreeSet::new();
        for title in titles {
            let name = names.next(title);
            check_sheet_name(&name).unwrap();
            assert!(seen.insert(name.to_lowercase()), "{name}");
        }
        assert!(seen.contains("tech (3)"));
        assert!(!seen.contains("history"));
    }
}
