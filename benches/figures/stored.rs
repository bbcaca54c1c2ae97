//! A batch that stands in a database, as a server has collected it, and its reveal by both programs.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use web_mpc::ids::Fingerprint;
use web_mpc::store::{self, StoredSubmission, Submitted};
use web_mpc::submission::Submission;

use crate::Failure;
use crate::deployment::Server;
use crate::floor::Taken;
use crate::load::each;
use crate::process::Program;
use crate::table::{Table, median};

/// Submissions that are stored at the same time.
const STORING: usize = 500;

/// Stores submissions as the server would.
pub(crate) async fn fill(
    directory: &Path,
    fingerprint: Fingerprint,
    submissions: Vec<Submission>,
) -> Result<(), Failure> {
    let url = format!("sqlite:{}", directory.join("web-mpc.db").display());
    let store = store::open(&url).await?;
    let storing = Arc::clone(&store);
    each(submissions, STORING, move |_, submission| {
        let store = Arc::clone(&storing);
        async move {
            let stored = stored(submission);
            match store.submit(&fingerprint, stored, u64::MAX).await? {
                Submitted::Stored { .. } => Ok(()),
                other => Err(format!("{other:?}").into()),
            }
        }
    })
    .await?;
    store.close().await;
    Ok(())
}

fn stored(submission: Submission) -> StoredSubmission {
    StoredSubmission {
        submission_hash: submission.hash(),
        party_key: submission.party_key,
        submission_id: submission.submission_id,
        sequence: submission.sequence,
        public_part: submission.public_part,
        server_box: submission.server_box,
        analyst_box: submission.analyst_box,
        signature: submission.signature,
        invitations: 0,
        tracked: None,
    }
}

/// What one reveal took.
#[derive(Debug)]
struct Revealed {
    /// From Enter until both sides have spoken on the last submission.
    prepared: Duration,
    /// From Enter until the result is printed; the processor time is that of both programs.
    whole: Taken,
    /// What the analyst's program prints for other programs.
    result: Value,
    /// The most that either program needed, in bytes.
    server_memory: u64,
    analyst_memory: u64,
}

/// What the analyst's program says meanwhile.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    Submissions {},
    Progress { done: u64, of: u64 },
    Result(Value),
    Error { message: String },
}

/// Reveals a copy of that folder with both programs.
fn reveal(original: &Path) -> Result<Revealed, Failure> {
    let copy = tempfile::tempdir()?;
    copy_all(original, copy.path())?;
    let server = Server::start(copy.path())?;
    let mut analyst = Program::start(
        Command::new(env!("CARGO_BIN_EXE_analyst"))
            .args(["--json", "--server", &server.url()])
            .current_dir(copy.path())
            .stderr(File::create(copy.path().join("analyst.log"))?),
    )?;
    analyst.wait_for(r#"{"event":"submissions""#)?;
    let before = server.program.cpu()? + analyst.cpu()?;
    let start = Instant::now();
    analyst.input()?.write_all(b"\n")?;
    let (mut prepared, mut analyst_memory) = (None, 0);
    let result = loop {
        match serde_json::from_str(&analyst.wait_for("")?)? {
            Event::Progress { done, of } if done == of => {
                prepared = Some(start.elapsed());
                // It lives for certain only until the result is read.
                analyst_memory = analyst.memory("VmHWM")?;
            }
            Event::Progress { .. } | Event::Submissions {} => {}
            Event::Result(result) => break result,
            Event::Error { message } => return Err(message.into()),
        }
    };
    let wall = start.elapsed();
    let cpu = server.program.cpu()? + analyst.cpu()?;
    Ok(Revealed {
        prepared: prepared.ok_or("the analyst told of no progress")?,
        whole: Taken {
            wall,
            cpu: cpu.saturating_sub(before),
        },
        result,
        server_memory: server.program.memory("VmHWM")?,
        analyst_memory: analyst.memory("VmHWM").unwrap_or(analyst_memory),
    })
}

/// Reveals over their floor: medians, and the most memory of either program in bytes.
#[derive(Debug)]
pub(crate) struct Ratios {
    pub(crate) prepared: f64,
    pub(crate) whole: f64,
    pub(crate) memory: u64,
}

/// Reveals the batch of that folder and takes its floor in turns, checks every result, and prints
/// all that under a title.
pub(crate) fn compare(
    title: &str,
    directory: &Path,
    rounds: usize,
    floor: impl Fn() -> Result<Taken, Failure>,
    check: impl Fn(&Value) -> Result<(), Failure>,
) -> Result<Ratios, Failure> {
    let mut table = Table::new(&[
        "round",
        "floor s",
        "prepared s",
        "ratio",
        "reveal s",
        "ratio",
        "floor CPU s",
        "CPU s",
        "ratio",
        "server MB",
        "analyst MB",
    ]);
    let (mut prepared, mut whole, mut cpu) = (Vec::new(), Vec::new(), Vec::new());
    let mut memory = 0;
    for round in 1..=rounds {
        let before = floor()?;
        let revealed = reveal(directory)?;
        // The machine may have become busier meanwhile.
        let floor = before.between(floor()?);
        check(&revealed.result)?;
        let ratio = |took: Duration, floor: Duration| took.as_secs_f64() / floor.as_secs_f64();
        let ratios = [
            ratio(revealed.prepared, floor.wall),
            ratio(revealed.whole.wall, floor.wall),
            ratio(revealed.whole.cpu, floor.cpu),
        ];
        let seconds = |time: Duration| format!("{:.2}", time.as_secs_f64());
        let [of_prepared, of_whole, of_cpu] = ratios.map(|ratio| format!("{ratio:.3}"));
        table.row(
            &round.to_string(),
            [
                seconds(floor.wall),
                seconds(revealed.prepared),
                of_prepared,
                seconds(revealed.whole.wall),
                of_whole,
                seconds(floor.cpu),
                seconds(revealed.whole.cpu),
                of_cpu,
                (revealed.server_memory / 1_000_000).to_string(),
                (revealed.analyst_memory / 1_000_000).to_string(),
            ],
        );
        let [of_prepared, of_whole, of_cpu] = ratios;
        prepared.push(of_prepared);
        whole.push(of_whole);
        cpu.push(of_cpu);
        memory = memory
            .max(revealed.server_memory)
            .max(revealed.analyst_memory);
    }
    table.print(title);
    println!("  CPU of both programs / floor: {:.2}", median(cpu));
    Ok(Ratios {
        prepared: median(prepared),
        whole: median(whole),
        memory,
    })
}

/// Copies a folder's files and folders.
fn copy_all(from: &Path, to: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&copy)?;
            copy_all(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), &copy)?;
        }
    }
    Ok(())
}
