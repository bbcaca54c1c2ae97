//! Real processes in a temporary directory: started, watched line by line, killed, and never left
//! behind.
//!
//! Nothing here depends on time: a test waits for what a process says or does, and a deadline only
//! turns a process that hangs into a failure that shows everything it said.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a process may take for anything: far longer than it does on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// An address that nobody else uses, also while nobody listens on it: see [`listener`].
pub(crate) fn free_address() -> SocketAddr {
    listener().local_addr().unwrap()
}

/// Listens on an address that nobody else uses.
///
/// On Linux every test has a loopback address of its own: a port that is free for a moment is then
/// neither given to another test nor taken by a connection that goes out.
pub(crate) fn listener() -> TcpListener {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let ip = if cfg!(target_os = "linux") {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mixed = std::process::id()
            .wrapping_mul(7919)
            .wrapping_add(number.wrapping_mul(104_729));
        let [_, b, c, d] = mixed.to_be_bytes();
        Ipv4Addr::new(127, b | 1, c, d.clamp(1, 254))
    } else {
        Ipv4Addr::LOCALHOST
    };
    TcpListener::bind((IpAddr::V4(ip), 0)).unwrap()
}

/// The directory of one test.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A directory in it, made where there is none: each program runs in its own.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    /// A server on an address of its own, up and running.
    pub(crate) fn server(&self) -> Server {
        Server::start(&self.folder("server"), free_address(), &[])
    }

    /// An analyst that is about to start.
    pub(crate) fn analyst(&self, url: &str) -> Launch {
        Launch::analyst(&self.folder("analyst")).args(["--server", url])
    }

    /// An input party that is about to start.
    pub(crate) fn party(&self, url: &str) -> Launch {
        Launch::input_party(&self.folder("party")).args(["--server", url])
    }
}

/// A program that is about to start.
pub(crate) struct Launch {
    name: &'static str,
    command: Command,
    input: Input,
}

enum Input {
    /// Nothing, at once.
    None,
    /// A text, then the end.
    Text(String),
    /// Whatever the test writes.
    Open,
}

impl Launch {
    pub(crate) fn server(folder: &Path) -> Self {
        Self::new("server", env!("CARGO_BIN_EXE_server"), folder)
    }

    pub(crate) fn analyst(folder: &Path) -> Self {
        Self::new("analyst", env!("CARGO_BIN_EXE_analyst"), folder)
    }

    pub(crate) fn input_party(folder: &Path) -> Self {
        Self::new("input-party", env!("CARGO_BIN_EXE_input-party"), folder)
    }

    /// A copy of a program somewhere else.
    pub(crate) fn installed(program: &Path, folder: &Path) -> Self {
        Self::new("installed", program, folder)
    }

    /// Without any variable of the environment: a developer's `WEB_MPC_*` and colours are no part
    /// of a test.
    fn new(name: &'static str, program: impl AsRef<OsStr>, folder: &Path) -> Self {
        let mut command = Command::new(program);
        command.env_clear().current_dir(folder);
        Self {
            name,
            command,
            input: Input::None,
        }
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, variable: &str, value: &str) -> Self {
        self.command.env(variable, value);
        self
    }

    /// Gives it a text on standard input.
    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = Input::Text(text.to_owned());
        self
    }

    /// Starts it, with a standard input that the test writes to or ends.
    pub(crate) fn interactive(mut self) -> Process {
        self.input = Input::Open;
        self.start()
    }

    pub(crate) fn start(mut self) -> Process {
        let stdin = match self.input {
            Input::None => Stdio::null(),
            Input::Text(_) | Input::Open => Stdio::piped(),
        };
        let mut child = self
            .command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let transcript = Arc::new(Transcript::default());
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        transcript.follow(out, |said| &mut said.out);
        transcript.follow(err, |said| &mut said.err);
        let mut stdin = child.stdin.take();
        if let Input::Text(text) = &self.input
            && let Some(mut stdin) = stdin.take()
        {
            // A program that refuses its arguments does not read.
            drop(stdin.write_all(text.as_bytes()));
        }
        Process {
            name: self.name,
            child,
            stdin,
            transcript,
        }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Finished {
        self.start().finish()
    }
}

/// What a process has said so far.
#[derive(Default, Clone)]
pub(crate) struct Said {
    pub(crate) out: Vec<String>,
    pub(crate) err: Vec<String>,
    /// How many of the two streams have ended.
    ended: usize,
}

#[derive(Default)]
struct Transcript {
    said: Mutex<Said>,
    news: Condvar,
}

impl Transcript {
    /// Keeps what comes out of a stream, line by line.
    fn follow(
        self: &Arc<Self>,
        stream: impl Read + Send + 'static,
        which: fn(&mut Said) -> &mut Vec<String>,
    ) {
        let transcript = Arc::clone(self);
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            loop {
                let mut line = Vec::new();
                let read = stream.read_until(b'\n', &mut line);
                let mut said = transcript.said.lock().unwrap();
                if matches!(read, Ok(0) | Err(_)) {
                    said.ended += 1;
                } else {
                    which(&mut said).push(String::from_utf8_lossy(&line).into_owned());
                }
                let ended = line.is_empty();
                drop(said);
                transcript.news.notify_all();
                if ended {
                    break;
                }
            }
        });
    }
}

