//! The product in the same arrangement.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rand::RngExt;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use web_mpc::crypto::{Entropy, Party, SigningKeyPair};
use web_mpc::ids::ComputationName;
use web_mpc::manifest::VERSION;
use web_mpc::measurement::{KindSettings, Measurement};
use web_mpc::protocol::{ClientMessage, Which, decode};
use web_mpc::session::{PartyPlan, PartySession, PartyStep, Pins, Request, Sought};

use crate::deployment::{INPUTS, Server, seal, text};
use crate::load::{ask, connect, each, leave};
use crate::process::Program;
use crate::{Failure, Taken};

/// Every party does everything: finds and checks the computation, makes keys, splits, seals, signs,
/// submits and checks its receipt.
pub(crate) async fn whole(parties: usize, concurrent: usize) -> Result<Taken, Failure> {
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path())?;
    server
        .create(directory.path(), KindSettings::default())
        .await?;
    let analyst = watch(&server, directory.path())?;
    let (address, sum) = (server.address, Arc::new(AtomicU64::new(0)));
    let total = Arc::clone(&sum);
    let (before, start) = (server.program.cpu()?, Instant::now());
    let bytes = each(vec![(); parties], concurrent, move |client, ()| {
        let sum = Arc::clone(&total);
        async move {
            let (mut session, value) = party();
            let mut socket = connect(address, client).await?;
            let mut sending: Vec<Utf8Bytes> = session.connected().iter().map(text).collect();
            loop {
                let answers = ask(&mut socket, sending.drain(..)).await?;
                for answer in answers {
                    let step = session.received(decode(&answer)?, &mut Entropy::System.rng())?;
                    match step {
                        PartyStep::Continue => {}
                        PartyStep::Save(_) => sending.extend(session.saved().iter().map(text)),
                        PartyStep::Done(_) => {
                            sum.fetch_add(value, Ordering::Relaxed);
                            return leave(socket).await;
                        }
                        PartyStep::Waiting | PartyStep::Found(_) => {
                            return Err("there is no computation".into());
                        }
                    }
                }
            }
        }
    })
    .await?;
    let taken = Taken {
        wall: start.elapsed(),
        server_cpu: server.program.cpu()?.saturating_sub(before),
        bytes: bytes.iter().sum(),
        memory: server.program.memory("VmHWM")?,
    };
    check(analyst, sum.load(Ordering::Relaxed))?;
    Ok(taken)
}

fn party() -> (PartySession, u64) {
    let mut rng = Entropy::System.rng();
    let value = rng.random_range(0..INPUTS);
    let request = Request {
        sought: Sought {
            which: Which::Name(ComputationName::default()),
            pins: Pins::default(),
        },
        measurement: Measurement::Number(value.into()),
        keys: SigningKeyPair::<Party>::generate(&mut rng),
        sequence: 1,
        ticket: None,
    };
    let session = PartySession::new(PartyPlan::Submit(Box::new(request)));
    (session, value.into())
}

/// The submissions were sealed before; what is measured is the server.
pub(crate) async fn sealed(parties: usize, concurrent: usize) -> Result<Taken, Failure> {
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path())?;
    let terms = server
        .create(directory.path(), KindSettings::default())
        .await?;
    let analyst = watch(&server, directory.path())?;
    let (submissions, sum) = seal(&terms, parties)?;
    let submissions = submissions.into_iter().map(ClientMessage::Submit);
    let texts: Vec<Utf8Bytes> = submissions.map(|message| text(&message)).collect();
    let (address, hello) = (
        server.address,
        text(&ClientMessage::Hello { version: VERSION }),
    );
    let (before, start) = (server.program.cpu()?, Instant::now());
    let bytes = each(texts, concurrent, move |client, submit| {
        let hello = hello.clone();
        async move {
            let mut socket = connect(address, client).await?;
            ask(&mut socket, [hello, submit]).await?;
            leave(socket).await
        }
    })
    .await?;
    let taken = Taken {
        wall: start.elapsed(),
        server_cpu: server.program.cpu()?.saturating_sub(before),
        bytes: bytes.iter().sum(),
        memory: server.program.memory("VmHWM")?,
    };
    check(analyst, sum)?;
    Ok(taken)
}

/// An analyst who waits for Enter and watches the number of parties.
fn watch(server: &Server, directory: &Path) -> Result<Program, Failure> {
    let mut analyst = Program::start(
        Command::new(env!("CARGO_BIN_EXE_analyst"))
            .args(["--server", &server.url()])
            .current_dir(directory)
            .stderr(File::create(directory.join("analyst.log"))?),
    )?;
    analyst.wait_for("Hit enter")?;
    Ok(analyst)
}

/// Reveals the sum.
fn check(mut analyst: Program, sum: u64) -> Result<(), Failure> {
    analyst.input()?.write_all(b"\n")?;
    let found = analyst.wait_for("SUM IS: ")?;
    if found == sum.to_string() {
        Ok(())
    } else {
        Err(format!("the sum is {sum}, not {found}").into())
    }
}
