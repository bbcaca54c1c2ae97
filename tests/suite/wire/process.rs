//! The three programs as processes of their own, each ended by its id.

use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// Between two looks at a process that is being waited for.
const LOOK: Duration = Duration::from_millis(2);

/// Runs programs in a directory.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    directory: PathBuf,
    log: &'static str,
}

/// A program that was started. Clones share it; the last one ends it.
#[derive(Debug, Clone)]
pub(crate) struct Process(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    child: Mutex<Child>,
    id: u32,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    readers: Mutex<Vec<thread::JoinHandle<()>>>,
}

impl Programs {
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            log: "warn",
        }
    }

    /// The same, with everything in the logs.
    pub(crate) fn traced(directory: &Path) -> Self {
        Self {
            log: "trace",
            ..Self::new(directory)
        }
    }

    /// A server on any free port, once it listens.
    pub(crate) fn server(&self) -> (Process, SocketAddr) {
        let server = self.start(
            env!("CARGO_BIN_EXE_server"),
            &["--listen", "127.0.0.1:0"],
            "",
        );
        let line = server.line_with("listening on ws://");
        let address = line.rsplit("ws://").next().unwrap().trim();
        let address = address.trim_end_matches('/').parse().unwrap();
        (server, address)
    }

    pub(crate) fn analyst(&self, server: SocketAddr, arguments: &[&str]) -> Process {
        let url = format!("ws://{server}");
        let arguments = [&["--server", &url], arguments].concat();
        self.start(env!("CARGO_BIN_EXE_analyst"), &arguments, "")
    }

    /// An input party that reads its value from standard input.
    pub(crate) fn party(&self, server: SocketAddr, arguments: &[&str], value: &str) -> Process {
        let url = format!("ws://{server}");
        let arguments = [&["--server", &url], arguments, &["-"]].concat();
        self.start(env!("CARGO_BIN_EXE_input-party"), &arguments, value)
    }

    /// Any program with any arguments.
    pub(crate) fn start(&self, program: &str, arguments: &[&str], input: &str) -> Process {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WEB_MPC_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(arguments)
            .current_dir(&self.directory)
            .env("WEB_MPC_LOG", self.log)
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Dropped at the end of the statement: the program sees the end of its input.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let (stdout, stderr) = (Arc::default(), Arc::default());
        let readers = vec![
            collect(child.stdout.take().unwrap(), &stdout),
            collect(child.stderr.take().unwrap(), &stderr),
        ];
        Process(Arc::new(Inner {
            id: child.id(),
            child: Mutex::new(child),
            stdout,
            stderr,
            readers: Mutex::new(readers),
        }))
    }
}

fn collect(
    mut from: impl Read + Send + 'static,
    to: &Arc<Mutex<Vec<u8>>>,
) -> thread::JoinHandle<()> {
    let to = Arc::clone(to);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            to.lock().unwrap().extend_from_slice(&buffer[..read]);
        }
    })
}

impl Process {
    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&self) {
        self.0.end();
    }

    /// Its exit status, if it has ended.
    pub(crate) fn status(&self) -> Option<ExitStatus> {
        self.0.child().try_wait().unwrap()
    }

    /// Waits for its end, then for all of its output.
    pub(crate) fn wait(&self) -> ExitStatus {
        let status = until("a program to end", || self.status());
        for reader in self.0.readers.lock().unwrap().drain(..) {
            reader.join().unwrap();
        }
        status
    }

    /// The line of standard output that holds a text, once it is there.
    pub(crate) fn line_with(&self, text: &str) -> String {
        until(text, || {
            // First whether it has ended: then all that it said is there.
            let ended = self.status().is_some();
            if ended {
                self.wait();
            }
            let out = self.stdout();
            let line = out.lines().find(|line| line.contains(text));
            let whole = line.filter(|_| out.ends_with('\n')).map(str::to_owned);
            assert!(
                whole.is_some() || !ended,
                "ended without {text:?}: {out}{}",
                self.stderr()
            );
            whole
        })
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout.lock().unwrap()).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr.lock().unwrap()).into_owned()
    }

    /// Most memory that it has had at any time, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id)).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes: u64 = line
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        kilobytes * 1024
    }
}

/// Waits until there is something; fails where it takes too long for something that works.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        thread::sleep(LOOK);
    }
}

impl Inner {
    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap()
    }

    fn end(&self) {
        let mut child = self.child();
        drop(child.kill());
        drop(child.wait());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}
