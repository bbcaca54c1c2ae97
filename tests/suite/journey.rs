//! What the three programs do together, as real processes.

#[path = "journey/allowed.rs"]
mod allowed;
#[path = "journey/analyst.rs"]
mod analyst;
#[path = "journey/care.rs"]
mod care;
#[path = "journey/keys.rs"]
mod keys;
#[path = "journey/pauses.rs"]
mod pauses;
#[path = "journey/party.rs"]
mod party;
#[path = "journey/reveal.rs"]
mod reveal;
#[path = "journey/rounds.rs"]
mod rounds;
#[path = "journey/server.rs"]
mod server;
#[path = "journey/settings.rs"]
mod settings;
#[path = "journey/verify.rs"]
mod verify;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rand::RngExt;

use crate::long;

use super::harness::{Finished, Launch, Place, Process, Server, free_address};

/// JIFF's modulus, the one of the demo that this project succeeds.
const MODULUS: u64 = 16_777_729;

/// How many input parties run at the same time.
const TOGETHER: usize = 4;

/// An analyst in a terminal of its own, with what it printed at its start.
pub(crate) struct Analyst {
    process: Process,
    /// The computation's fingerprint.
    pub(crate) fingerprint: String,
}

impl Analyst {
    /// Starts one and waits until it waits for Enter.
    pub(crate) fn start(place: &Place, url: &str, args: &[&str]) -> Self {
        Self::ready(place.analyst(url).args(args).interactive())
    }

    /// Waits until it waits for Enter.
    pub(crate) fn ready(process: Process) -> Self {
        process.out("Hit enter when you decide it is time to compute!");
        let command = process.out("Input parties run: ");
        let mut words = command
            .split(' ')
            .skip_while(|word| *word != "--fingerprint");
        let fingerprint = words.nth(1).unwrap().to_owned();
        Self {
            process,
            fingerprint,
        }
    }

    /// The program itself.
    pub(crate) fn process(self) -> Process {
        self.process
    }

    /// Presses Enter and waits for the end.
    pub(crate) fn reveal(mut self) -> Finished {
        self.process.enter();
        self.process.finish()
    }
}

/// Runs input parties, a few at a time, each to its end. `done` is told how many have ended well.
fn submit(place: &Place, url: &str, values: &[u64], mut done: impl FnMut(usize)) {
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for chunk in values.chunks(values.len().div_ceil(TOGETHER).max(1)) {
            let sender = sender.clone();
            scope.spawn(move || {
                for value in chunk {
                    let ended = place.party(url).args([value.to_string()]).run();
                    sender.send(ended).unwrap();
                }
            });
        }
        drop(sender);
        for (index, ended) in receiver.iter().enumerate() {
            submitted(&ended.exits(0));
            done(index + 1);
        }
    });
}

/// That a party did what it should.
#[track_caller]
fn submitted(ended: &Finished) {
    let mut lines = ended.stdout.lines();
    let first = lines.next().unwrap_or_default();
    assert_eq!(
        first, "Submitted to computation web-mpc, round 1.",
        "{ended}"
    );
    let second = lines.next().unwrap_or_default();
    assert!(second.starts_with("Receipt: receipts/web-mpc-"), "{ended}");
    assert_eq!(lines.next(), None, "{ended}");
}

