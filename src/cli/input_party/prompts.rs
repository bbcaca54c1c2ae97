//! A form on a terminal: its questions one by one, and what is sent, for consent.
//!
//! Functions over a reader and a writer, so that a test is the terminal. A wrong answer is explained
//! and asked for again; the end of the input is an error.

mod consent;

#[cfg(test)]
mod tests;

use std::io::{self, BufRead, Read, Write};

pub(super) use self::consent::{Asker, consent};

use crate::form::{Answer, AnswerType, Answers, Choice, Dimension, Form, Number, Table};
use crate::text::plain;

/// Most bytes of a line that is read: several options with all their titles fit.
const MAX_LINE: u64 = 65_536;

/// Most questions that are asked on a terminal; beyond, a spreadsheet is kinder.
const MAX_PROMPTS: usize = 50;

/// Whether a form is so short that its questions are asked on a terminal.
pub(super) fn is_short(form: &Form) -> bool {
    let cells: usize = form
        .tables
        .iter()
        .map(|table| table.numbers().count())
        .sum();
    cells
        .saturating_add(form.questions.len())
        .saturating_add(form.cohorts.len())
        <= MAX_PROMPTS
}

/// Asks all questions of a form, cohorts first. Where a rule between two answers is broken, everything
/// is asked again.
pub(super) fn ask(
    form: &Form,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Answers> {
    let mut terminal = Terminal { input, output };
    writeln!(terminal.output, "{}", plain(&form.title))?;
    if !form.description.is_empty() {
        writeln!(terminal.output, "{}", plain(&form.description))?;
    }
    loop {
        let answers = terminal.form(form)?;
        let mistakes = form.mistakes(&answers);
        if mistakes.is_empty() {
            return Ok(answers);
        }
        writeln!(terminal.output, "\nThese answers do not fit together:")?;
        for mistake in mistakes {
            writeln!(terminal.output, "  {}", plain(&mistake.to_string()))?;
        }
        writeln!(terminal.output, "Please answer once more.")?;
    }
}

struct Terminal<'a, R, W> {
    input: &'a mut R,
    output: &'a mut W,
}

impl<R: BufRead, W: Write> Terminal<'_, R, W> {
    fn form(&mut self, form: &Form) -> io::Result<Answers> {
        let mut answers = Answers {
            cohort: Vec::new(),
            tables: Vec::new(),
            questions: Vec::new(),
        };
        for dimension in &form.cohorts {
            answers.cohort.push(self.cohort(dimension)?);
        }
        for table in &form.tables {
            answers.tables.push(self.table(table)?);
        }
        for question in &form.questions {
            writeln!(self.output, "\n{}", plain(&question.text))?;
            answers.questions.push(self.answer(&question.answer)?);
        }
        Ok(answers)
    }

    fn cohort(&mut self, dimension: &Dimension) -> io::Result<usize> {
        writeln!(self.output, "\n{}", plain(&dimension.title))?;
        self.options(&dimension.options)?;
        let choice = Choice {
            options: dimension.options.clone(),
            optional: false,
        };
        self.until("One number or title: ", |text| read_option(&choice, text))
    }

    fn table(&mut self, table: &Table) -> io::Result<Vec<Option<i128>>> {
        writeln!(self.output, "\n{}", plain(&table.title))?;
        let paths = table.column_paths();
        let mut cells = Vec::new();
        for (row, title) in table.rows.iter().enumerate() {
            for (column, path) in paths.iter().enumerate() {
                let name = format!("{title}, {}", path.join(", "));
                writeln!(self.output, "{}", plain(&name))?;
                cells.push(self.number(table.number(row, column))?);
            }
        }
        Ok(cells)
    }

    fn answer(&mut self, asked: &AnswerType) -> io::Result<Answer> {
        match asked {
            AnswerType::Number(number) => {
                Ok(self.number(number)?.map_or(Answer::Empty, Answer::Number))
            }
            AnswerType::Choice(choice) => {
                self.options(&choice.options)?;
                let prompt = if choice.optional {
                    "One number or title, or nothing: "
                } else {
                    "One number or title: "
                };
                self.until(prompt, |text| {
                    if text.is_empty() && choice.optional {
                        return Ok(Answer::Empty);
                    }
                    read_option(choice, text).map(Answer::Choice)
                })
            }
            AnswerType::Choices(choice) => {
                self.options(&choice.options)?;
                let prompt = "Any numbers or titles, with semicolons between them, or nothing: ";
                self.until(prompt, |text| {
                    let mut chosen = vec![false; choice.options.len()];
                    for title in text.split(';').filter(|title| !title.trim().is_empty()) {
                        let place = read_option(choice, title.trim())?;
                        if let Some(chosen) = chosen.get_mut(place) {
                            *chosen = true;
                        }
                    }
                    Ok(Answer::Choices(chosen))
                })
            }
        }
    }

    fn number(&mut self, number: &Number) -> io::Result<Option<i128>> {
        if !number.hint.is_empty() {
            writeln!(self.output, "  {}", plain(&number.hint))?;
        }
        let prompt = format!("{}: ", expected(number));
        loop {
            let read = |text: &str| number.read(text).map_err(|problem| problem.to_string());
            let value = self.until(&prompt, read)?;
            let suspicious = value.is_some_and(|value| number.is_suspicious(value));
            if !suspicious || self.confirm("That is unusually large. Is it right? [y/N] ")? {
                return Ok(value);
            }
        }
    }

    fn options(&mut self, options: &[String]) -> io::Result<()> {
        for (option, number) in options.iter().zip(1_usize..) {
            writeln!(self.output, "  {number}. {}", plain(option))?;
        }
        Ok(())
    }

    /// Asks until there is an answer.
    fn until<T>(
        &mut self,
        prompt: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> io::Result<T> {
        loop {
            let text = self.line(prompt)?;
            match read(&text) {
                Ok(answer) => return Ok(answer),
                Err(problem) => writeln!(self.output, "  The answer {}.", plain(&problem))?,
            }
        }
    }

    fn confirm(&mut self, prompt: &str) -> io::Result<bool> {
        let text = self.line(prompt)?.to_lowercase();
        Ok(matches!(text.as_str(), "y" | "yes"))
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        let mut line = String::new();
        let read = self.input.by_ref().take(MAX_LINE).read_line(&mut line)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !line.ends_with('\n') && u64::try_from(read) == Ok(MAX_LINE) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(line.trim().to_owned())
    }
}

/// Asks for consent to what [`consent()`] shows.
pub(super) fn agreed(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<bool> {
    let mut terminal = Terminal { input, output };
    terminal.confirm("Send these answers? [y/N] ")
}

/// An option by its title, or else by its number from 1.
fn read_option(choice: &Choice, text: &str) -> Result<usize, String> {
    if text.trim().is_empty() {
        return Err("is empty, and must not be".to_owned());
    }
    // A title that is a number wins: it is what people read.
    choice.read(text).or_else(|problem| {
        let number = text.trim().parse::<usize>().ok();
        let place = number.and_then(|number| number.checked_sub(1));
        place
            .filter(|place| *place < choice.options.len())
            .ok_or_else(|| problem.to_string())
    })
}

/// What a number must be, in words.
fn expected(number: &Number) -> String {
    let (min, max) = (number.min, number.max);
    let unit = if number.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", plain(&number.unit))
    };
    let decimals = match number.decimals {
        0 => String::new(),
        1 => ", 1 decimal".to_owned(),
        decimals => format!(", {decimals} decimals"),
    };
    let empty = if number.optional { ", or nothing" } else { "" };
    format!("From {min} to {max}{unit}{decimals}{empty}")
}
