//! Submissions beside JIFF's, in the arrangement of its web-mpc demo: a server, an analyst who stays,
//! and one process that drives N input parties, each with keys and a connection of its own. Both take
//! turns on this machine, and both sums are checked.
//!
//! `cargo bench --bench jiff [-- N...]`. Needs node and npm: JIFF is installed under the target folder.

#![expect(clippy::print_stdout, reason = "results go to stdout")]

#[path = "../support/deployment.rs"]
mod deployment;
#[path = "../support/load.rs"]
mod load;
mod ours;
mod peer;
#[path = "../support/process.rs"]
mod process;
#[path = "../support/table.rs"]
mod table;

use std::time::Duration;

use clap::Parser;

use self::table::{Goal, Table, median, micros_each, number, verdict};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Parties that are connected at the same time. JIFF's bytes and time grow with it, while the
/// product's commits are shared by more: everybody is measured at each, and compared at its best.
const CONCURRENT: [usize; 2] = [8, 32];

/// Where the goals hold.
const GOAL_AT: usize = 1_000;

/// Submissions a second over JIFF's, sealed beforehand.
const GOAL_SEALED: f64 = 30.0;

/// Submissions a second over JIFF's, all cryptography included.
const GOAL_WHOLE: f64 = 15.0;

/// Our bytes in percent of JIFF's.
const GOAL_BYTES: f64 = 1.0;

/// Measures the product beside JIFF.
#[derive(Debug, Parser)]
struct Arguments {
    /// Numbers of input parties
    #[arg(default_values_t = [100, 1_000])]
    parties: Vec<usize>,
    /// Turns that each of them takes
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// What N submissions took.
#[derive(Debug, Clone, Copy)]
struct Taken {
    wall: Duration,
    server_cpu: Duration,
    bytes: u64,
    /// Most memory that the server had, in bytes.
    memory: u64,
}

/// Who is measured.
#[derive(Debug, Default)]
struct Contender {
    rates: Vec<f64>,
    server_micros: Vec<f64>,
    bytes: Vec<f64>,
    megabytes: Vec<f64>,
}

impl Contender {
    fn add(&mut self, parties: usize, taken: Taken) -> Result<(), Failure> {
        self.rates.push(number(parties) / taken.wall.as_secs_f64());
        self.server_micros
            .push(micros_each(taken.server_cpu, parties));
        let bytes = number(usize::try_from(taken.bytes)?);
        self.bytes.push(bytes / number(parties));
        let kilobytes = number(usize::try_from(taken.memory / 1_000)?);
        self.megabytes.push(kilobytes / 1e3);
        Ok(())
    }

    fn row(&self, table: &mut Table, name: &str) {
        let millis = median(self.server_micros.clone()) / 1e3;
        table.row(
            name,
            [
                format!("{:.0}", median(self.rates.clone())),
                format!("{millis:.2}"),
                format!("{:.0}", median(self.bytes.clone())),
                format!("{:.0}", median(self.megabytes.clone())),
            ],
        );
    }
}

fn main() -> Result<(), Failure> {
    let Arguments {
        parties, rounds, ..
    } = Arguments::parse();
    rlimit::increase_nofile_limit(u64::MAX)?;
    let package = peer::install()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    for count in parties {
        runtime.block_on(compare(&package, count, rounds))?;
    }
    Ok(())
}

async fn compare(package: &str, parties: usize, rounds: usize) -> Result<(), Failure> {
    let contenders = || CONCURRENT.map(|_| Contender::default());
    let [mut jiff, mut whole, mut sealed] = [(); 3].map(|()| contenders());
    for _ in 0..rounds {
        let turns = jiff.iter_mut().zip(&mut whole).zip(&mut sealed);
        for (((jiff, whole), sealed), concurrent) in turns.zip(CONCURRENT) {
            jiff.add(parties, peer::run(package, parties, concurrent)?)?;
            whole.add(parties, ours::whole(parties, concurrent).await?)?;
            sealed.add(parties, ours::sealed(parties, concurrent).await?)?;
        }
    }
    let mut table = Table::new(&["", "submissions/s", "server CPU ms", "bytes", "server MB"]);
    for (name, contenders) in [
        ("JIFF", &jiff),
        ("all cryptography by the parties", &whole),
        ("sealed beforehand", &sealed),
    ] {
        for (concurrent, contender) in CONCURRENT.iter().zip(contenders) {
            contender.row(&mut table, &format!("{name}, {concurrent} at a time"));
        }
    }
    table.print(&format!(
        "{parties} input parties ({rounds} rounds); CPU and bytes of each"
    ));
    let jiff = best(&jiff)?;
    for (name, ours, goal) in [
        ("all cryptography", best(&whole)?, GOAL_WHOLE),
        ("sealed beforehand", best(&sealed)?, GOAL_SEALED),
    ] {
        let pairs = ours.rates.iter().zip(&jiff.rates);
        let faster = median(pairs.map(|(ours, jiff)| ours / jiff).collect());
        let percent = 100.0 * median(ours.bytes.clone()) / median(jiff.bytes.clone());
        for (what, found, goal, unit) in [
            ("rate", faster, Goal::AtLeast(goal), " times"),
            ("bytes of JIFF's", percent, Goal::AtMost(GOAL_BYTES), " %"),
        ] {
            if parties == GOAL_AT {
                verdict(&format!("{what}, {name}"), found, goal, unit);
            } else {
                println!("  {what}, {name}: {found:.2}{unit}");
            }
        }
    }
    Ok(())
}

/// A contender where it is fastest.
fn best(contenders: &[Contender]) -> Result<&Contender, Failure> {
    let rate = |contender: &Contender| median(contender.rates.clone());
    let fastest = |a: &&Contender, b: &&Contender| rate(a).total_cmp(&rate(b));
    let best = contenders.iter().max_by(fastest);
    best.ok_or_else(|| "nobody was measured".into())
}
