//! Texts of others as a person may be shown them.

/// A text in which nothing is left that a terminal would obey, or that would hide or turn around what
/// stands beside it. Ends of lines become blanks: a text that must have several is cleaned line by
/// line.
#[must_use]
pub fn plain(text: &str) -> String {
    let clean = |letter: char| match letter {
        '\u{2028}' | '\u{2029}' => ' ',
        letter if letter.is_control() && letter.is_whitespace() => ' ',
        letter if is_hidden(letter) => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(clean).collect()
}

/// Controls, and marks that hide or turn the direction of what stands beside them. The two joiners
/// that many scripts are written with are none of them.
#[must_use]
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_steer() {
        assert_eq!(plain("a\nb\tc\u{2029}d"), "a b c d");
        assert_eq!(plain("\u{1b}[31mred\u{7}"), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(
            plain("x\u{202e}y\u{9b}\u{e0041}"),
            "x\u{fffd}y\u{fffd}\u{fffd}"
        );
        for innocent in ["Größe – 数", "می\u{200c}خواهم", "👩\u{200d}🔬"] {
            assert_eq!(plain(innocent), innocent);
        }
    }
}
