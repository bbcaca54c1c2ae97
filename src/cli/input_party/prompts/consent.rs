//! What is asked, by whom, under which protection, and what will be sent: text to agree to.

use std::fmt::{self, Write};

use crate::form::{Answer, AnswerType, Answers, Decimal, Form, Number};
use crate::text::plain;

/// Who asks, as far as it is known for certain.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::input_party) struct Asker<'a> {
    /// The computation.
    pub(in crate::cli::input_party) computation: &'a str,
    /// Who learns the results: the words of the analyst's fingerprint, or a name.
    pub(in crate::cli::input_party) analyst: &'a str,
    /// Who relays and computes: the server's address.
    pub(in crate::cli::input_party) server: &'a str,
    /// Fewest parties of a result.
    pub(in crate::cli::input_party) min_parties: u64,
}

/// All that a person agrees to, as lines of text.
pub(in crate::cli::input_party) fn consent(
    form: &Form,
    asker: &Asker<'_>,
    answers: &Answers,
) -> String {
    let mut text = String::new();
    // Writing to a text does not fail.
    if learned(&mut text, form, asker).is_err() || sent(&mut text, form, answers).is_err() {
        text.clear();
    }
    text
}

fn at_least(parties: u64) -> String {
    match parties {
        0 | 1 => "one party or more".to_owned(),
        parties => format!("at least {parties} parties"),
    }
}

/// Who learns what.
fn learned(text: &mut String, form: &Form, asker: &Asker<'_>) -> fmt::Result {
    writeln!(
        text,
        "{} (computation {})",
        plain(&form.title),
        plain(asker.computation)
    )?;
    if !form.description.is_empty() {
        writeln!(text, "{}", plain(&form.description))?;
    }
    writeln!(text, "\nWho learns what:")?;
    writeln!(
        text,
        "  Analyst {} learns totals, and what the form asks to be made of them, of {} together.",
        plain(asker.analyst),
        at_least(asker.min_parties)
    )?;
    if !form.cohorts.is_empty() {
        writeln!(
            text,
            "  The same of each group of {}. Analyst and server see which group you are in.",
            at_least(form.min_cohort())
        )?;
    }
    for dimension in &form.cohorts {
        if let Some(merge) = &dimension.merge {
            let options: Vec<String> = merge.options.iter().map(|option| plain(option)).collect();
            writeln!(
                text,
                "  {}: where too few are in one of these, they may be counted as {}: {}.",
                plain(&dimension.title),
                plain(&merge.into),
                options.join("; ")
            )?;
        }
    }
    if form.guards_parts() {
        let known = if form.shows_presence() {
            "Analyst and server see of every party, so of you, which of it is left empty."
        } else {
            "Analyst and server see how many did, not who."
        };
        writeln!(
            text,
            "  What may be left empty is shown of a group only if {} of it gave it. {known}",
            at_least(form.min_cell())
        )?;
    } else if form.has_optional_parts() {
        writeln!(
            text,
            "  What may be left empty is shown of a group even if you alone of it gave it."
        )?;
    }
    let of_group = (!form.cohorts.is_empty()).then(|| form.min_cohort());
    if asker.min_parties.min(of_group.unwrap_or(u64::MAX)) <= 1 {
        writeln!(
            text,
            "  A group of one party is shown too: then these are your own answers."
        )?;
    }
    writeln!(
        text,
        "  Server {} computes with the analyst. Neither of them alone can read an answer; both together \
         could.",
        plain(asker.server)
    )
}

/// What leaves, and in what form.
fn sent(text: &mut String, form: &Form, answers: &Answers) -> fmt::Result {
    let clear = if form.shows_presence() {
        "but for the group and for what is left empty"
    } else {
        "but for the group"
    };
    writeln!(text, "\nWhat is sent, in two sealed shares {clear}:")?;
    for (dimension, chosen) in form.cohorts.iter().zip(&answers.cohort) {
        let option = dimension.options.get(*chosen).map_or("-", String::as_str);
        let option = plain(option);
        writeln!(
            text,
            "  {}: {option} (not sealed: both see it)",
            plain(&dimension.title)
        )?;
    }
    for (table, cells) in form.tables.iter().zip(&answers.tables) {
        writeln!(text, "  {}", plain(&table.title))?;
        let paths = table.column_paths();
        let names = table.rows.iter().flat_map(|row| {
            let paths = paths.iter();
            paths.map(move |path| format!("{row}, {}", path.join(", ")))
        });
        for ((name, number), cell) in names.zip(table.numbers()).zip(cells) {
            writeln!(text, "    {}: {}", plain(&name), shown(number, *cell))?;
        }
    }
    for (question, answer) in form.questions.iter().zip(&answers.questions) {
        let answer = match (&question.answer, answer) {
            (AnswerType::Number(number), Answer::Number(value)) => shown(number, Some(*value)),
            (AnswerType::Choice(choice), Answer::Choice(place)) => {
                let option = choice.options.get(*place);
                option.map_or("-", String::as_str).to_owned()
            }
            (AnswerType::Choices(choice), Answer::Choices(chosen)) => {
                let pairs = choice.options.iter().zip(chosen);
                let titles = pairs.filter(|(_, chosen)| **chosen);
                let titles: Vec<&str> = titles.map(|(title, _)| title.as_str()).collect();
                if titles.is_empty() {
                    "none of them".to_owned()
                } else {
                    titles.join("; ")
                }
            }
            _ => "nothing".to_owned(),
        };
        writeln!(text, "  {} {}", plain(&question.text), plain(&answer))?;
    }
    Ok(())
}

fn shown(number: &Number, value: Option<i128>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let mut shown = Decimal::new(value, number.decimals).to_string();
    if !number.unit.is_empty() {
        shown.push(' ');
        shown.push_str(&plain(&number.unit));
    }
    shown
}
