//! Programs as processes of their own: started, measured, and ended with whoever holds them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::Failure;

/// The unit of processor times in `/proc`: `USER_HZ` is 100 on every architecture of Linux.
const TICK: Duration = Duration::from_millis(10);

/// A program that runs; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a program, without any setting that the environment may have for it.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Failure> {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WEB_MPC_") {
                command.env_remove(name);
            }
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let lines = BufReader::new(stdout);
        Ok(Self { child, lines })
    }

    /// Reads lines until one begins with `prefix`; gives what follows it.
    pub(crate) fn wait_for(&mut self, prefix: &str) -> Result<String, Failure> {
        let mut line = String::new();
        while self.lines.read_line(&mut line)? > 0 {
            if let Some(rest) = line.strip_prefix(prefix) {
                return Ok(rest.trim().to_owned());
            }
            line.clear();
        }
        Err(format!("a program ended before it said `{prefix}`").into())
    }

    /// Where the program reads from.
    pub(crate) fn input(&mut self) -> Result<&mut ChildStdin, Failure> {
        Ok(self.child.stdin.as_mut().ok_or("no standard input")?)
    }

    /// Processor time that the program has used, by itself and in the system.
    pub(crate) fn cpu(&self) -> Result<Duration, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The fields are counted from the end of the name, which may hold anything.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let mut times = fields.split_whitespace().skip(11);
        let mut ticks =
            || -> Result<u32, Failure> { Ok(times.next().ok_or("no times in /proc")?.parse()?) };
        Ok(TICK * (ticks()? + ticks()?))
    }

    /// Memory in bytes, as `/proc` names it: `VmRSS` is resident now, `VmHWM` was the most.
    pub(crate) fn memory(&self, name: &str) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mut lines = status.lines();
        let size = lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .ok_or("no memory in /proc")?;
        let kib: u64 = size.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
