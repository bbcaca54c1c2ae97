//! The real server in a folder of its own, with a computation that takes submissions.

use std::fs::File;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use web_mpc::client;
use web_mpc::crypto::{Analyst, Entropy, Identity, Party, SigningKeyPair};
use web_mpc::files::keyfile;
use web_mpc::ids::ComputationName;
use web_mpc::manifest::Terms;
use web_mpc::measurement::{KindSettings, Measurement};
use web_mpc::protocol::{ClientMessage, encode};
use web_mpc::session::{AnalystSession, Purpose, Settings};
use web_mpc::submission::Submission;

use crate::Failure;
use crate::process::Program;

/// Inputs are below this.
pub(crate) const INPUTS: u32 = 100_000;

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    /// The process.
    pub(crate) program: Program,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the server's release build in a folder, on any free port.
    pub(crate) fn start(directory: &Path) -> Result<Self, Failure> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(directory.join("server.log"))?;
        let mut program = Program::start(
            Command::new(env!("CARGO_BIN_EXE_server"))
                .args(["--listen", "127.0.0.1:0"])
                .current_dir(directory)
                .stderr(log),
        )?;
        let address = program.wait_for("listening on ws://")?.parse()?;
        Ok(Self { program, address })
    }

    /// The address as clients name it.
    pub(crate) fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Sets up the computation that all programs use when none is named. The analyst's keys are
    /// where its program looks for them.
    pub(crate) async fn create(
        &self,
        directory: &Path,
        kind: KindSettings,
    ) -> Result<Arc<Terms>, Failure> {
        let settings = Settings {
            kind,
            ..Settings::default()
        };
        let name = ComputationName::default();
        let identity = analyst_keys(directory)?;
        let session = AnalystSession::new(identity, name, settings, Purpose::Collect);
        let url = self.url().parse()?;
        let (connection, joined) = client::join(&url, session, &Entropy::System).await?;
        connection.close().await;
        Ok(joined.terms)
    }
}

/// The keys that the analyst's program finds in a folder, which are made if there are none.
pub(crate) fn analyst_keys(directory: &Path) -> Result<Identity<Analyst>, Failure> {
    let path = directory.join("keys.json");
    Ok(keyfile::load_or_create::<Analyst>(&path, &Entropy::System)?.identity)
}

/// Submissions of as many parties, sealed on all cores, and their sum.
pub(crate) fn seal(terms: &Terms, count: usize) -> Result<(Vec<Submission>, u64), Failure> {
    let cores = cores();
    let parts: Vec<Result<_, Failure>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|core| {
                let part = (core..count).step_by(cores).len();
                scope.spawn(move || seal_part(terms, part))
            })
            .collect();
        let joined = threads.into_iter().map(|thread| {
            let part = thread.join();
            part.unwrap_or_else(|_| Err("sealing failed".into()))
        });
        joined.collect()
    });
    let (mut submissions, mut sum) = (Vec::with_capacity(count), 0);
    for part in parts {
        let (sealed, part) = part?;
        submissions.extend(sealed);
        sum += part;
    }
    Ok((submissions, sum))
}

fn seal_part(terms: &Terms, count: usize) -> Result<(Vec<Submission>, u64), Failure> {
    let mut rng = StdRng::from_rng(&mut rand::rng());
    let (mut submissions, mut sum) = (Vec::with_capacity(count), 0);
    for _ in 0..count {
        let value = rng.random_range(0..INPUTS);
        sum += u64::from(value);
        let keys = SigningKeyPair::<Party>::generate(&mut rng);
        let measurement = Measurement::Number(value.into());
        submissions.push(Submission::seal(terms, &keys, 1, &measurement, &mut rng)?);
    }
    Ok((submissions, sum))
}

/// The text of a message.
pub(crate) fn text(message: &ClientMessage) -> Utf8Bytes {
    encode(message).into()
}

/// How many cores there are.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
