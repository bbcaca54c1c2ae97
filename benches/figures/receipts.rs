//! Server CPU for each new connection that hands in a submission and gets a durable receipt, over
//! the floor: a bare WebSocket connection with one message of the same size, one opening, one check
//! of a signature and one signature.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::Utf8Bytes;
use web_mpc::crypto::{Entropy, SigningKeyPair};
use web_mpc::manifest::VERSION;
use web_mpc::measurement::KindSettings;
use web_mpc::protocol::ClientMessage;
use web_mpc::submission::Submission;

use crate::deployment::{Server, seal, text};
use crate::floor::{Arithmetic, computation_key};
use crate::load::{ask, connect, each, leave};
use crate::process::Program;
use crate::table::{Goal, Table, median, micros_each, number, verdict};
use crate::{Failure, echo};

/// Clients at the same time.
const CONCURRENT: usize = 64;

/// Server CPU over the floor.
const GOAL: f64 = 1.3;

/// What one round of one server took.
#[derive(Debug, Clone, Copy)]
struct Served {
    cpu: Duration,
    wall: Duration,
}

/// Microseconds of CPU for each submission, of one round.
#[derive(Debug, Clone, Copy)]
struct Round {
    receipt: f64,
    echo: f64,
    open: f64,
    verify: f64,
    sign: f64,
    receipts_a_second: f64,
    echoes_a_second: f64,
}

impl Round {
    fn floor(&self) -> f64 {
        self.echo + self.open + self.verify + self.sign
    }
}

pub(crate) async fn measure(quick: bool) -> Result<(), Failure> {
    let (rounds, count) = if quick { (3, 1_000) } else { (7, 4_000) };
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path())?;
    let terms = server
        .create(directory.path(), KindSettings::default())
        .await?;
    let boxes = computation_key(directory.path(), &terms)?;
    let signing = SigningKeyPair::generate(&mut Entropy::System.rng());
    let (echo, echo_address) = echo::start()?;
    let mut measured = Vec::with_capacity(rounds);
    // The first round warms caches up and does not count.
    for round in 0..=rounds {
        let (submissions, _) = seal(&terms, count)?;
        let texts: Vec<Utf8Bytes> = submissions.iter().map(submit).collect();
        let echoed = visit(&echo, echo_address, None, texts.clone()).await?;
        let hello = text(&ClientMessage::Hello { version: VERSION });
        let receipted = visit(&server.program, server.address, Some(hello), texts).await?;
        let arithmetic = Arithmetic::measure(&submissions, &boxes, &signing)?;
        if round > 0 {
            measured.push(Round {
                receipt: micros_each(receipted.cpu, count),
                echo: micros_each(echoed.cpu, count),
                open: micros_each(arithmetic.open, count),
                verify: micros_each(arithmetic.verify, count),
                sign: micros_each(arithmetic.sign, count),
                receipts_a_second: number(count) / receipted.wall.as_secs_f64(),
                echoes_a_second: number(count) / echoed.wall.as_secs_f64(),
            });
        }
    }
    print(&measured, count);
    Ok(())
}

fn submit(submission: &Submission) -> Utf8Bytes {
    text(&ClientMessage::Submit(submission.clone()))
}

/// Has every text sent over a connection of its own, after a greeting if there is one.
async fn visit(
    program: &Program,
    address: SocketAddr,
    greeting: Option<Utf8Bytes>,
    texts: Vec<Utf8Bytes>,
) -> Result<Served, Failure> {
    let (before, start) = (program.cpu()?, Instant::now());
    each(texts, CONCURRENT, move |client, text| {
        let greeting = greeting.clone();
        async move {
            let greeted = greeting.is_some();
            let mut socket = connect(address, client).await?;
            let answers = ask(&mut socket, greeting.into_iter().chain([text])).await?;
            let stored = answers.last().is_some_and(|last| last.contains("receipt"));
            if greeted && !stored {
                return Err(format!("no receipt: {answers:?}").into());
            }
            leave(socket).await
        }
    })
    .await?;
    let wall = start.elapsed();
    Ok(Served {
        cpu: program.cpu()?.saturating_sub(before),
        wall,
    })
}

fn print(rounds: &[Round], count: usize) {
    let of = |what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
    let mut table = Table::new(&["", "us"]);
    let micros = |what| [format!("{:.1}", of(what))];
    table.row(
        "durable receipt, new connection",
        micros(|round| round.receipt),
    );
    table.row("floor", micros(Round::floor));
    table.row("  bare WebSocket echo", micros(|round| round.echo));
    table.row("  opening a box", micros(|round| round.open));
    table.row("  checking a signature", micros(|round| round.verify));
    table.row("  signing", micros(|round| round.sign));
    table.print(&format!(
        "Server CPU for each submission ({} rounds of {count}, {CONCURRENT} clients at a time)",
        rounds.len()
    ));
    println!(
        "  {:.0} receipts/s, {:.0} echoes/s, clients on the same cores",
        of(|round| round.receipts_a_second),
        of(|round| round.echoes_a_second),
    );
    let ratio = of(|round| round.receipt / round.floor());
    verdict("receipt / floor", ratio, Goal::AtMost(GOAL), "");
}
