//! Many parties, a connection each, while the analyst is away; then a reveal. The sum is exact and
//! neither process needs much memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Instant;

use tokio::task::JoinSet;
use web_mpc::manifest::{Terms, VERSION};
use web_mpc::protocol::{self, ClientMessage, ServerMessage};
use web_mpc::submission::Submission;

use super::wire::{
    Direction, Place, Process, Programs, Proxy, Trigger, When, Which, Wire, seal_many,
};

/// What either process may need.
const MEMORY: u64 = 150 << 20;

/// Connections at the same time.
const AT_ONCE: usize = 64;

/// Addresses of this machine from which parties come: one has too few ports for all of them.
const SOURCES: usize = 8;

#[test]
fn many_parties_are_summed_exactly_in_little_memory() {
    let parties = if super::long() { 100_000 } else { 3_000 };
    let place = Place::new();
    let programs = Programs::new(place.path());
    let (server, address) = programs.server();
    let analyst = programs.analyst(address, &[]);
    assert!(analyst.wait().success(), "{}", analyst.stderr());

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let terms = runtime.block_on(look_up(address));
    let begin = Instant::now();
    let submissions = seal_many(&terms, parties, value);
    println!("sealed in {:?}", begin.elapsed());
    let begin = Instant::now();
    runtime.block_on(submit_all(address, submissions));
    println!("{parties} submitted in {:?}", begin.elapsed());

    // At the last message everything is done that needs memory, and the analyst is still there.
    let (sender, peaks) = mpsc::channel();
    let begin = Instant::now();
    let watched = Arc::new(OnceLock::<Process>::new());
    let (seen, server_too) = (Arc::clone(&watched), server.clone());
    let trigger = Trigger {
        direction: Direction::ToAnalyst,
        frame: Which::Named("recorded"),
        when: When::Before,
        action: Box::new(move || {
            let peaks = (server_too.peak(), seen.wait().peak());
            sender.send(peaks).unwrap();
        }),
        cut: false,
    };
    let proxy = Proxy::new(address, Some(trigger));
    let analyst = programs.analyst(proxy.address, &["reveal"]);
    watched.set(analyst.clone()).unwrap();
    assert!(analyst.wait().success(), "{}", analyst.stderr());
    println!("revealed in {:?}", begin.elapsed());
    let sum: i64 = (0..parties).map(value).sum();
    assert!(
        analyst.stdout().contains(&format!("SUM IS: {sum}\n")),
        "{}",
        analyst.stdout()
    );
    let (server_peak, analyst_peak) = peaks.recv().unwrap();
    println!(
        "peaks: server {} MB, analyst {} MB",
        server_peak >> 20,
        analyst_peak >> 20
    );
    assert!(server_peak < MEMORY, "server: {server_peak} bytes");
    assert!(analyst_peak < MEMORY, "analyst: {analyst_peak} bytes");
    assert!(server.status().is_none());
}

fn value(party: u64) -> i64 {
    i64::try_from(party.wrapping_mul(0x9e37_79b9) % 1_000_003).unwrap()
}

async fn look_up(address: SocketAddr) -> Terms {
    let (mut wire, _, _) = Wire::greeted(address).await;
    let which = protocol::Which::Name("web-mpc".parse().unwrap());
    let lookup = ClientMessage::Lookup { which, wait: false };
    let ServerMessage::Computation(standing) = wire.ask(&lookup).await else {
        panic!("no computation");
    };
    Terms::agreed(&standing.manifest).unwrap()
}

async fn submit_all(address: SocketAddr, submissions: Vec<Submission>) {
    let submissions = Arc::new(submissions);
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (submissions, next) = (Arc::clone(&submissions), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(submission) = submissions.get(number) else {
                    break;
                };
                let last = u8::try_from(number % SOURCES + 1).unwrap();
                let source = SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0));
                let mut wire = Wire::connect_from(source, address).await;
                wire.say(&ClientMessage::Hello { version: VERSION }).await;
                wire.say(&ClientMessage::Submit(submission.clone())).await;
                let welcome = wire.message().await;
                assert!(
                    matches!(welcome, ServerMessage::Welcome { .. }),
                    "{welcome:?}"
                );
                let answer = wire.message().await;
                assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
                wire.close().await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}
