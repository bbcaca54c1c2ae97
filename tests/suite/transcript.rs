//! What the server sees does not depend on the sum. Two computations with the same randomness, the
//! same shares for the server and different inputs give it the same bytes: messages, rows and logs.
//!
//! What differs is what it cannot open: the boxes to the analyst and the hiding commitment, equal in
//! length; and what is hashed or signed over them. Of all that follows from them each run checks that
//! it follows from nothing else, by making it again, and puts its name in its place.

#[path = "transcript/canonical.rs"]
mod canonical;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use web_mpc::crypto::{BoxKeyPair, Entropy, Identity, Party, Server, SigningKeyPair};
use web_mpc::files::computation_keys::ComputationKeys;
use web_mpc::files::journal::Journal;
use web_mpc::ids::SubmissionId;
use web_mpc::manifest::Terms;
use web_mpc::measurement::InputShares;
use web_mpc::server::Limits;
use web_mpc::session::Purpose;
use web_mpc::submission::Submission;

use self::canonical::Canonical;
use super::wire::{Honest, Place, Proxy, rng, submit, sum_of};

/// Tells this test binary which inputs to take.
const INPUTS: &str = "WEB_MPC_TEST_INPUTS";

/// Tells it to let the server's shares depend on the inputs.
const BIASED: &str = "WEB_MPC_TEST_BIASED";

/// Tells it where to write what the server saw.
const OUTPUT: &str = "WEB_MPC_TEST_OUTPUT";

/// What every share of the server is drawn from.
const SHARE: u128 = 0x2b84_61fd_907c_e3a5_5f12_c0d8_7e96_3b4a;

#[test]
fn the_server_sees_the_same_whatever_the_sum_is() {
    let directory = tempfile::tempdir().unwrap();
    let [first, second] = [
        ["1", "2", "3", "4", "5"],
        ["900719925474099", "0", "77", "1", "31337"],
    ]
    .map(|inputs| run(directory.path(), &inputs.join(","), false));
    assert_ne!(first.sum, second.sum);
    println!(
        "{} lines of the server's view, {} boxes and commitments",
        first.lines.len(),
        first.free.len()
    );
    assert!(first.lines.len() > 40, "{:?}", first.lines);
    for (number, (one, other)) in first.lines.iter().zip(&second.lines).enumerate() {
        assert_eq!(one, other, "line {number}");
    }
    assert_eq!(first.lines.len(), second.lines.len());

    assert_eq!(first.free.len(), second.free.len());
    for (one, other) in first.free.iter().zip(&second.free) {
        assert_eq!(one.0, other.0);
        assert_eq!(one.1.len(), other.1.len(), "{}", one.0);
        assert_ne!(
            one.1, other.1,
            "{} tells something, and so must be hidden",
            one.0
        );
    }
    // The server's own boxes differ where the hash of the analyst's box stands, and in the MAC.
    for (one, other) in first.boxes.iter().zip(&second.boxes) {
        let differing = (0..one.len()).filter(|at| one[*at] != other[*at]);
        let end = one.len() - canonical::SHARE_LEN;
        let strange: Vec<_> = differing
            .filter(|at| !(32..48).contains(at) && !(end - 32..end).contains(at))
            .collect();
        assert!(strange.is_empty(), "{strange:?}");
        assert_eq!(one.len(), other.len());
    }
}

/// The comparison is worth something: it finds a server's share that depends on an input.
#[test]
fn a_share_that_depends_on_an_input_is_seen() {
    let directory = tempfile::tempdir().unwrap();
    let [first, second] = ["1,2", "1,3"].map(|inputs| run(directory.path(), inputs, true));
    let differing = first.lines.iter().zip(&second.lines);
    let differing: Vec<_> = differing.filter(|(one, other)| one != other).collect();
    assert!(!differing.is_empty());
    for (one, _) in differing {
        assert!(one.starts_with("opened 2 "), "{one}");
    }
}

/// What one run leaves.
struct View {
    sum: String,
    lines: Vec<String>,
    free: Vec<(String, String)>,
    boxes: Vec<Vec<u8>>,
}

