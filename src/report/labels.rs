//! What is said beside the figures: titles without what could harm, names of groups and sections,
//! numbers for people.

use crate::form::report::{Group, Section};
use crate::text;

/// What stands where there is no figure.
pub(super) const NONE: &str = "–";

/// A text in one line, as a person may be shown it.
pub(super) fn plain(text: &str) -> String {
    text::plain(text.trim())
}

/// A text of several lines, each of them plain.
pub(super) fn plain_lines(text: &str) -> impl Iterator<Item = String> {
    text.trim().lines().map(plain)
}

/// What a group is called.
pub(super) fn group_title(group: &Group) -> String {
    let parts = group.of.iter();
    let parts: Vec<String> = parts
        .map(|(dimension, option)| format!("{}: {}", plain(dimension), plain(option)))
        .collect();
    if parts.is_empty() {
        return "All parties".to_owned();
    }
    let title = parts.join(", ");
    let included: Vec<String> = group
        .includes
        .iter()
        .map(|(_, option)| plain(option))
        .collect();
    if included.is_empty() {
        title
    } else {
        format!("{title} (with {})", included.join(", "))
    }
}

/// `1 party`, `12 parties`.
pub(super) fn parties(count: u64) -> String {
    if count == 1 {
        "1 party".to_owned()
    } else {
        format!("{} parties", grouped(&count.to_string()))
    }
}

/// What the figures of a section are, with their unit.
pub(super) fn figures_title(section: &Section) -> String {
    let figures = section.figures.title();
    if section.unit.is_empty() {
        figures.to_owned()
    } else {
        format!("{figures} ({})", plain(&section.unit))
    }
}

/// Title and figures of a section.
pub(super) fn section_title(section: &Section) -> String {
    format!("{}: {}", plain(&section.title), figures_title(section))
}

/// Headers of a column in one line.
pub(super) fn path(headers: &[String]) -> String {
    let headers: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    headers.join(" / ")
}

/// Sign, digits before and behind the point of a decimal number; nothing for another text.
pub(super) fn digits(number: &str) -> Option<(&str, &str, &str)> {
    let unsigned = number.strip_prefix('-').unwrap_or(number);
    let sign = number.strip_suffix(unsigned).unwrap_or_default();
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let pointed = whole.len() != unsigned.len();
    let fits = !whole.is_empty() && all_digits(whole) && all_digits(fraction);
    (fits && pointed != fraction.is_empty()).then_some((sign, whole, fraction))
}

/// A decimal number with commas between thousands.
pub(super) fn grouped(number: &str) -> String {
    let Some((sign, whole, fraction)) = digits(number) else {
        return plain(number);
    };
    let mut text = sign.to_owned();
    for (at, digit) in whole.char_indices() {
        if at > 0 && whole.len().abs_diff(at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.8901", "-1,234,567.8901"),
            ("-123.4", "-123.4"),
            ("1.", "1."),
            ("n/a", "n/a"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }
}
