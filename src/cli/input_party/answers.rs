//! Where the answers to a form come from, and the consent to send them.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::prompts::{self, Asker};
use crate::cli::arguments::InputParty;
use crate::cli::exit::{Exit, Failure};
use crate::cli::forms;
use crate::cli::output::Output;
use crate::cli::terminal;
use crate::client::ServerUrl;
use crate::files::atomic::{self, Readers};
use crate::form::{Answer, AnswerType, Answers, Form};
use crate::ids::Fingerprint;
use crate::manifest::Terms;
use crate::measurement::Measurement;
use crate::spreadsheet::{self, SpreadsheetError};
use crate::text;

/// Where the answers come from.
#[derive(Debug)]
pub(super) enum Source {
    Spreadsheet(PathBuf),
    Json(PathBuf),
    Terminal,
    /// From nowhere yet: an empty spreadsheet is wanted.
    Template(PathBuf),
}

impl Source {
    /// What the command asks for; nothing for a sum.
    pub(super) fn of(arguments: &InputParty) -> Option<Self> {
        let template = arguments.print_template.clone().map(Self::Template);
        let json = || arguments.answers.clone().map(Self::Json);
        let spreadsheet = || arguments.file.clone().map(Self::Spreadsheet);
        let found = template.or_else(json).or_else(spreadsheet);
        found.or_else(|| arguments.ask.then_some(Self::Terminal))
    }

    /// The answers, checked and agreed to; nothing if there is nothing to send.
    pub(super) async fn measurement(
        self,
        terms: &Terms,
        server: &ServerUrl,
        yes: bool,
        output: &Output,
        stop: &CancellationToken,
    ) -> Result<Option<Measurement>, Failure> {
        let Some(form) = terms.scheme.form().cloned() else {
            return Err(Failure::usage(
                "this computation asks for one whole number, not for a form",
            )
            .hint("give a VALUE"));
        };
        if !yes && !io::stdin().is_terminal() && !matches!(self, Self::Template(_)) {
            return Err(Failure::usage("nobody is there to agree to what is sent")
                .hint("add --yes to agree beforehand"));
        }
        let answers = match self {
            Self::Template(path) => {
                write_template(&form, &path, output)?;
                return Ok(None);
            }
            Self::Spreadsheet(path) => read_spreadsheet(&form, &path)?,
            Self::Json(path) => {
                let text = forms::read(&path)?;
                let what = format!("{} cannot be sent", path.display());
                form.read_answers(&text)
                    .map_err(|errors| forms::mistakes(&what, &errors))?
            }
            Self::Terminal => {
                if !prompts::is_short(&form) {
                    return Err(
                        Failure::usage("this form is too long to be asked on a terminal")
                            .hint("--print-template FILE.xlsx writes a spreadsheet to fill in"),
                    );
                }
                let form = form.clone();
                let ask = move || prompts::ask(&form, &mut io::stdin().lock(), &mut io::stderr());
                terminal::talk(ask, stop).await?
            }
        };
        warn_of_suspicious(&form, &answers, output);
        if !yes {
            agree(&form, terms, server, &answers, stop).await?;
        }
        Ok(Some(Measurement::Answers(Box::new(answers))))
    }
}

async fn agree(
    form: &Form,
    terms: &Terms,
    server: &ServerUrl,
    answers: &Answers,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let manifest = &terms.manifest;
    let text = prompts::consent(
        form,
        &Asker {
            computation: manifest.name.as_str(),
            analyst: &terms.fingerprint.words(Fingerprint::WORDS_SHOWN),
            server: &server.to_string(),
            min_parties: manifest.min_parties,
        },
        answers,
    );
    let ask = move || {
        let mut screen = io::stderr();
        writeln!(screen, "{text}")?;
        prompts::agreed(&mut io::stdin().lock(), &mut screen)
    };
    if terminal::talk(ask, stop).await? {
        Ok(())
    } else {
        Err(Failure::new(Exit::Failed, "not_agreed", "nothing was sent"))
    }
}

fn write_template(form: &Form, path: &Path, output: &Output) -> Result<(), Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if !ending.is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        return Err(Failure::usage(
            "a template is an Excel file: its name ends in .xlsx",
        ));
    }
    let bytes = spreadsheet::template(form, &form.hash().to_string())
        .map_err(|error| Failure::failed(error.to_string()))?;
    let created = atomic::create_new(path, &bytes, Readers::Everybody)
        .map_err(|error| Failure::failed(error.to_string()))?;
    if !created {
        let message = format!("{} is there already, and may be filled in", path.display());
        return Err(Failure::usage(message).hint("name another file"));
    }
    output.event("template", json!({ "file": path }));
    output.result(&format!(
        "Template: {}. Fill it in, then submit it with --file.",
        path.display()
    ));
    Ok(())
}

fn read_spreadsheet(form: &Form, path: &Path) -> Result<Answers, Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("cannot read {}: {error}", path.display()))
    };
    let file = File::open(path).map_err(|error| cannot(&error))?;
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    let most = u64::try_from(spreadsheet::MAX_FILE).unwrap_or(u64::MAX);
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| cannot(&error))?;
    let name = path.to_string_lossy();
    match spreadsheet::read(form, &form.hash().to_string(), &name, &bytes) {
        Ok(answers) => Ok(answers),
        Err(SpreadsheetError::Cells(errors)) => {
            let what = format!("{} cannot be sent", path.display());
            Err(forms::mistakes(&what, &errors))
        }
        Err(error) => Err(cannot(&error)),
    }
}

/// Numbers that the form wants a second look at. Where they stand is said, not what they are.
fn warn_of_suspicious(form: &Form, answers: &Answers, output: &Output) {
    let warn = |name: &str| {
        let name = text::plain(name);
        output.warning(&format!("{name} is unusually large: please check it"));
    };
    for (table, cells) in form.tables.iter().zip(&answers.tables) {
        let paths = table.column_paths();
        let places = table
            .rows
            .iter()
            .flat_map(|row| paths.iter().map(move |path| (row, path)));
        for ((number, cell), (row, path)) in table.numbers().zip(cells).zip(places) {
            if cell.is_some_and(|cell| number.is_suspicious(cell)) {
                warn(&format!("{}: {row}, {}", table.title, path.join(", ")));
            }
        }
    }
    for (question, answer) in form.questions.iter().zip(&answers.questions) {
        if let (AnswerType::Number(number), Answer::Number(given)) = (&question.answer, answer)
            && number.is_suspicious(*given)
        {
            warn(&question.text);
        }
    }
}
