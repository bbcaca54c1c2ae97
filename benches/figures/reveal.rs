//! Time from Enter to the sum, with both programs on this machine, over the floor: opening
//! both boxes of every submission on the same cores.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use web_mpc::crypto::{Analyst, Entropy};
use web_mpc::files::keyfile;
use web_mpc::ids::Fingerprint;
use web_mpc::store::{self, StoredSubmission, Submitted};
use web_mpc::submission::Submission;

use crate::Failure;
use crate::deployment::{Server, seal};
use crate::floor::{computation_key, open_all};
use crate::load::each;
use crate::process::Program;
use crate::table::{Goal, Table, median, verdict};

/// Submissions that are stored at the same time.
const STORING: usize = 500;

/// Reveal over floor.
const GOAL: f64 = 1.15;

/// What one reveal took.
#[derive(Debug)]
struct Revealed {
    wall: Duration,
    /// Of both programs.
    cpu: Duration,
    sum: String,
    server_memory: u64,
}

/// What opening all boxes took.
#[derive(Debug, Clone, Copy)]
struct Opened {
    wall: Duration,
    cpu: Duration,
}

pub(crate) async fn measure(quick: bool) -> Result<(), Failure> {
    let (rounds, count) = if quick { (3, 20_000) } else { (5, 100_000) };
    let original = tempfile::tempdir()?;
    let server = Server::start(original.path())?;
    let terms = server.create(original.path()).await?;
    drop(server);
    let (submissions, sum) = seal(&terms, count)?;
    fill(original.path(), terms.fingerprint, submissions.clone()).await?;

    let server_keys = computation_key(original.path(), &terms)?;
    let path = original.path().join("keys.json");
    let analyst = keyfile::load_or_create::<Analyst>(&path, &Entropy::System)?.identity;
    let servers: Vec<&[u8]> = submissions.iter().map(|s| &s.server_box.0[..]).collect();
    let analysts: Vec<&[u8]> = submissions.iter().map(|s| &s.analyst_box.0[..]).collect();
    // Both at once, as many threads as both programs have: what else runs on this machine gets the
    // same share of it from the floor as from the reveal.
    let floor = || -> Result<Opened, Failure> {
        let start = Instant::now();
        let cpu = std::thread::scope(|scope| {
            let server = scope.spawn(|| open_all(&server_keys, &servers));
            let analyst = open_all(&analyst.boxes, &analysts)?;
            let server = server.join().map_err(|_| "a thread failed")??;
            Ok::<_, Failure>(server + analyst)
        })?;
        let wall = start.elapsed();
        Ok(Opened { wall, cpu })
    };

    let mut table = Table::new(&[
        "round",
        "reveal s",
        "floor s",
        "ratio",
        "CPU s",
        "floor CPU s",
        "ratio",
        "server MB",
    ]);
    let (mut ratios, mut cpu_ratios) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        let before = floor()?;
        let revealed = reveal(original.path())?;
        // The machine may have become busier meanwhile.
        let after = floor()?;
        if revealed.sum != sum.to_string() {
            return Err(format!("the sum is {sum}, not {}", revealed.sum).into());
        }
        let (wall, cpu) = ((before.wall + after.wall) / 2, (before.cpu + after.cpu) / 2);
        let ratio = revealed.wall.as_secs_f64() / wall.as_secs_f64();
        let cpu_ratio = revealed.cpu.as_secs_f64() / cpu.as_secs_f64();
        let seconds = |time: Duration| format!("{:.2}", time.as_secs_f64());
        table.row(
            &round.to_string(),
            [
                seconds(revealed.wall),
                seconds(wall),
                format!("{ratio:.3}"),
                seconds(revealed.cpu),
                seconds(cpu),
                format!("{cpu_ratio:.3}"),
                (revealed.server_memory / 1_000_000).to_string(),
            ],
        );
        ratios.push(ratio);
        cpu_ratios.push(cpu_ratio);
    }
    table.print(&format!(
        "From Enter to the sum of {count} stored submissions, over opening 2 x {count} boxes"
    ));
    println!("  CPU of both programs / floor: {:.2}", median(cpu_ratios));
    verdict("reveal / floor", median(ratios), Goal::AtMost(GOAL), "");
    Ok(())
}

/// Stores submissions as the server would.
async fn fill(
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
    }
}

/// Reveals a copy of that folder with both programs.
fn reveal(original: &Path) -> Result<Revealed, Failure> {
    let copy = tempfile::tempdir()?;
    copy_all(original, copy.path())?;
    let server = Server::start(copy.path())?;
    let mut analyst = Program::start(
        Command::new(env!("CARGO_BIN_EXE_analyst"))
            .args(["--server", &server.url()])
            .current_dir(copy.path())
            .stderr(File::create(copy.path().join("analyst.log"))?),
    )?;
    analyst.wait_for("Hit enter")?;
    let before = server.program.cpu()? + analyst.cpu()?;
    let start = Instant::now();
    analyst.input()?.write_all(b"\n")?;
    let sum = analyst.wait_for("SUM IS: ")?;
    let wall = start.elapsed();
    let cpu = server.program.cpu()? + analyst.cpu()?;
    Ok(Revealed {
        wall,
        cpu: cpu.saturating_sub(before),
        sum,
        server_memory: server.program.memory("VmHWM")?,
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
