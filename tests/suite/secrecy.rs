//! Nothing that is secret appears where it should not: inputs, shares and keys in no log, no error
//! and no database; and the server's shares tell nothing about the inputs.

#[path = "secrecy/needles.rs"]
pub(crate) mod needles;
#[path = "secrecy/statistics.rs"]
mod statistics;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use num_bigint::BigUint;
use rusqlite::Connection;
use web_mpc::crypto::{Analyst, BoxKeyPair, Server};
use web_mpc::files::computation_keys::ComputationKeys;
use web_mpc::files::{keyfile, receipt};
use web_mpc::manifest::Terms;
use web_mpc::protocol::{ClientMessage, ServerMessage, Which};

use self::needles::{Needle, number, secret};
use super::wire::{Place, Process, Programs, Wire};

/// Inputs that appear nowhere by chance.
const INPUTS: [u64; 6] = [
    0x8f3c_91d2_47ae_60b5,
    0xd41b_7e09_a3f8_2c67,
    0x93a5_0cf7_1e62_d84b,
    0xb76e_42d8_905f_13ac,
    0xe20d_98b4_6fc3_7519,
    0xa958_f163_0d7e_c4b2,
];

/// What the first party submits before it corrects it.
const CORRECTED: u64 = 0xc6b1_3d5a_f084_927e;

/// Not even a number that is refused is repeated.
const TOO_LARGE: &str = "73196482057391648205739";
const NO_NUMBER: &str = "canary-8813905-canary";

/// One text or file that somebody could read.
struct Artifact {
    name: String,
    bytes: Vec<u8>,
}

struct Run {
    server: Place,
    analyst: Place,
    parties: Place,
    artifacts: Vec<Artifact>,
}

impl Run {
    fn keep(&mut self, name: &str, process: &Process) {
        for (stream, text) in [("stdout", process.stdout()), ("stderr", process.stderr())] {
            self.artifacts.push(Artifact {
                name: format!("{name} {stream}"),
                bytes: text.into_bytes(),
            });
        }
    }

    fn ended(&mut self, name: &str, process: &Process, success: bool) {
        let status = process.wait();
        let said = process.stderr();
        assert_eq!(status.success(), success, "{name}: {said}");
        self.keep(name, process);
    }
}

