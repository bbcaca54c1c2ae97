//! A whole campaign with a form, from spreadsheets to published figures: makes synthetic answers,
//! fills in a spreadsheet for each party, runs server, analyst and input parties as programs of
//! their own, and compares every figure that is published with a plain computation of the answers.
//!
//! `cargo run --example campaign -- wages|spend|employees`
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::print_stdout,
    reason = "a check: whatever is wrong must stop it, and what is right is told"
)]

mod plain;
mod synthetic;

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;
use web_mpc::form::report::{Content, Report};
use web_mpc::form::{Answers, Form};
use web_mpc::spreadsheet;

type Failure = Box<dyn Error>;

/// The campaigns: name, parties, and how many of them are in the last group, which is too small.
const CAMPAIGNS: [(&str, usize, usize); 3] =
    [("wages", 130, 2), ("spend", 40, 0), ("employees", 120, 0)];

fn main() -> Result<(), Failure> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let campaign = CAMPAIGNS.iter().find(|(known, ..)| *known == name);
    let Some((name, parties, small)) = campaign else {
        return Err("give one of: wages, spend, employees".into());
    };
    let start = Instant::now();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}/form.json"));
    let form = Form::parse(&fs::read_to_string(&path)?).map_err(|errors| errors[0].to_string())?;
    let rng = &mut StdRng::seed_from_u64(2026);
    let all = synthetic::everybody(&form, *parties, *small, rng);
    let folder = tempfile::tempdir()?;
    let programs = build()?;
    let report = campaign_of(&form, &path, &all, folder.path(), &programs)?;
    let figures = plain::check(&form, &all, &report);
    println!("{}", summary(&report));
    println!(
        "{figures} published figures of {parties} parties equal a plain computation of the same \
         data, to the last digit. That took {:.1} seconds.",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Builds the three programs; gives the folder that they are in.
fn build() -> Result<PathBuf, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--bins"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !built.success() {
        return Err("the programs do not build".into());
    }
    let example = std::env::current_exe()?;
    let folder = example.parent().and_then(Path::parent);
    Ok(folder.ok_or("no folder of programs")?.to_owned())
}

/// Runs everything; gives what the analyst wrote.
fn campaign_of(
    form: &Form,
    path: &Path,
    all: &[Answers],
    folder: &Path,
    programs: &Path,
) -> Result<Report, Failure> {
    let mut server = Program::start(
        Command::new(programs.join("server"))
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder),
    )?;
    let url = server.line("listening on ")?;
    let mut analyst = Program::start(
        Command::new(programs.join("analyst"))
            .args(["--server", &url, "--out", "result.json", "--form"])
            .arg(path)
            .current_dir(folder),
    )?;
    analyst.line("Hit enter")?;
    let version = form.hash().to_string();
    for (number, answers) in all.iter().enumerate() {
        let file = folder.join(format!("party-{number}.xlsx"));
        fs::write(&file, spreadsheet::filled(form, &version, answers)?)?;
        let submitted = Command::new(programs.join("input-party"))
            .args(["--server", &url, "--yes", "--file"])
            .arg(&file)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()?;
        if !submitted.status.success() {
            return Err(String::from_utf8_lossy(&submitted.stderr).into());
        }
    }
    analyst.input()?.write_all(b"\n")?;
    // It prints the tables too: who does not read them stops it.
    std::io::copy(&mut analyst.output, &mut std::io::sink())?;
    let ended = analyst.child.wait()?;
    if !ended.success() {
        return Err("the analyst failed".into());
    }
    let written = fs::read_to_string(folder.join("result.json"))?;
    Ok(serde_json::from_str(&written)?)
}

/// One line for each group.
fn summary(report: &Report) -> String {
    let lines = report.groups.iter().map(|group| {
        let names: Vec<&str> = group.of.iter().map(|(_, option)| option.as_str()).collect();
        let name = if names.is_empty() {
            "All parties".to_owned()
        } else {
            names.join(", ")
        };
        let content = match &group.content {
            Content::Sections(sections) => format!("{} sections", sections.len()),
            Content::Suppressed(reason) => format!("not shown: {reason}"),
        };
        format!("  {name} ({} parties): {content}", group.parties)
    });
    let lines: Vec<String> = lines.collect();
    format!("{}\n{}", report.title, lines.join("\n"))
}

/// A program that runs until this value goes.
struct Program {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(command: &mut Command) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        Ok(Self {
            child,
            output: BufReader::new(output),
        })
    }

    /// What follows `beginning` in the first line that has it there.
    fn line(&mut self, beginning: &str) -> Result<String, Failure> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err(format!("the program ended before it said {beginning:?}").into());
            }
            if let Some(rest) = line.strip_prefix(beginning) {
                return Ok(rest.trim().to_owned());
            }
        }
    }

    fn input(&mut self) -> Result<&mut std::process::ChildStdin, Failure> {
        Ok(self.child.stdin.as_mut().ok_or("no input")?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
