//! What to write to the people who are invited: a text with placeholders such as `{link}`.

use std::fmt::Write;

/// Longest template, in bytes: a letter of many pages.
pub const MAX_TEMPLATE: usize = 64_000;

/// What may stand in braces, and what is put there; nothing where there is no such thing.
pub const PLACEHOLDERS: [(&str, &str); 9] = [
    ("link", "the person's own link"),
    ("label", "the party's label"),
    ("email", "its e-mail address"),
    ("number", "the number of its invitation"),
    ("computation", "the computation's name"),
    ("round", "its round"),
    ("words", "the words of its fingerprint"),
    ("expires", "until when the link may be used first"),
    ("command", "the command that submits"),
];

/// The message where none is given.
pub const STANDARD: &str = "\
You are asked to take part in {computation} (round {round}).

Your data is split in two and sealed on your own machine. Neither the server nor the analyst can \
read it alone; what comes out are totals over the parties.

Your own link, which is not to be passed on:

{link}

On a terminal:

{command}

The words of this round are: {words}. The page that the link opens shows them before anything is sent.
";

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The place of one of [`PLACEHOLDERS`].
    Placeholder(usize),
}

/// Why a text is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// More bytes than are read.
    #[error("has more than {MAX_TEMPLATE} bytes")]
    TooLarge,
    /// A message without the link is of no use.
    #[error("does not say {{link}}, without which nobody can take part")]
    NoLink,
    /// Braces around something else.
    #[error(
        "line {line}, column {column}: there is no {{{name}}}, only {}; write {{{{ for a brace",
        known()
    )]
    Unknown {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What stands in the braces.
        name: String,
    },
    /// A brace without its other half.
    #[error(
        "line {line}, column {column}: a brace without its other half; write it twice for a brace"
    )]
    Brace {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
}

fn known() -> String {
    let names: Vec<String> = PLACEHOLDERS
        .iter()
        .map(|(name, _)| format!("{{{name}}}"))
        .collect();
    names.join(", ")
}

impl Template {
    /// Reads a text.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > MAX_TEMPLATE {
            return Err(TemplateError::TooLarge);
        }
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at_checked(at).unwrap_or((rest, ""));
            plain.push_str(before);
            let doubled = ["{{", "}}"].into_iter().find(|two| brace.starts_with(two));
            if let Some(after) = doubled.and_then(|two| brace.strip_prefix(two)) {
                plain.push_str(doubled.and_then(|two| two.get(..1)).unwrap_or_default());
                rest = after;
                continue;
            }
            let (line, column) = place(text, brace);
            let inside = brace
                .strip_prefix('{')
                .and_then(|rest| rest.split_once('}'));
            let named = inside.filter(|(name, _)| !name.contains(['{', '\n']));
            let Some((name, after)) = named else {
                return Err(TemplateError::Brace { line, column });
            };
            let mut placeholders = PLACEHOLDERS.iter();
            let Some(known) = placeholders.position(|(each, _)| *each == name) else {
                let name = name.chars().take(40).collect();
                return Err(TemplateError::Unknown { line, column, name });
            };
            parts.push(Part::Text(std::mem::take(&mut plain)));
            parts.push(Part::Placeholder(known));
            rest = after;
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        if parts.contains(&Part::Placeholder(0)) {
            Ok(Self(parts))
        } else {
            Err(TemplateError::NoLink)
        }
    }

    /// Whether the text has a placeholder, by its name.
    #[must_use]
    pub fn says(&self, name: &str) -> bool {
        let at = PLACEHOLDERS.iter().position(|(each, _)| *each == name);
        at.is_some_and(|at| self.0.contains(&Part::Placeholder(at)))
    }

    /// The text for one person; `value` gives what a placeholder stands for, by its name.
    pub fn fill(&self, value: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        for part in &self.0 {
            let written = match part {
                Part::Text(plain) => text.write_str(plain),
                Part::Placeholder(at) => {
                    let name = PLACEHOLDERS.get(*at).map_or("", |(name, _)| name);
                    text.write_str(&value(name))
                }
            };
            // Writing to a text does not fail.
            if written.is_err() {
                text.clear();
            }
        }
        text
    }
}

/// Line and column of the start of `rest`, which is the end of `text`.
fn place(text: &str, rest: &str) -> (usize, usize) {
    let at = text.len().saturating_sub(rest.len());
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (
        before.matches('\n').count().saturating_add(1),
        line.chars().count().saturating_add(1),
    )
}