/// A running process. It ends with its owner.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    transcript: Arc<Transcript>,
}

impl Process {
    /// Waits until something can be found in what it has said.
    pub(crate) fn until<T>(&self, what: &str, look: impl Fn(&Said) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut said = self.transcript.said.lock().unwrap();
        loop {
            if let Some(found) = look(&said) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if said.ended == 2 || left.is_zero() {
                let so_far = said.clone();
                drop(said);
                panic!("{} did not get to: {what}\n{}", self.name, Show(&so_far));
            }
            said = self.transcript.news.wait_timeout(said, left).unwrap().0;
        }
    }

    /// Waits for a line with that text on standard output, and gives the line.
    pub(crate) fn out(&self, text: &str) -> String {
        self.until(text, |said| line_with(&said.out, text))
    }

    /// The same on standard error.
    pub(crate) fn err(&self, text: &str) -> String {
        self.until(text, |said| line_with(&said.err, text))
    }

    /// Writes to its standard input.
    pub(crate) fn write(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Presses Enter.
    pub(crate) fn enter(&mut self) {
        self.write("\n");
    }

    /// Ends its standard input.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }

    /// SIGKILL: it gets no chance to do anything more.
    pub(crate) fn kill(mut self) -> Said {
        self.end();
        self.until("its end", |said| (said.ended == 2).then(|| said.clone()))
    }

    /// Sends a signal by name. The shell's own `kill` saves a dependency and unsafe code.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("sh")
            .args(["-c", "kill -s \"$1\" \"$2\"", "sh", name])
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(status.success(), "kill -s {name}");
    }

    /// Waits for its end. Its standard input stays open: a program must not wait for that.
    pub(crate) fn finish(mut self) -> Finished {
        let said = self.until("its end", |said| (said.ended == 2).then(|| said.clone()));
        let status = self.child.wait().unwrap();
        Finished {
            name: self.name,
            code: status.code(),
            stdout: said.out.concat(),
            stderr: said.err.concat(),
        }
    }

    fn end(&mut self) {
        // Both fail where it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn line_with(lines: &[String], text: &str) -> Option<String> {
    let line = lines.iter().find(|line| line.contains(text))?;
    Some(line.trim_end().to_owned())
}

/// What a process has said, for the text of a failure.
struct Show<'a>(&'a Said);

impl fmt::Display for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Said { out, err, .. } = self.0;
        write!(
            f,
            "--- stdout\n{}--- stderr\n{}",
            out.concat(),
            err.concat()
        )
    }
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finished {
    name: &'static str,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// Exit code, standard output and standard error, to the letter.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, stdout: &str, stderr: &str) {
        let expected = Self {
            name: self.name,
            code: Some(code),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
        };
        assert!(*self == expected, "{self}\n=== instead of\n{expected}");
    }

    /// The exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert!(self.code == Some(code), "{self}\n=== instead of {code}");
        self
    }

    /// That standard error holds a text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{self}\n=== without\n{text}");
        self
    }

    /// Exit code 0 and `SUM IS:` as the last line.
    #[track_caller]
    pub(crate) fn sum(self, sum: impl fmt::Display) -> Self {
        let this = self.exits(0);
        let last = format!("SUM IS: {sum}");
        assert!(
            this.stdout.lines().last() == Some(&last),
            "{this}\n=== instead of\n{last}"
        );
        this
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{name} exited with {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}"
        )
    }
}

/// A server that has said where it listens.
pub(crate) struct Server {
    folder: PathBuf,
    args: Vec<String>,
    pub(crate) address: SocketAddr,
    /// `ws://ADDR`
    pub(crate) url: String,
    /// What it logs, where that is not the usual.
    level: Option<&'static str>,
    process: Option<Process>,
}

impl Server {
    pub(crate) fn start(folder: &Path, address: SocketAddr, args: &[&str]) -> Self {
        Self::logging(None, folder, address, args)
    }

    /// One that logs at another level.
    pub(crate) fn logging(
        level: Option<&'static str>,
        folder: &Path,
        address: SocketAddr,
        args: &[&str],
    ) -> Self {
        let mut server = Self {
            folder: folder.to_owned(),
            args: args.iter().map(ToString::to_string).collect(),
            address,
            url: format!("ws://{address}"),
            level,
            process: None,
        };
        server.restart();
        server
    }

    /// Starts it again on the same address.
    pub(crate) fn restart(&mut self) {
        let launch = Launch::server(&self.folder)
            .args(["--listen", &self.address.to_string()])
            .args(&self.args);
        let process = match self.level {
            Some(level) => launch.env("WEB_MPC_LOG", level).start(),
            None => launch.start(),
        };
        let line = process.out("listening on");
        assert_eq!(line, format!("listening on {}", self.url));
        self.process = Some(process);
    }

    /// `kill -9`; gives what it has said.
    pub(crate) fn kill(&mut self) -> Said {
        self.process.take().unwrap().kill()
    }

    pub(crate) fn process(&self) -> &Process {
        self.process.as_ref().unwrap()
    }

    /// Waits for its end.
    pub(crate) fn finish(&mut self) -> Finished {
        self.process.take().unwrap().finish()
    }
}