/// How many receipt files the parties have.
fn receipts_of(place: &Place) -> usize {
    let folder = place.folder("party").join("receipts");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

fn random_inputs(count: usize) -> Vec<u64> {
    let mut rng = rand::rng();
    (0..count).map(|_| rng.random_range(0..MODULUS)).collect()
}

/// What the analyst should print.
fn sum(values: &[u64]) -> u64 {
    values.iter().sum::<u64>() % MODULUS
}

/// Runs a scenario with fresh inputs: a few times, or as often as the acceptance test asks for.
fn rounds(inputs: usize, scenario: impl Fn(&Place, &[u64])) {
    for _ in 0..if long() { 20 } else { 2 } {
        scenario(&Place::new(), &random_inputs(inputs));
    }
}

/// The settings of JIFF's demo.
const MODULAR: [&str; 2] = ["--modulus", "16777729"];

#[test]
fn ten_inputs_with_the_analyst_staying() {
    rounds(10, |place, values| {
        let server = place.server();
        let analyst = Analyst::start(place, &server.url, &MODULAR);
        submit(place, &server.url, values, |_| ());
        analyst.reveal().sum(sum(values));
    });
}

#[test]
fn twenty_inputs_with_the_analyst_killed_after_set_up() {
    rounds(20, |place, values| {
        let server = place.server();
        Analyst::start(place, &server.url, &MODULAR).process.kill();
        submit(place, &server.url, values, |_| ());
        let analyst = Analyst::start(place, &server.url, &[]);
        analyst.reveal().sum(sum(values));
    });
}

#[test]
fn fifty_inputs_with_the_server_killed_twice() {
    rounds(50, |place, values| {
        let mut server = place.server();
        let url = server.url.clone();
        let analyst = Analyst::start(place, &url, &MODULAR);
        submit(place, &url, values, |done| {
            if done == 10 || done == 30 {
                server.kill();
                server.restart();
            }
        });
        analyst.reveal().sum(sum(values));
    });
}

/// Gives those who wait for a server time to become impatient; nothing depends on it.
fn let_them_wait() {
    if long() {
        thread::sleep(Duration::from_secs(5));
    }
}

#[test]
fn five_parties_before_the_server() {
    rounds(5, |place, values| {
        let address = free_address();
        let url = format!("ws://{address}");
        let parties: Vec<_> = values
            .iter()
            .map(|value| place.party(&url).args([value.to_string()]).start())
            .collect();
        let notice = format!(
            "waiting for the server at {url}; start it with: \
             cargo run --bin server -- --listen {address}"
        );
        for party in &parties {
            assert_eq!(party.err("waiting"), notice);
        }
        let_them_wait();
        let _server = Server::start(&place.folder("server"), address, &[]);
        for party in &parties {
            party.err(&format!(
                "waiting for computation web-mpc; start it with: \
                 cargo run --bin analyst -- --server {url}"
            ));
        }
        let analyst = Analyst::start(place, &url, &MODULAR);
        for party in parties {
            submitted(&party.finish().exits(0));
        }
        analyst.reveal().sum(sum(values));
    });
}

#[test]
fn the_analyst_before_the_server() {
    rounds(5, |place, values| {
        let address = free_address();
        let url = format!("ws://{address}");
        let analyst = place.analyst(&url).args(MODULAR).interactive();
        analyst.err(&format!(
            "waiting for the server at {url}; start it with: \
             cargo run --bin server -- --listen {address}"
        ));
        let_them_wait();
        let _server = Server::start(&place.folder("server"), address, &[]);
        let analyst = Analyst::ready(analyst);
        submit(place, &url, values, |_| ());
        analyst.reveal().sum(sum(values));
    });
}

/// The defaults of all three programs, but for the address: a test has its own.
#[test]
fn no_flags_at_all_and_a_second_time() {
    let (place, address) = (Place::new(), free_address());
    let (folder, url) = (place.folder("clone"), format!("ws://{address}"));
    for round in 1..=2 {
        let server = Launch::server(&folder)
            .env("WEB_MPC_LISTEN", &address.to_string())
            .start();
        server.out("listening on");
        let analyst = Launch::analyst(&folder)
            .env("WEB_MPC_SERVER", &url)
            .interactive();
        let analyst = Analyst::ready(analyst);
        let party = Launch::input_party(&folder)
            .env("WEB_MPC_SERVER", &url)
            .args(["42"])
            .run()
            .exits(0);
        let expected = format!("Submitted to computation web-mpc, round {round}.\n");
        assert!(party.stdout.starts_with(&expected), "{party}");
        analyst.reveal().sum(42);
        server.signal("INT");
        server.finish().exits(0);
    }
    // What the repository ignores, so that a clone stays clean.
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let expected = [
        "keys.json",
        "keys.json.journal",
        "receipts",
        "server-keys.json",
        "server-keys.json.d",
        "server-keys.json.ledger",
        "web-mpc.db",
        "web-mpc.db.lock",
    ];
    assert_eq!(files, expected);
    for file in expected {
        assert!(is_ignored(file), "{file} is not in .gitignore");
    }
}

/// Whether the repository ignores a file in its root, by a pattern with one star at most.
fn is_ignored(file: &str) -> bool {
    let mut patterns = include_str!("../../.gitignore")
        .lines()
        .filter_map(|line| line.strip_prefix('/'))
        .map(|line| line.trim_end_matches('/'));
    patterns.any(|pattern| match pattern.split_once('*') {
        Some((start, end)) => file.starts_with(start) && file.ends_with(end),
        None => file == pattern,
    })
}
