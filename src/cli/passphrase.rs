//! Passphrases: from the first line of a file or of standard input, or asked for on a terminal, which
//! then does not echo.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::Path;
use std::thread;

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::exit::{Exit, Failure};
use super::output::Output;
use super::signals;
use crate::crypto::{Passphrase, PassphraseError};

/// More bytes than a line with a passphrase has: the longest one, and the end of the line.
const LONGEST_LINE: usize = 4096 + 2;

/// Stands for standard input where a file is named.
const STANDARD_INPUT: &str = "-";

/// What a passphrase is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Opening what it closed before: it is what it is.
    Open,
    /// Closing something: it must not be easy to guess.
    Close,
}

impl Use {
    fn accept(self, text: Zeroizing<String>) -> Result<Passphrase, PassphraseError> {
        match self {
            Self::Open => Passphrase::new(text),
            Self::Close => Passphrase::chosen(text),
        }
    }
}

/// Whether there is somebody to ask.
pub(super) fn can_ask() -> bool {
    cfg!(unix) && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// The passphrase in the first line of a file.
pub(super) fn from_file(path: &Path, wanted: Use) -> Result<Passphrase, Failure> {
    let unusable = |what: String| {
        let message = format!("{}: {what}", path.display());
        Failure::new(Exit::Failed, "passphrase_unusable", message)
    };
    let read = if path.as_os_str() == STANDARD_INPUT {
        first_line(&mut io::stdin().lock())
    } else {
        // A pipe will do: that of a shell's <(command).
        File::open(path).and_then(|file| first_line(&mut io::BufReader::new(file)))
    };
    let line = read.map_err(|error| unusable(format!("cannot read it: {error}")))?;
    wanted
        .accept(line)
        .map_err(|error| unusable(error.to_string()))
}

/// Asks for a passphrase.
pub(super) async fn ask(prompt: &str, output: &Output) -> Result<Passphrase, Failure> {
    let line = hidden_line(prompt, output).await?;
    line.and_then(|line| Passphrase::new(line).ok())
        .ok_or_else(|| none_given("--passphrase-file"))
}

/// Asks for a new passphrase, twice, until it is a good one and the same.
pub(super) async fn ask_new(prompt: &str, output: &Output) -> Result<Passphrase, Failure> {
    loop {
        let first = hidden_line(prompt, output).await?;
        let first = first.filter(|first| !first.is_empty());
        let first = first.ok_or_else(|| none_given("--new-passphrase-file"))?;
        let passphrase = match Use::Close.accept(first) {
            Ok(passphrase) => passphrase,
            Err(error) => {
                output.note(&format!("{error}"));
                continue;
            }
        };
        let again = hidden_line("The same again: ", output).await?;
        let again = again.and_then(|again| Passphrase::new(again).ok());
        if again.as_ref() == Some(&passphrase) {
            return Ok(passphrase);
        }
        output.note("these were two different ones");
    }
}

fn none_given(flag: &str) -> Failure {
    Failure::new(Exit::Failed, "passphrase_needed", "no passphrase was given")
        .hint(format!("name the file that holds it with {flag} FILE"))
}

/// One line that is not shown; nothing where there is nobody to ask, or who is asked presses Ctrl-C.
/// The terminal echoes again then.
async fn hidden_line(prompt: &str, output: &Output) -> Result<Option<Zeroizing<String>>, Failure> {
    if !can_ask() {
        return Ok(None);
    }
    let unusable = |error: io::Error| {
        let message = format!("cannot read from the terminal: {error}");
        Failure::new(Exit::Failed, "passphrase_needed", message)
    };
    // A signal that comes before the wait counts too.
    let signalled = signals::signalled();
    let silence = silence::begin().map_err(unusable)?;
    output.prompt(prompt);
    let (answer, line) = oneshot::channel();
    // Reading cannot be interrupted, and must not keep the program from ending.
    thread::spawn(move || {
        drop(answer.send(first_line(&mut io::stdin().lock())));
    });
    let line = tokio::select! {
        line = line => line.unwrap_or_else(|_| Err(io::ErrorKind::UnexpectedEof.into())),
        () = signalled => {
            drop(silence);
            output.prompt("\n");
            return Ok(None);
        }
    };
    drop(silence);
    line.map(Some).map_err(unusable)
}

/// The first line, without its end. What follows stays to be read.
fn first_line(input: &mut impl BufRead) -> io::Result<Zeroizing<String>> {
    // Large enough from the start: growing would leave copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let limit = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
    input.take(limit).read_until(b'\n', &mut line)?;
    for end in [b'\n', b'\r'] {
        if line.last() == Some(&end) {
            line.pop();
        }
    }
    match str::from_utf8(&line) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(io::Error::other("it is not text in UTF-8")),
    }
}

/// A terminal that does not show what is typed.
#[cfg(unix)]
mod silence {
    use std::io;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// Until this is dropped.
    pub(super) struct Silence {
        before: Termios,
    }

    pub(super) fn begin() -> io::Result<Silence> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // The end of the line is shown: the cursor goes on to the next one.
        silent.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Silence { before })
    }

    impl Drop for Silence {
        fn drop(&mut self) {
            if tcsetattr(io::stdin(), OptionalActions::Now, &self.before).is_err() {
                tracing::debug!("the terminal is gone");
            }
        }
    }
}

/// Elsewhere nobody is asked: a file is named.
#[cfg(not(unix))]
mod silence {
    use std::io;

    pub(super) struct Silence;

    pub(super) fn begin() -> io::Result<Silence> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_first_line() {
        let read = |text: &str| first_line(&mut text.as_bytes()).unwrap().to_string();
        assert_eq!(read("correct horse\nbattery\n"), "correct horse");
        assert_eq!(read(" blanks count \r\n"), " blanks count ");
        assert_eq!(read("no end"), "no end");
        assert_eq!(read(""), "");
        assert!(first_line(&mut &[0xff, b'\n'][..]).is_err());
        let mut lines = &b"first\nsecond\n"[..];
        first_line(&mut lines).unwrap();
        assert_eq!(lines, b"second\n", "what follows is left");
        let long = "x".repeat(10_000);
        assert_eq!(read(&long).len(), LONGEST_LINE);
    }

    #[test]
    fn a_new_one_must_be_harder_to_guess() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "short\n").unwrap();
        assert!(from_file(file.path(), Use::Open).is_ok());
        let refused = from_file(file.path(), Use::Close).unwrap_err();
        assert!(refused.message.ends_with("needs at least 8 characters"));
        std::fs::write(file.path(), "\n").unwrap();
        let refused = from_file(file.path(), Use::Open).unwrap_err();
        assert!(refused.message.ends_with("a passphrase is not empty"));
        let missing = from_file(Path::new("/no/such/file"), Use::Open);
        assert_eq!(missing.unwrap_err().code, "passphrase_unusable");
    }
}
