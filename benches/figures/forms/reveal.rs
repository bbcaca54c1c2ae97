//! Reveals of forms with both programs on this machine, over the floor: opening both boxes of every
//! submission, and the bare circuit work of both sides on its shares.

use std::fs;
use std::path::Path;
use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Deserialize;
use serde_json::Value;
use web_mpc::crypto::{Party, SigningKeyPair};
use web_mpc::form::report::Report;
use web_mpc::form::{Answers, Form};
use web_mpc::ids::SubmissionId;
use web_mpc::manifest::Terms;
use web_mpc::measurement::{Instance, KindSettings, Measurement};
use web_mpc::submission::Submission;

use super::bare::{self, Sides};
use super::{form_of, plain, synthetic};
use crate::Failure;
use crate::deployment::{Server, analyst_keys, cores};
use crate::floor::{computation_key, on_both_sides, on_threads};
use crate::stored::{Ratios, compare, fill};
use crate::table::{Goal, number, verdict};

/// Reveal of the wage survey over its floor.
const GOAL_CELLS: f64 = 1.5;

/// Time until the last page of a crowd is settled, over the floor.
const GOAL_PARTIES: f64 = 1.3;

/// Most memory of either program with a crowd, in megabytes.
const GOAL_MEMORY: f64 = 200.0;

/// The wage survey: few parties, 960 cells each.
pub(crate) async fn cells(quick: bool) -> Result<(), Failure> {
    let (rounds, parties) = if quick { (1, 40) } else { (5, 100) };
    let ratios = measure("wages", parties, rounds).await?;
    verdict("reveal / floor", ratios.whole, Goal::AtMost(GOAL_CELLS), "");
    Ok(())
}

/// The employee survey: ten questions, and a crowd that answers them.
pub(crate) async fn parties(quick: bool) -> Result<(), Failure> {
    let (rounds, parties) = if quick { (1, 2_000) } else { (5, 20_000) };
    let ratios = measure("employees", parties, rounds).await?;
    let goal = Goal::AtMost(GOAL_PARTIES);
    verdict("prepared / floor", ratios.prepared, goal, "");
    let memory = number(usize::try_from(ratios.memory / 1_000_000)?);
    let goal = Goal::AtMost(GOAL_MEMORY);
    verdict("memory of either program", memory, goal, " MB");
    Ok(())
}

/// One party's part in a batch.
struct Sharded {
    submission: Submission,
    /// What is in its boxes.
    report: bare::Report,
}

async fn measure(example: &str, parties: usize, rounds: usize) -> Result<Ratios, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{example}/form.json"));
    let form = Form::parse(&fs::read_to_string(path)?).map_err(|errors| format!("{errors:?}"))?;
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path())?;
    let kind = KindSettings {
        form: Some(Box::new(form.clone())),
        ..KindSettings::default()
    };
    let terms = server.create(folder.path(), kind).await?;
    drop(server);
    let all = synthetic::everybody(&form, parties, 0, &mut StdRng::seed_from_u64(2026));
    let start = Instant::now();
    let (sharded, cpu) = on_threads(cores(), &all, |answers| shard(&terms, answers))?;
    println!(
        "\n{}: {parties} submissions made on all cores at {:.0} a second, {:.2} ms CPU each",
        form.title,
        number(parties) / start.elapsed().as_secs_f64(),
        cpu.as_secs_f64() * 1e3 / number(parties),
    );
    let submissions = sharded.iter().map(|sharded| sharded.submission.clone());
    fill(folder.path(), terms.fingerprint, submissions.collect()).await?;

    let server_keys = computation_key(folder.path(), &terms)?;
    let analyst_keys = analyst_keys(folder.path())?.boxes;
    let sides = Sides {
        vdaf: form_of(&terms.scheme)?.vdaf(),
        context: terms.fingerprint.as_bytes(),
    };
    let floor = || {
        on_both_sides(&sharded, |party| {
            let opened = server_keys.open(&party.submission.server_box.0);
            opened.ok_or("the server's box does not open")?;
            let opened = analyst_keys.open(&party.submission.analyst_box.0);
            opened.ok_or("the analyst's box does not open")?;
            sides.verify(&party.report)
        })
    };
    let title = format!(
        "From Enter to the result of {parties} stored submissions, over 2 x {parties} boxes and \
         the bare circuit work"
    );
    compare(&title, folder.path(), rounds, floor, |result| {
        check(&form, &all, result)
    })
}

/// Splits, seals and signs the answers of one party.
fn shard(terms: &Terms, answers: &Answers) -> Result<Sharded, Failure> {
    let rng = &mut StdRng::from_rng(&mut rand::rng());
    let keys = SigningKeyPair::<Party>::generate(rng);
    let submission_id = SubmissionId::random(rng);
    let at = Instance {
        fingerprint: &terms.fingerprint,
        submission_id: &submission_id,
    };
    let measurement = Measurement::Answers(Box::new(answers.clone()));
    let shares = terms.scheme.shard(&measurement, at, rng)?;
    let vdaf = form_of(&terms.scheme)?.vdaf();
    let nonce = *submission_id.as_bytes();
    Ok(Sharded {
        report: bare::Report::of_form(vdaf, nonce, &shares)?,
        submission: Submission::seal_shares(terms, &keys, submission_id, 1, &shares, rng),
    })
}

/// Compares every published figure with a plain computation of the same answers.
fn check(form: &Form, all: &[Answers], result: &Value) -> Result<(), Failure> {
    let report = Report::deserialize(result.get("result").ok_or("no report")?)?;
    if plain::check(form, all, &report) == 0 {
        return Err("no figure was published".into());
    }
    Ok(())
}
