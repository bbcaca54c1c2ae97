//! The commands that help texts and docs/OPERATIONS.md show are commands that the programs take.

use std::fs;
use std::path::Path;

use clap::Command;
use clap::error::ErrorKind;

/// A key id, and a key.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Words of a command line as a shell takes them apart, up to where it redirects something.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (letter, quote) {
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, Some(open)) if letter == open => quote = None,
            (' ', None) => words.extend(word.take()),
            ('<' | '>' | '|' | ';' | '#', None) if word.is_none() => return words,
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// What is wrong with a command line of one of our programs; nothing where it is of another.
fn parse(line: &str) -> Option<Result<(), clap::Error>> {
    let line = line.replace("KEY_ID", KEY);
    let words = words(&line).into_iter().map(|word| match word.as_str() {
        "KEY" => KEY.to_owned(),
        _ => word,
    });
    let mut words: Vec<_> = words.collect();
    let program = Path::new(words.first()?).file_name()?.to_str()?.to_owned();
    let program = web_mpc::cli::commands()
        .into_iter()
        .find(|command| command.get_name() == program)?;
    program.get_name().clone_into(&mut words[0]);
    Some(program.try_get_matches_from(words).map(drop))
}

/// The examples at the end of a help.
fn examples(command: &Command) -> Vec<String> {
    let after = command.get_after_help().map(ToString::to_string);
    let after = after.unwrap_or_default();
    let lines = after.lines().map(|line| {
        let line = line.trim_start_matches("Examples:");
        let line = line.trim_start_matches("Example:").trim();
        // What it is good for stands behind, in a column of its own.
        line.split_once("  ").map_or(line, |(line, _)| line).trim()
    });
    let is_command = |line: &&str| !line.is_empty() && parse(line).is_some();
    lines.filter(is_command).map(str::to_owned).collect()
}

fn check_examples(command: &Command, path: &str, wrong: &mut Vec<String>) {
    let subcommands: Vec<_> = command
        .get_subcommands()
        .filter(|subcommand| subcommand.get_name() != "help")
        .collect();
    let shown = examples(command);
    // What only leads to other commands shows theirs.
    let leads = path.contains(' ') && !subcommands.is_empty();
    if shown.is_empty() && !leads {
        wrong.push(format!("{path} --help shows no example"));
    }
    for line in shown {
        if let Some(Err(error)) = parse(&line) {
            wrong.push(format!("{path} --help shows `{line}`: {error}"));
        }
        if !path.split(' ').all(|part| line.contains(part)) {
            wrong.push(format!("{path} --help shows `{line}`, another command"));
        }
    }
    for subcommand in subcommands {
        let path = format!("{path} {}", subcommand.get_name());
        check_examples(subcommand, &path, wrong);
    }
}

#[test]
fn every_help_shows_an_example_that_parses() {
    let mut wrong = Vec::new();
    for command in web_mpc::cli::commands() {
        check_examples(&command, command.get_name(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines of the blocks of a shell, and what stands between single backticks.
fn commands_of(markdown: &str) -> (Vec<String>, Vec<String>) {
    let (mut blocks, mut spans) = (Vec::new(), Vec::new());
    let mut fence = None;
    for line in markdown.lines() {
        match (line.trim().strip_prefix("```"), fence) {
            (Some(_), Some(_)) => fence = None,
            (Some(language), None) => fence = Some(language == "sh"),
            (None, Some(true)) => blocks.push(line.trim().to_owned()),
            (None, Some(false)) => {}
            (None, None) => spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned)),
        }
    }
    (blocks, spans)
}

#[test]
fn the_commands_for_operators_are_commands_of_the_programs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/OPERATIONS.md");
    let (blocks, spans) = commands_of(&fs::read_to_string(path).unwrap());
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for line in &blocks {
        match parse(line) {
            None => {}
            Some(Ok(())) => checked += 1,
            Some(Err(error)) => wrong.push(format!("`{line}`: {error}")),
        }
    }
    // In the text a command may stand for itself, without what it needs.
    let allowed = [
        ErrorKind::MissingRequiredArgument,
        ErrorKind::DisplayHelp,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
    ];
    for span in &spans {
        let parts = span.split(" && ").map(|part| {
            let part = part.strip_prefix("sudo -u web-mpc ");
            part.unwrap_or_default()
        });
        for line in parts.chain([span.as_str()]) {
            match parse(line) {
                None => {}
                Some(Err(error)) if !allowed.contains(&error.kind()) => {
                    wrong.push(format!("`{line}`: {error}"));
                }
                Some(_) => checked += 1,
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 35, "{checked} commands were found");
}

#[test]
fn what_is_no_command_is_noticed() {
    assert!(parse("analyst invite --count 3 # three").unwrap().is_ok());
    assert!(parse("analyst revoke \"Bolt Ltd\" '#7'").unwrap().is_ok());
    assert!(parse("input-party result - < link.txt").unwrap().is_ok());
    assert!(parse("analyst invite --cuont 3").unwrap().is_err());
    assert!(parse("/opt/web-mpc/server backups x.db").unwrap().is_err());
    assert!(parse("openssl rand").is_none());
}
