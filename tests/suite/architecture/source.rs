//! Reading a source without what is no code in it.

/// A file under `src`, without its tests.
pub(super) struct Source {
    /// `["store", "sqlite", "rows"]`; `["bin", "server"]`; nothing for `lib.rs`.
    pub(super) module: Vec<String>,
    /// Without comments.
    pub(super) text: String,
    /// Without comments, strings and characters.
    pub(super) code: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let module = path.trim_end_matches(".rs").split('/').map(str::to_owned);
        let module = if path == "lib.rs" {
            Vec::new()
        } else {
            module.collect()
        };
        let (text, code) = strip(text);
        Self {
            module,
            text: without_tests(&text),
            code: without_tests(&code),
        }
    }

    /// The module below the crate.
    pub(super) fn top(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    pub(super) fn name(&self) -> String {
        self.module.join("::")
    }

    /// Whether it is that module or inside it.
    pub(super) fn is_in(&self, module: &str) -> bool {
        let name = self.name();
        name == module || name.starts_with(&format!("{module}::"))
    }

    /// Top-level modules that it names, by `crate::` or by enough `super::`.
    pub(super) fn imports(&self) -> Vec<String> {
        let mut imports = Vec::new();
        for (at, _) in self.code.match_indices("crate::") {
            let before = self.code.get(..at).unwrap_or_default();
            if !before.ends_with(is_word) {
                imports.extend(first_names(self.code.get(at + 7..).unwrap_or_default()));
            }
        }
        let root = "super::".repeat(self.module.len());
        for (at, _) in self.code.match_indices(&root) {
            let rest = self.code.get(at + root.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches("super::");
            imports.extend(first_names(rest));
        }
        imports
    }

    /// Whether its code has that, as a whole word.
    pub(super) fn names(&self, what: &str) -> bool {
        self.code.match_indices(what).any(|(at, _)| {
            let before = self.code.get(..at).unwrap_or_default();
            let after = self.code.get(at + what.len()..).unwrap_or_default();
            !before.ends_with(is_word) && !after.starts_with(is_word)
        })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first names of a path or of a group of paths: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
pub(super) fn first_names(path: &str) -> Vec<String> {
    let first =
        |text: &str| -> String { text.trim().chars().take_while(|c| is_word(*c)).collect() };
    let Some(group) = path.strip_prefix('{') else {
        return vec![first(path)];
    };
    let (mut depth, mut names, mut item) = (0_usize, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => names.push(std::mem::take(&mut item)),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        item.push(c);
    }
    names.push(item);
    let names = names
        .iter()
        .map(|item| first(item.trim_start_matches([',', ' ', '\n'])));
    names.filter(|name| !name.is_empty()).collect()
}

/// A text without comments, and the same without what stands in strings and characters too.
fn strip(text: &str) -> (String, String) {
    let (mut clean, mut code) = (String::new(), String::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (skip, kept, blanked) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), "", "")
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), "", "")
        } else if let Some(len) = literal(rest) {
            (len, rest.get(..len).unwrap_or_default(), "\"\"")
        } else {
            let one = rest.get(..c.len_utf8()).unwrap_or_default();
            (c.len_utf8(), one, one)
        };
        clean.push_str(kept);
        code.push_str(blanked);
        rest = rest.get(skip..).unwrap_or_default();
    }
    (clean, code)
}

/// Length of the string or the character that a text begins with, if it does.
fn literal(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix("r#\"") {
        return Some(raw.find("\"#")? + 5);
    }
    if let Some(raw) = text.strip_prefix("r\"") {
        return Some(raw.find('"')? + 3);
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            // A lifetime, not a character.
            _ if quote == '\'' && at > 1 && !text.starts_with("'\\") => return None,
            _ => {}
        }
    }
    None
}

/// A text without the items that are for tests only.
pub(super) fn without_tests(text: &str) -> String {
    let Some((before, rest)) = text.split_once("#[cfg(test)]") else {
        return text.to_owned();
    };
    let mut depth = 0_usize;
    let end = rest.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0 && matches!(c, '}' | ';')).then_some(at + 1)
    });
    let after = end.and_then(|end| rest.get(end..)).unwrap_or_default();
    format!("{before}{}", without_tests(after))
}