#[test]
fn no_log_error_or_file_holds_a_secret_that_it_should_not() {
    let mut run = Run {
        server: Place::new(),
        analyst: Place::new(),
        parties: Place::new(),
        artifacts: Vec::new(),
    };
    let terms = play(&mut run);
    for (owner, place) in [
        ("server", run.server.path().to_owned()),
        ("analyst", run.analyst.path().to_owned()),
        ("parties", run.parties.path().to_owned()),
    ] {
        collect(&place, &place, owner, &mut run.artifacts);
    }
    let needles = secrets(&run, &terms);
    println!(
        "{} secrets in {} artifacts",
        needles.len(),
        run.artifacts.len()
    );
    // The logs do say something, down to what is for developers.
    for level in ["INFO", "DEBUG"] {
        let logs = run
            .artifacts
            .iter()
            .filter(|one| one.name.starts_with("server"));
        let said = logs
            .filter(|log| find(&log.bytes, level.as_bytes()))
            .count();
        assert!(said > 0, "nothing at level {level}");
    }
    let mut wrong = Vec::new();
    for needle in &needles {
        let holders = run.artifacts.iter().filter(|one| needle.is_in(&one.bytes));
        let holders: Vec<_> = holders.map(|one| one.name.as_str()).collect();
        let allowed = |name: &&str| needle.allowed.iter().any(|allowed| name.contains(allowed));
        let strange: Vec<_> = holders.iter().filter(|name| !allowed(name)).collect();
        if !strange.is_empty() {
            wrong.push(format!("{} in {strange:?}", needle.name));
        }
        // What must be found somewhere shows that the search works.
        if needle.must_be_found && holders.is_empty() {
            wrong.push(format!("{} was not found at all", needle.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A whole life of a computation, with every program at its most talkative and some mistakes.
fn play(run: &mut Run) -> Terms {
    let server = Programs::traced(run.server.path());
    let analyst = Programs::traced(run.analyst.path());
    let parties = Programs::traced(run.parties.path());
    let (process, address) = server.server();
    let setup = analyst.analyst(address, &[]);
    run.ended("set-up", &setup, true);
    let terms = look_up(address);
    for (number, input) in INPUTS.iter().enumerate() {
        let receipt = format!("receipt-{number}.json");
        let value = if number == 0 { CORRECTED } else { *input };
        let party = parties.party(address, &["--receipt", &receipt], &value.to_string());
        run.ended(&format!("party {number}"), &party, true);
    }
    let correction = ["--receipt", "receipt-0.json"];
    let party = parties.party(address, &correction, &INPUTS[0].to_string());
    run.ended("correction", &party, true);

    for (name, arguments, value) in [
        ("too large", vec![], TOO_LARGE),
        ("no number", vec![], NO_NUMBER),
        ("below zero", vec![], "-9146280573914628057"),
        (
            "nowhere",
            vec!["--computation", "nowhere", "--wait", "1"],
            "7",
        ),
        (
            "another analyst",
            vec!["--analyst-key", &"A".repeat(43)],
            "7",
        ),
    ] {
        let party = parties.party(address, &arguments, value);
        run.ended(name, &party, false);
    }
    let verify = ["verify", "receipt-1.json"];
    let url = format!("ws://{address}");
    let arguments = [&["--server", &url], &verify[..]].concat();
    let program = env!("CARGO_BIN_EXE_input-party");
    run.ended(
        "verified too early",
        &parties.start(program, &arguments, ""),
        false,
    );
    let stranger = parties.analyst(address, &["--keys", "stranger.json"]);
    run.ended("a stranger", &stranger, false);
    run.ended("status", &analyst.analyst(address, &["status"]), true);

    process.kill();
    process.wait();
    run.keep("server until a crash", &process);
    let (process, address) = server.server();
    run.ended(
        "reveal",
        &analyst.analyst(address, &["reveal", "--json"]),
        true,
    );
    run.ended("result", &analyst.analyst(address, &["result"]), true);
    run.ended("audit", &analyst.analyst(address, &["audit"]), true);
    let late = parties.party(address, &[], &INPUTS[2].to_string());
    run.ended("too late", &late, false);
    let url = format!("ws://{address}");
    let arguments = [&["--server", &url], &verify[..]].concat();
    run.ended("verified", &parties.start(program, &arguments, ""), true);
    // So that its write-ahead log is there to be searched as well.
    process.kill();
    process.wait();
    run.keep("server", &process);
    terms
}

fn look_up(address: SocketAddr) -> Terms {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (mut wire, _, _) = Wire::greeted(address).await;
        let which = Which::Name("web-mpc".parse().unwrap());
        let lookup = ClientMessage::Lookup { which, wait: false };
        let ServerMessage::Computation(standing) = wire.ask(&lookup).await else {
            panic!("no computation");
        };
        Terms::agreed(&standing.manifest).unwrap()
    })
}

/// Every file below a directory.
fn collect(root: &Path, directory: &Path, owner: &str, artifacts: &mut Vec<Artifact>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, owner, artifacts);
        } else {
            let name = path.strip_prefix(root).unwrap().display();
            artifacts.push(Artifact {
                name: format!("{owner}/{name}"),
                bytes: fs::read(&path).unwrap(),
            });
        }
    }
}

