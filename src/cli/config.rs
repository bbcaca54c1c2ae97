//! Settings from a file: every flag of a program, for whatever neither the command line nor the
//! environment says.

use std::env;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};
use toml::{Table, Value};

use super::exit::Failure;

/// The flag that names the file.
const FLAG: &str = "config";

/// Longest file that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Reads the command line of this process as [`clap::Parser::parse`] does, and the file that it names.
pub(super) fn parse<P: CommandFactory + FromArgMatches>() -> Result<P, Failure> {
    let words: Vec<_> = env::args_os().collect();
    let matches = P::command().get_matches_from(&words);
    let matches = match matches.get_one::<PathBuf>(FLAG) {
        None => matches,
        Some(path) => {
            let settings = arguments(&P::command(), &matches, path)?;
            let (program, rest) = words.split_at(words.len().min(1));
            let words = [program, &settings, rest].concat();
            P::command()
                .try_get_matches_from(words)
                .map_err(|error| refused(path, &error))?
        }
    };
    P::from_arg_matches(&matches).map_err(|error| Failure::usage(error.to_string()))
}

/// The command line has been read before: what is wrong now stands in the file.
fn refused(path: &Path, error: &clap::Error) -> Failure {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let what = line.strip_prefix("error: ").unwrap_or(line);
    Failure::usage(format!("{}: {what}", path.display()))
}

/// What the file says, as the flags that would say it.
fn arguments(
    command: &Command,
    matches: &ArgMatches,
    path: &Path,
) -> Result<Vec<OsString>, Failure> {
    let at = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let mut words = Vec::new();
    for (name, value) in read(path)? {
        let arg = command
            .get_arguments()
            .find(|arg| arg.get_long() == Some(&name) && is_setting(arg))
            .ok_or_else(|| {
                at(format!("there is no setting `{name}`"))
                    .hint("settings are named as the flags in --help, without the two dashes")
            })?;
        let said = matches.value_source(arg.get_id().as_str());
        if matches!(
            said,
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        ) {
            continue;
        }
        let flags = flags(arg, &value).map_err(|needed| at(format!("`{name}` {needed}")))?;
        words.extend(flags.into_iter().map(|value| match value {
            None => format!("--{name}").into(),
            Some(value) => format!("--{name}={value}").into(),
        }));
    }
    Ok(words)
}

/// Whether a flag can stand in a file.
fn is_setting(arg: &Arg) -> bool {
    let is_action = matches!(
        arg.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    );
    !is_action && arg.get_long() != Some(FLAG)
}

/// How often a flag is to be given, each time with which value; or what it needs.
fn flags(arg: &Arg, value: &Value) -> Result<Vec<Option<String>>, &'static str> {
    match (arg.get_action(), value) {
        (ArgAction::SetTrue, Value::Boolean(wanted)) => {
            Ok(wanted.then_some(None).into_iter().collect())
        }
        (ArgAction::SetTrue, _) => Err("is true or false"),
        (ArgAction::Append, Value::Array(values)) => {
            values.iter().map(|value| scalar(value).map(Some)).collect()
        }
        (_, value) => Ok(vec![Some(scalar(value)?)]),
    }
}

fn scalar(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        _ => Err("is a text in quotes or a whole number"),
    }
}

fn read(path: &Path) -> Result<Table, Failure> {
    let unreadable =
        |what: String| Failure::usage(format!("cannot read {}: {what}", path.display()));
    let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(unreadable("it is not a regular file".to_owned()));
    }
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    read.map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > LONGEST {
        return Err(unreadable("it is too long for settings".to_owned()));
    }
    toml::from_str(&text).map_err(|error| {
        // Without the line itself: it may hold a password.
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count().saturating_add(1));
        let what = error.message();
        Failure::usage(format!("{}, line {line}: {what}", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::arguments::Server;
    use super::*;

    /// A line that says something about a flag.
    fn line(arg: &Arg) -> String {
        let value = match arg.get_action() {
            ArgAction::SetTrue => "true".to_owned(),
            ArgAction::Append if arg.get_long() == Some("allow-origin") => {
                "[\"https://pages.example\"]".to_owned()
            }
            ArgAction::Append => format!("[\"{}\"]", "A".repeat(43)),
            _ => match arg.get_default_values().first() {
                Some(default) => format!("\"{}\"", default.display()),
                None => "\"127.0.0.1:0\"".to_owned(),
            },
        };
        format!("{} = {value}\n", arg.get_long().unwrap())
    }

    #[test]
    fn every_flag_can_stand_in_a_file() {
        let command = Server::command();
        let settings = command.get_arguments().filter(|arg| is_setting(arg));
        let lines: Vec<_> = settings.map(line).collect();
        assert!(lines.contains(&"once = true\n".to_owned()));
        assert!(!lines.iter().any(|line| line.starts_with("config")));
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), lines.concat()).unwrap();
        let matches = command.clone().get_matches_from(["server"]);
        let words = arguments(&command, &matches, path.path()).unwrap();
        assert_eq!(words.len(), lines.len());
        let words = [vec!["server".into()], words].concat();
        let read = Server::from_arg_matches(&command.get_matches_from(words)).unwrap();
        assert!(read.once && read.count_loopback && read.metrics.is_some());
        assert_eq!(read.allow_analyst.len(), 1);
    }
}
