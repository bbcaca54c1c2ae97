//! What became of a submission: what a party can check, and what it can prove.

use std::fs;

use web_mpc::crypto::{Entropy, SigningKeyPair};
use web_mpc::files::receipt::{self, ReceiptFile, StoredReceipt};
use web_mpc::ids::SubmissionId;
use web_mpc::measurement::{Instance, Measurement};
use web_mpc::submission::Submission;

use super::super::harness::{Launch, Place, Server, free_address};
use super::party::{fresh, party};
use super::{Analyst, submit};

#[test]
fn verify_says_what_became_of_it() {
    let (place, server, analyst) = fresh(&[]);
    party(&place, &server, &["--receipt", "mine.json", "42"]).exits(0);
    let folder = place.folder("party");
    // Without --server: the receipt knows where.
    let verify = || {
        Launch::input_party(&folder)
            .args(["verify", "mine.json"])
            .run()
    };
    verify().is(
        75,
        "",
        "error: the batch is not frozen yet\n\
         hint: try again after the analyst has revealed the result\n",
    );
    analyst.reveal().sum(42);
    verify().is(0, "Counted in computation web-mpc.\n", "");
    party(&place, &server, &["verify", "none.json"]).is(1, "", "error: none.json does not exist\n");
    let url = format!("ws://{}", free_address());
    let away = place.party(&url).args(["verify", "mine.json"]).run();
    assert!(away.code == Some(69), "{away}");
}

#[test]
fn verify_after_the_next_round_is_about_its_own() {
    let (place, server, analyst) = fresh(&[]);
    party(&place, &server, &["--receipt", "mine.json", "42"]).exits(0);
    analyst.reveal().sum(42);
    let next = Analyst::start(&place, &server.url, &[]);
    party(&place, &server, &["verify", "mine.json"]).exits(0);
    // A receipt of the last round corrects nothing in this one.
    party(&place, &server, &["--receipt", "mine.json", "43"]).exits(1);
    let new = party(&place, &server, &["1"]).exits(0);
    assert!(new.stdout.contains("round 2"), "{new}");
    next.reveal().sum(1);
}

/// Puts the server's database back to what it was before something happened.
fn forget(place: &Place, server: &mut Server, happens: impl FnOnce(&Server)) {
    let stop = |server: &mut Server| {
        server.process().signal("TERM");
        server.finish().exits(0);
    };
    let file = |name: &str| place.folder("server").join(name);
    stop(server);
    let copy = fs::read(file("web-mpc.db")).unwrap();
    server.restart();
    happens(server);
    stop(server);
    fs::write(file("web-mpc.db"), copy).unwrap();
    for rest in ["web-mpc.db-wal", "web-mpc.db-shm"] {
        drop(fs::remove_file(file(rest)));
    }
    server.restart();
}

/// That a receipt is answered by two things that one server signed and that contradict each other.
#[track_caller]
fn contradicted(place: &Place, server: &Server, stderr: &str) {
    let ended = party(place, server, &["verify", "mine.json"]).exits(1);
    assert_eq!(ended.stderr, stderr);
    let evidence: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert!(evidence["receipt"].is_object() && evidence["batch"].is_object());
}

#[test]
fn verify_finds_a_server_that_forgot_a_party() {
    let (place, mut server, analyst) = fresh(&[]);
    submit(&place, &server.url, &[40], |_| ());
    forget(&place, &mut server, |server| {
        party(&place, server, &["--receipt", "mine.json", "2"]).exits(0);
    });
    analyst.reveal().sum(40);
    contradicted(
        &place,
        &server,
        "error: the server signed a receipt for this submission and then a batch without it; \
         the line on standard output is the evidence\n\
         hint: show the evidence to the analyst and the other parties\n",
    );
}

#[test]
fn verify_finds_a_server_that_forgot_a_correction() {
    let (place, mut server, analyst) = fresh(&[]);
    let submit = |server: &Server, value: &str| {
        party(&place, server, &["--receipt", "mine.json", value]).exits(0);
    };
    submit(&server, "40");
    forget(&place, &mut server, |server| submit(server, "50"));
    analyst.reveal().sum(40);
    contradicted(
        &place,
        &server,
        "error: the batch has another submission of this party; \
         the line on standard output is the evidence\n\
         hint: if you never corrected it with a copy of this file, show the evidence\n",
    );
}

/// Submits, with the real program, what no honest program seals: an analyst's share that is not one.
fn malformed(place: &Place, server: &Server, receipt: &str) {
    let folder = place.folder("party");
    party(place, server, &["--receipt", "model.json", "2"]).exits(0);
    let model = receipt::read(&folder.join("model.json")).unwrap();
    let mut rng = Entropy::System.rng();
    let keys = SigningKeyPair::generate(&mut rng);
    let id = SubmissionId::random(&mut rng);
    let scheme = &model.terms.scheme;
    let number = Measurement::Number(1.into());
    let at = Instance {
        fingerprint: &model.terms.fingerprint,
        submission_id: &id,
    };
    let mut shares = scheme.shard(&number, at, &mut rng).unwrap();
    shares.analyst.fill(0xff);
    let submission = Submission::seal_shares(&model.terms, &keys, id, 1, &shares, &mut rng);
    let (manifest, terms) = (model.manifest.clone(), model.terms.clone());
    let stored = StoredReceipt::new(server.url.clone(), manifest, terms, keys, submission);
    drop(ReceiptFile::create(&folder.join(receipt), stored).unwrap());
    party(place, server, &["--receipt", receipt]).exits(0);
}

#[test]
fn a_malformed_share_is_rejected_and_the_rest_is_summed() {
    let (place, server, analyst) = fresh(&[]);
    submit(&place, &server.url, &[40], |_| ());
    malformed(&place, &server, "forged.json");
    let ended = analyst.reveal().sum(42);
    let warning = "warning: 1 rejected: the analyst's share is malformed\n";
    assert!(ended.stderr.ends_with(warning), "{ended}");
    party(&place, &server, &["verify", "forged.json"]).is(
        1,
        "",
        "error: not counted: the analyst's share is malformed\n",
    );
    party(&place, &server, &["verify", "model.json"]).exits(0);
    let result = place.analyst(&server.url).args(["result", "--json"]).run();
    let rejected = "\"rejected\":{\"analyst_share_malformed\":1}";
    assert!(result.stdout.contains(rejected), "{result}");
}

#[test]
fn too_few_valid_submissions_end_the_round() {
    let (place, server, analyst) = fresh(&["--min-parties", "2"]);
    malformed(&place, &server, "forged.json");
    let ended = analyst.reveal().exits(1);
    assert!(!ended.stdout.contains("SUM IS"), "{ended}");
    let error = "error: this round ended without a result: 1 valid submission, 2 needed\n\
                 hint: collect again in a new round: run the analyst once more\n";
    assert!(ended.stderr.ends_with(error), "{ended}");
    let result = place.analyst(&server.url).args(["result"]).run();
    result.is(1, "", "error: round 1: ended without a result\n");
    let next = Analyst::start(&place, &server.url, &[]);
    // What else it says may come before it is killed or not.
    let told = next.process.kill().err.concat();
    let first = told.lines().next();
    assert_eq!(first, Some("round 1: ended without a result"));
}