/// A process of its own, so that its log is all its own.
fn run(directory: &Path, inputs: &str, biased: bool) -> View {
    let output = directory.join(inputs);
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "transcript::one_run", "--ignored", "--nocapture"])
        .env(INPUTS, inputs)
        .env(BIASED, biased.to_string())
        .env(OUTPUT, &output)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&status.stdout);
    assert!(
        status.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&status.stderr)
    );
    let text = fs::read_to_string(&output).unwrap();
    let mut view = View {
        sum: String::new(),
        lines: Vec::new(),
        free: Vec::new(),
        boxes: Vec::new(),
    };
    for line in text.lines() {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["sum", sum] => (*sum).clone_into(&mut view.sum),
            ["free", name, value] => view.free.push(((*name).to_owned(), (*value).to_owned())),
            ["box", value] => {
                let bytes = data_encoding::HEXLOWER.decode(value.as_bytes());
                view.boxes.push(bytes.unwrap());
            }
            _ => view.lines.push(line.to_owned()),
        }
    }
    let log = fs::read_to_string(output.with_extension("log")).unwrap();
    assert!(log.contains("action=Freeze"), "{log}");
    let lines = log.lines().filter(|line| !canonical::is_parting(line));
    view.lines.extend(lines.map(|line| format!("log {line}")));
    view
}

#[tokio::test]
#[ignore = "the other process of the_server_sees_the_same_whatever_the_sum_is"]
async fn one_run() {
    let inputs = std::env::var(INPUTS).unwrap();
    let biased = std::env::var(BIASED).unwrap() == "true";
    let output = std::env::var_os(OUTPUT).unwrap();
    let output = Path::new(&output);
    let log = fs::File::create(output.with_extension("log")).unwrap();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .without_time()
        .with_ansi(false)
        .with_writer(Mutex::new(log))
        .init();

    let place = Place::new();
    let entropy = Entropy::seeded(1);
    let identity = place.identity(&entropy);
    let mut served = place.serve_with(entropy, Limits::default()).await;
    let proxy = Proxy::new(served.address, None);
    let url = format!("ws://{}", proxy.address).parse().unwrap();
    let mut analyst = Honest {
        identity: Identity::generate(&mut rng(2)),
        name: "web-mpc".parse().unwrap(),
        journal: Journal::open(&place.file("keys.json")).unwrap(),
        entropy: Entropy::seeded(3),
    };
    let (connection, joined) = analyst.join(&url, Purpose::Collect).await.unwrap();
    connection.close().await;
    let terms = joined.terms.clone();
    let inputs: Vec<u128> = inputs
        .split(',')
        .map(|input| input.parse().unwrap())
        .collect();
    let mut parties = Vec::new();
    for (number, input) in (0_u64..).zip(&inputs) {
        let keys = SigningKeyPair::<Party>::generate(&mut rng(100 + number));
        // The first party submits twice.
        for sequence in 1..=if number == 0 { 2 } else { 1 } {
            let secret = if biased { *input } else { 0 };
            let submission = seal(&terms, &keys, [number, sequence], *input, secret);
            submit(proxy.address, &submission).await.unwrap();
        }
        parties.push(keys);
    }
    let (mut connection, joined) = analyst.join(&url, Purpose::Existing).await.unwrap();
    let batch = analyst.batch(&mut connection, &joined).await.unwrap();
    let found = analyst
        .reveal_on(&mut connection, &joined, &batch)
        .await
        .unwrap();
    connection.close().await;
    served.stop().await;

    let (sum, _) = sum_of(&joined, &found);
    let canonical = Canonical {
        boxes: computation_key(&place, &terms),
        server: identity,
        analyst: analyst.identity.clone(),
        parties,
        place: &place,
    };
    let text = canonical.write(&proxy.seen());
    fs::write(output, format!("sum {sum}\n{text}")).unwrap();
}

fn computation_key(place: &Place, terms: &Terms) -> BoxKeyPair<Server> {
    let keys = ComputationKeys::beside(&place.file("server-keys.json"));
    let public = terms.manifest.server.computation_key.box_key;
    keys.load(&terms.fingerprint, &public).unwrap()
}

/// The server's share is the same whatever the input is, and the analyst's makes up for it.
fn seal(
    terms: &Terms,
    keys: &SigningKeyPair<Party>,
    [number, sequence]: [u64; 2],
    input: u128,
    bias: u128,
) -> Submission {
    let modulus = u128::MAX >> 1;
    let server = (SHARE + u128::from(number * 8 + sequence) + bias) % modulus;
    let analyst = (input + modulus - server) % modulus;
    let shares = InputShares {
        public_part: Vec::new(),
        server: server.to_be_bytes().to_vec().into(),
        analyst: analyst.to_be_bytes().to_vec().into(),
    };
    let mut rng = rng(200 + number * 8 + sequence);
    let id = SubmissionId::random(&mut rng);
    Submission::seal_shares(terms, keys, id, sequence, &shares, &mut rng)
}