/// Whether some bytes stand in others.
pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> bool {
    let first = wanted[0];
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == first) {
        if rest[at..].starts_with(wanted) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// Everything that is secret, and where it may be.
fn secrets(run: &Run, terms: &Terms) -> Vec<Needle> {
    let mut needles = Vec::new();
    for (index, input) in INPUTS.iter().chain([&CORRECTED]).enumerate() {
        let bytes = input.to_be_bytes();
        needles.push(number(&format!("input {index}"), &bytes, &[]));
        let reversed = input.to_le_bytes();
        needles.push(secret(&format!("input {index} reversed"), &reversed, &[]));
    }
    for text in [TOO_LARGE, NO_NUMBER, "9146280573914628057"] {
        needles.push(Needle::text("a value that was refused", text, &[]));
    }
    let sum: BigUint = INPUTS.iter().map(|input| BigUint::from(*input)).sum();
    let analysts = ["reveal stdout", "result stdout"];
    let mut needle = number("the sum", &sum.to_bytes_be(), &analysts);
    needle.must_be_found = true;
    needles.push(needle);

    let keys = run.server.file("server-keys.json");
    let server = keyfile::load::<Server>(&keys).unwrap().unwrap().identity;
    let key = terms.manifest.server.computation_key.box_key;
    let key = ComputationKeys::beside(&keys)
        .load(&terms.fingerprint, &key)
        .unwrap();
    let analyst = run.analyst.file("keys.json");
    let analyst = keyfile::load::<Analyst>(&analyst)
        .unwrap()
        .unwrap()
        .identity;
    let held = [
        (
            "server's box key",
            **server.boxes.secret(),
            "server/server-keys.json",
        ),
        (
            "server's signing key",
            **server.signing.seed(),
            "server/server-keys.json",
        ),
        (
            "computation's box key",
            **key.secret(),
            "server/server-keys.json.d/",
        ),
        (
            "analyst's box key",
            **analyst.boxes.secret(),
            "analyst/keys.json",
        ),
        (
            "analyst's signing key",
            **analyst.signing.seed(),
            "analyst/keys.json",
        ),
    ];
    for (name, bytes, holder) in held {
        let mut needle = secret(name, &bytes, &[holder]);
        needle.must_be_found = true;
        needles.push(needle);
    }
    for number in 0..INPUTS.len() {
        let file = format!("receipt-{number}.json");
        let stored = receipt::read(&run.parties.file(&file)).unwrap();
        let seed = stored.keys.seed();
        let holder = format!("parties/{file}");
        let mut needle = secret(&format!("key of party {number}"), &seed[..], &[&holder]);
        needle.must_be_found = true;
        needles.push(needle);
    }
    needles.extend(shares(&run.server, &key, &analyst.boxes));
    needles
}

/// The shares in the boxes that the database holds, and both sums of them.
fn shares(server: &Place, key: &BoxKeyPair<Server>, analyst: &BoxKeyPair<Analyst>) -> Vec<Needle> {
    let copy = server.duplicate();
    let database = Connection::open(copy.file("web-mpc.db")).unwrap();
    let select = "SELECT server_box, analyst_box FROM submission WHERE current = 1";
    let mut statement = database.prepare(select).unwrap();
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), INPUTS.len());
    let mut needles = Vec::new();
    let modulus = BigUint::from(u128::MAX >> 1);
    let (mut first, mut second) = (BigUint::ZERO, BigUint::ZERO);
    for (index, (server_box, analyst_box)) in rows.iter().enumerate() {
        let plaintexts = [
            key.open(server_box).unwrap(),
            analyst.open(analyst_box).unwrap(),
        ];
        let [ours, theirs] = plaintexts.map(|plain| plain[plain.len() - 16..].to_vec());
        first = (first + BigUint::from_bytes_be(&ours)) % &modulus;
        second = (second + BigUint::from_bytes_be(&theirs)) % &modulus;
        needles.push(number(&format!("server's share {index}"), &ours, &[]));
        needles.push(number(&format!("analyst's share {index}"), &theirs, &[]));
    }
    let total: BigUint = INPUTS.iter().map(|input| BigUint::from(*input)).sum();
    assert_eq!((&first + &second) % modulus, total, "these are the shares");
    needles.push(number(
        "server's aggregate share",
        &first.to_bytes_be(),
        &[],
    ));
    needles.push(number(
        "analyst's aggregate share",
        &second.to_bytes_be(),
        &[],
    ));
    needles
}
