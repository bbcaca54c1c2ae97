//! What a person or a program reads: results on stdout, everything else on stderr, or with `--json`
//! one object per line on stdout.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};

use super::exit::Failure;
use crate::client::ServerUrl;
use crate::text::is_hidden;

/// Moves the cursor of a terminal one line up and empties that line.
const UP_AND_CLEAR: &str = "\x1b[1A\x1b[2K";

/// Where a program's output goes. Clones share one live line.
#[derive(Debug, Clone)]
pub(super) struct Output {
    json: bool,
    /// Hidden until there is something to show in it.
    live: Arc<ProgressBar>,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        let live = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self {
            json,
            live: Arc::new(live),
        }
    }

    /// Shows the live line from now on, where there is a terminal for it.
    fn show(&self) {
        if !self.json && self.live.is_hidden() && io::stderr().is_terminal() {
            self.live.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// A line of the result.
    pub(super) fn result(&self, line: &str) {
        if !self.json {
            self.live
                .suspend(|| write_line(&mut anstream::stdout().lock(), line));
        }
    }

    /// How many columns a result may take: those of the terminal, or enough for most tables.
    pub(super) fn width() -> usize {
        const ELSEWHERE: usize = 120;
        terminal_size::terminal_size().map_or(ELSEWHERE, |(width, _)| usize::from(width.0))
    }

    /// A line for the person beside the result.
    pub(super) fn note(&self, line: &str) {
        if !self.json {
            self.live
                .suspend(|| write_line(&mut anstream::stderr().lock(), line));
        }
    }

    /// What is asked on a terminal, whoever reads the rest.
    pub(super) fn prompt(&self, text: &str) {
        self.live
            .suspend(|| write(&mut anstream::stderr().lock(), text));
    }

    /// An event for a program: `fields` with `event` in front.
    pub(super) fn event(&self, event: &str, fields: Value) {
        if self.json {
            write_line(&mut io::stdout().lock(), &event_line(event, fields));
        }
    }

    /// Something that a person should not overlook.
    pub(super) fn warning(&self, line: &str) {
        if self.json {
            self.event("warning", json!({ "message": line }));
        } else {
            self.note(&format!("warning: {line}"));
        }
    }

    /// Says so where everybody on the way could read and change what is said to a server.
    pub(super) fn mind_exposure(&self, url: &ServerUrl) {
        if url.is_exposed() {
            self.warning(&format!(
                "the connection to {url} is not encrypted: whoever is on the way sees who submits \
                 and when, and can change what you are told; use wss:// or a tunnel"
            ));
        }
    }

    /// Why the program ends badly.
    pub(super) fn failure(&self, failure: &Failure) {
        self.live.finish_and_clear();
        if self.json {
            let Failure {
                code,
                message,
                hint,
                ..
            } = failure;
            self.event(
                "error",
                json!({ "code": code, "message": message, "hint": hint }),
            );
        } else {
            self.note(&format!("error: {}", failure.message));
            if let Some(hint) = &failure.hint {
                self.note(&format!("hint: {hint}"));
            }
        }
    }

    /// The live total: one line that changes, on a terminal only.
    pub(super) fn total(&self, parties: u64) {
        self.event("submissions", json!({ "parties": parties }));
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            self.live.set_style(style);
        }
        let plural = if parties == 1 {
            "party has"
        } else {
            "parties have"
        };
        self.live
            .set_message(format!("{parties} {plural} submitted"));
        self.show();
        self.live.enable_steady_tick(Duration::from_millis(250));
    }

    /// How many of so many have submitted: a bar that changes, on a terminal only.
    pub(super) fn collected(&self, parties: u64, of: u64) {
        self.event("submissions", json!({ "parties": parties }));
        if self.live.length() != Some(of) {
            self.live.set_length(of);
            let template = "submitted {wide_bar} {pos} of {len}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.live.set_style(style);
            }
        }
        self.live.set_position(parties);
        self.show();
    }

    /// The progress of a reveal.
    pub(super) fn progress(&self, done: u64, of: u64) {
        self.event("progress", json!({ "done": done, "of": of }));
        if self.live.length() != Some(of) {
            self.live.set_length(of);
            let template = "opening shares {wide_bar} {pos}/{len} {eta}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.live.set_style(style);
            }
        }
        self.live.set_position(done);
        self.show();
    }

    /// A line came from the keyboard: its end has moved the cursor off the live line, which would
    /// stay where it is.
    pub(super) fn entered(&self) {
        if self.is_live() && io::stdin().is_terminal() {
            self.live
                .suspend(|| write(&mut io::stderr().lock(), UP_AND_CLEAR));
        }
    }

    /// A signal came: the terminal has perhaps shown it as `^C`, and what follows goes on a line of
    /// its own. The live line is cleared anyway.
    pub(super) fn interrupted(&self) {
        if !self.json && !self.is_live() && io::stderr().is_terminal() {
            write(&mut io::stderr().lock(), "\n");
        }
    }

    /// Whether there is a live line to be seen.
    fn is_live(&self) -> bool {
        !self.live.is_hidden() && !self.live.is_finished()
    }

    /// Takes the live line away.
    pub(super) fn clear(&self) {
        self.live.finish_and_clear();
    }
}

/// `fields` with `event` in front.
fn event_line(event: &str, fields: Value) -> String {
    let mut object = Map::from_iter([("event".to_owned(), json!(event))]);
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    visible(&Value::Object(object).to_string())
}

/// A line of JSON in which nothing is left that a terminal would obey or that hides or turns what
/// stands beside it: texts of others are in it as they are. It stays the same JSON.
fn visible(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_hidden(letter) {
            // It stands in a text: JSON has none of these elsewhere, on one line.
            let mut units = [0; 2];
            let units = letter.encode_utf16(&mut units).iter();
            line.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            line.push(letter);
        }
    }
    line
}

/// Writes a line.
fn write_line(to: &mut impl Write, line: &str) {
    write(to, &format!("{line}\n"));
}

/// Writes; a reader that has gone away is no error.
fn write(to: &mut impl Write, text: &str) {
    drop(to.write_all(text.as_bytes()).and_then(|()| to.flush()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_event_comes_first() {
        assert_eq!(event_line("left", json!({})), r#"{"event":"left"}"#);
        assert_eq!(
            event_line("submissions", json!({ "parties": 1 })),
            r#"{"event":"submissions","parties":1}"#
        );
    }
    #[test]
    fn an_event_does_not_steer_a_terminal() {
        let label = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{e0041}\u{7f}\nc – \"ü\"";
        let line = event_line("invitation", json!({ "label": label, label: 1 }));
        assert!(!line.contains(is_hidden), "{line}");
        assert!(line.contains("– \\\"ü"), "{line}");
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["label"], label);
        assert_eq!(read[label], 1);
    }
}
