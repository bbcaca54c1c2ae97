//! What is wrong with a JSON text, in our own words.

use serde_json::error::Category;

use super::FormError;

/// Why a text could not be read, and where.
pub(super) fn unreadable(error: &serde_json::Error) -> FormError {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let problem = match error.classify() {
        Category::Eof => "ends too early: a bracket or a quotation mark is not closed".to_owned(),
        Category::Syntax => format!("is not JSON here: {}", syntax(said)),
        Category::Io | Category::Data => meaning(said),
    };
    FormError {
        place: format!("line {}, column {}", error.line(), error.column()),
        problem,
    }
}

fn syntax(said: &str) -> String {
    match said {
        "trailing comma" => "a comma stands before a closing bracket".to_owned(),
        "trailing characters" => "something stands behind the end".to_owned(),
        "key must be a string" => "a name of a member must stand in quotation marks".to_owned(),
        "recursion limit exceeded" => "too many brackets are within each other".to_owned(),
        other => match other.strip_prefix("expected ") {
            Some("value" | "ident") => {
                "a value is missing, or a text without quotation marks".to_owned()
            }
            Some(expected) => format!("{} should stand here", expected.replace('`', "\"")),
            None => other.to_owned(),
        },
    }
}

/// The reader's words begin in one of a few ways.
fn meaning(said: &str) -> String {
    if let Some(name) = said.strip_prefix("missing field ") {
        return format!("{name} is missing");
    }
    if let Some(name) = said.strip_prefix("duplicate field ") {
        return format!("{name} stands twice");
    }
    for start in ["unknown field ", "unknown variant "] {
        if let Some((name, known)) = said
            .strip_prefix(start)
            .and_then(|rest| rest.split_once(", "))
        {
            let known = known
                .trim_start_matches("expected ")
                .trim_start_matches("one of ");
            return format!("{name} is not known here, what can stand here is: {known}");
        }
    }
    for start in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some((found, expected)) = said
            .strip_prefix(start)
            .and_then(|rest| rest.split_once(", expected "))
        {
            return format!("is {}, and must be {}", thing(found), thing(expected));
        }
    }
    said.to_owned()
}

/// What the reader calls a thing, as the file's format calls it.
fn thing(said: &str) -> String {
    let first = said.split(' ').next().unwrap_or_default();
    match first {
        "sequence" => "a list".to_owned(),
        "map" | "struct" => "an object".to_owned(),
        "null" => "null".to_owned(),
        "string" | "integer" | "floating" | "boolean"
            if said.contains('`') || said.contains('"') =>
        {
            let value = said.split_once(' ').map_or(said, |(_, value)| value);
            value.trim_start_matches("point ").replace('`', "")
        }
        "usize" | "u64" | "u32" | "u8" => "a whole number from 0 up".to_owned(),
        "tuple" => "a list of two".to_owned(),
        "string" => "a text".to_owned(),
        _ if said.starts_with("a sequence") => "a list".to_owned(),
        _ if said.starts_with("a string") => "a text".to_owned(),
        _ if said.starts_with("a map") => "an object".to_owned(),
        _ => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::form::Form;

    #[test]
    fn a_text_that_is_no_form_is_told_in_plain_words() {
        for (text, place, problem) in [
            ("{", "line 1, column 1", "ends too early"),
            ("{\"title\": }", "line 1, column 11", "a value is missing"),
            (
                "{\"title\": \"T\",}",
                "line 1, column 15",
                "a comma stands before",
            ),
            ("{} {}", "line 1, column 2", "`title` is missing"),
            (
                "{\"titel\": \"T\"}",
                "line 1, column 8",
                "`titel` is not known here, what can stand here is: `$schema`, `title`",
            ),
            (
                "{\"title\": 7}",
                "line 1, column 11",
                "is 7, and must be a text",
            ),
            (
                "{\"title\": \"T\", \"tables\": {}}",
                "line 1, column 25",
                "is an object, and must be a list",
            ),
            (
                "{\"title\": \"T\", \"minimum\": {\"parties\": \"x\"}}",
                "line 1, column 41",
                "is \"x\", and must be a whole number from 0 up",
            ),
            (
                "{\"title\": \"T\", \"title\": \"T\"}",
                "line 1, column 22",
                "`title` stands twice",
            ),
            (
                "{\"title\": \"T\", \"presence\": \"known\"}",
                "line 1, column ",
                "`known` is not known here",
            ),
        ] {
            let errors = Form::parse(text).unwrap_err();
            let [error] = errors.as_slice() else {
                panic!("{text}: {errors:?}");
            };
            assert!(error.problem.contains(problem), "{text}: {error}");
            assert!(error.place.starts_with(place), "{text}: {error}");
        }
    }
}
