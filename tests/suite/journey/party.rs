//! What an input party gives, waits for, keeps and can prove.

use std::fs;
use std::path::PathBuf;

use web_mpc::crypto::Entropy;
use web_mpc::files::receipt::ReceiptFile;
use web_mpc::measurement::Measurement;
use web_mpc::submission::Submission;

use super::super::harness::{Finished, Launch, Place, Server, free_address, listener};
use super::super::proxy::Proxy;
use super::{Analyst, submitted};

const TRUST: &str = "You are trusting the server for these words: compare them with the analyst's, \
                     or run the command that the analyst shows, with --fingerprint in it.\n";

pub(super) fn fresh(args: &[&str]) -> (Place, Server, Analyst) {
    let place = Place::new();
    let server = place.server();
    let analyst = Analyst::start(&place, &server.url, args);
    (place, server, analyst)
}

pub(super) fn party(place: &Place, server: &Server, args: &[&str]) -> Finished {
    place.party(&server.url).args(args).run()
}

/// The receipt files of the parties.
fn receipts(place: &Place) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(place.folder("party").join("receipts")) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_a_party_is_told_to_the_letter() {
    let (place, server, analyst) = fresh(&[]);
    let words = analyst
        .process
        .out("Fingerprint: ")
        .split_off("Fingerprint: ".len());
    let told = party(&place, &server, &["--receipt", "mine.json", "42"]);
    told.is(
        0,
        "Submitted to computation web-mpc, round 1.\nReceipt: mine.json\n",
        &format!("computation web-mpc: {words}\n{TRUST}"),
    );
    let args = [
        "--fingerprint",
        &analyst.fingerprint,
        "--receipt",
        "other.json",
        "1",
    ];
    party(&place, &server, &args).is(
        0,
        "Submitted to computation web-mpc, round 1.\nReceipt: other.json\n",
        "",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(place.folder("party").join("mine.json")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_party_that_comes_first_waits_for_the_analyst() {
    let place = Place::new();
    let server = place.server();
    let early = place
        .party(&server.url)
        .args(["--receipt", "mine.json", "42"])
        .start();
    early.err(
        "waiting for computation web-mpc; start it with: cargo run --bin analyst -- --server ",
    );
    let analyst = Analyst::start(&place, &server.url, &[]);
    early.finish().exits(0);
    analyst.reveal().sum(42);
}

#[test]
fn a_wait_has_an_end() {
    let place = Place::new();
    let url = format!("ws://{}", free_address());
    let away = place
        .party(&url)
        .args(["--wait", "1", "42"])
        .run()
        .exits(69);
    let mut lines = away.stderr.lines();
    let command = format!(
        "start it with: cargo run --bin server -- --listen {}",
        url.trim_start_matches("ws://")
    );
    let waiting = format!("waiting for the server at {url}; {command}");
    assert_eq!(lines.next(), Some(waiting.as_str()));
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with(&format!("error: cannot reach the server at {url}: "))
    );
    assert_eq!(lines.next(), Some(format!("hint: {command}").as_str()));
    assert_eq!(lines.next(), None);
    let server = place.server();
    let command = format!("cargo run --bin analyst -- --server {}", server.url);
    party(&place, &server, &["--wait", "1", "42"]).is(
        75,
        "",
        &format!(
            "waiting for computation web-mpc; start it with: {command}\n\
             error: the computation is not there after 1 s\n\
             hint: the analyst opens it with: {command}\n"
        ),
    );
    assert_eq!(receipts(&place), Vec::<PathBuf>::new());
}

/// Where cargo has not built it, a program names the others by their bare names.
#[test]
fn an_installed_program_says_how_to_start_what_is_installed() {
    let place = Place::new();
    let (folder, url) = (place.folder("party"), format!("ws://{}", free_address()));
    let program = folder.join("input-party");
    fs::copy(env!("CARGO_BIN_EXE_input-party"), &program).unwrap();
    let launch = Launch::installed(&program, &folder).args(["--server", &url, "--wait", "1", "42"]);
    let listen = url.trim_start_matches("ws://");
    launch
        .run()
        .exits(69)
        .says(&format!("hint: start it with: server --listen {listen}\n"));
}

#[test]
fn values_from_standard_input() {
    let (place, server, analyst) = fresh(&["--signed"]);
    for text in ["-5\n", "40", " 7 \n"] {
        place
            .party(&server.url)
            .args(["-"])
            .input(text)
            .run()
            .exits(0);
    }
    place
        .party(&server.url)
        .args(["-"])
        .input("secret\n")
        .run()
        .is(
            2,
            "",
            "error: the value is not a whole number in decimal digits\n\
             hint: for example: cargo run --bin input-party -- 42\n",
        );
    analyst.reveal().sum(42);
}

#[test]
fn negative_values_with_and_without_two_dashes() {
    let (place, server, analyst) = fresh(&["--signed"]);
    for args in [&["-5"][..], &["--", "-5"], &["52"]] {
        party(&place, &server, args).exits(0);
    }
    analyst.reveal().sum(42);
}

#[test]
fn what_is_out_of_range_is_not_sent() {
    for (args, value, range) in [
        (&[][..], "18446744073709551616", "0 to 18446744073709551615"),
        (&[], "-1", "0 to 18446744073709551615"),
        (
            &["--signed"],
            "9223372036854775808",
            "-9223372036854775808 to 9223372036854775807",
        ),
        (&["--modulus", "16777729"], "16777729", "0 to 16777728"),
        (&["--modulus", "2"], "2", "0 to 1"),
    ] {
        let (place, server, _analyst) = fresh(args);
        let proxy = Proxy::start(server.address);
        let refused = place.party(&proxy.url).args([value]).run().exits(1);
        let negative = if range.starts_with('-') {
            ""
        } else {
            "; negative numbers need an analyst with --signed"
        };
        let expected = format!(
            "error: the value is outside the range of this computation, {range}\n\
             hint: check the value and the unit{negative}\n"
        );
        assert_eq!(refused.stderr, expected);
        assert!(!refused.stderr.contains(&format!(" {value} ")), "{refused}");
        assert_eq!(proxy.said(), ["hello", "lookup"]);
        assert_eq!(receipts(&place), Vec::<PathBuf>::new());
    }
}

#[test]
fn what_is_no_number_is_refused_before_any_connection() {
    let place = Place::new();
    let listener = listener();
    listener.set_nonblocking(true).unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    for value in ["", "x", "4 2", "1e3", "0x2a", "1.0", "42 EUR"] {
        place.party(&url).args([value]).run().exits(2);
    }
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn addresses_in_both_schemes() {
    let (place, server, analyst) = fresh(&[]);
    let folder = place.folder("party");
    for url in [server.url.clone(), server.url.replace("ws://", "http://")] {
        Launch::input_party(&folder)
            .args(["--server", &url, "21"])
            .run()
            .exits(0);
        let launch = Launch::analyst(&place.folder("analyst"));
        launch.args(["status", "--server", &url]).run().exits(0);
    }
    analyst.reveal().sum(42);
}

#[test]
fn a_full_computation_still_takes_corrections() {
    let (place, server, analyst) = fresh(&["--max-parties", "2"]);
    for (receipt, value) in [("one.json", "1"), ("two.json", "2")] {
        party(&place, &server, &["--receipt", receipt, value]).exits(0);
    }
    let refused = party(&place, &server, &["--receipt", "three.json", "3"]).exits(1);
    let refusal = "error: the computation takes no new parties: its limit is 2\n\
                   hint: the analyst set the limit with --max-parties; the key is kept; \
                   try again as the same party with: cargo run --bin input-party -- --receipt three.json\n";
    assert!(refused.stderr.ends_with(refusal), "{refused}");
    for args in [
        &["--receipt", "three.json"][..],
        &["--receipt", "three.json", "4"],
    ] {
        let again = party(&place, &server, args).exits(1);
        assert!(again.stderr.ends_with(refusal), "{again}");
    }
    let corrected = party(&place, &server, &["--receipt", "two.json", "41"]);
    assert_eq!(
        corrected.exits(0).stdout,
        "Corrected in computation web-mpc, round 1.\nReceipt: two.json\n"
    );
    analyst.reveal().sum(42);
    party(&place, &server, &["verify", "two.json"]).exits(0);
}

#[test]
fn corrections_replace_what_was_there() {
    let (place, server, analyst) = fresh(&[]);
    for value in ["1", "2", "42"] {
        party(&place, &server, &["--receipt", "mine.json", value]).exits(0);
    }
    let status = place.analyst(&server.url).args(["status"]).run();
    assert!(status.stdout.contains("1 submitted"), "{status}");
    analyst.reveal().sum(42);
}

#[test]
fn a_receipt_without_a_value_has_nothing_to_finish() {
    let (place, server, _analyst) = fresh(&[]);
    party(&place, &server, &["--receipt", "mine.json", "42"]).exits(0);
    for file in ["mine.json", "missing.json"] {
        party(&place, &server, &["--receipt", file]).is(
            2,
            "",
            "error: there is nothing to finish: a VALUE is needed\n\
             hint: cargo run --bin input-party -- --receipt FILE VALUE submits, or corrects what FILE is the receipt of\n",
        );
    }
}

#[test]
fn a_receipt_of_another_computation_is_refused() {
    let (place, server, analyst) = fresh(&[]);
    party(&place, &server, &["--receipt", "mine.json", "42"]).exits(0);
    let other = ["--computation", "other"];
    Analyst::start(&place, &server.url, &other);
    let args = ["--receipt", "mine.json", "--computation", "other", "42"];
    party(&place, &server, &args).is(
        1,
        "",
        "error: mine.json is a receipt of computation web-mpc (round 1), not of other\n\
         hint: give another --receipt, or none for a new party\n",
    );
    // What is no receipt is left alone.
    let keys = place.folder("party").join("letter.json");
    fs::write(&keys, "{\"dear\": \"friend\"}").unwrap();
    let refused = party(&place, &server, &["--receipt", "letter.json", "42"]);
    refused.is(1, "", "error: letter.json is not a receipt file\n");
    assert_eq!(fs::read_to_string(&keys).unwrap(), "{\"dear\": \"friend\"}");
    analyst.reveal().sum(42);
}

/// A run that died between the submission and its receipt.
fn died(place: &Place, server: &Server, args: &[&str]) {
    let proxy = Proxy::start(server.address);
    proxy.hold(|frame| frame.is("receipt"));
    let run = place.party(&proxy.url).args(args).start();
    proxy.until_holding();
    run.kill();
}

#[test]
fn a_run_that_died_is_finished_and_counts_once() {
    let (place, server, analyst) = fresh(&[]);
    died(&place, &server, &["42"]);
    let [pending] = &receipts(&place)[..] else {
        panic!("one receipt file");
    };
    let name = pending.file_name().unwrap().to_str().unwrap();
    // Another party's run tells how to finish it.
    let next = party(&place, &server, &["100"]).exits(0);
    let told = format!(
        "warning: an earlier run did not finish; finish it with: \
         cargo run --bin input-party -- --computation web-mpc --receipt receipts/{name}\n"
    );
    assert!(next.stderr.starts_with(&told), "{next}");
    // The command that was named, word by word.
    let command = told.rsplit_once("input-party -- ").unwrap().1;
    let args: Vec<_> = command.split_whitespace().collect();
    let finished = party(&place, &server, &args);
    submitted(&finished);
    // Nothing is pending any more, and a second time is a correction.
    let next = party(&place, &server, &["1000"]).exits(0);
    assert!(!next.stderr.contains("earlier run"), "{next}");
    let status = place.analyst(&server.url).args(["status"]).run();
    assert!(status.stdout.contains("3 submitted"), "{status}");
    analyst.reveal().sum(1142);
    let receipt = format!("receipts/{name}");
    party(&place, &server, &["verify", &receipt]).is(0, "Counted in computation web-mpc.\n", "");
}

#[test]
fn a_correction_that_died_is_finished_with_the_same_bytes() {
    let (place, server, analyst) = fresh(&[]);
    party(&place, &server, &["--receipt", "mine.json", "1"]).exits(0);
    died(&place, &server, &["--receipt", "mine.json", "42"]);
    party(&place, &server, &["verify", "mine.json"]).is(
        75,
        "",
        "error: mine.json has a submission that is not finished\n\
         hint: finish it with: cargo run --bin input-party -- --receipt mine.json\n",
    );
    // The value of the run that died counts, not the one that is given now.
    party(&place, &server, &["--receipt", "mine.json", "7"]).is(
        0,
        "Corrected in computation web-mpc, round 1.\nReceipt: mine.json\n",
        "sending again what an earlier run sealed; to change the value, \
         run the same command once more afterwards\n",
    );
    analyst.reveal().sum(42);
}

/// A server that stores a submission and says that it refuses it would count twice whoever came again
/// with another key.
#[test]
fn a_refused_run_comes_again_as_the_same_party() {
    let (place, server, analyst) = fresh(&[]);
    let receipt = "receipts/mine.json";
    let path = place.folder("party").join(receipt);
    for again in [&[][..], &["42"]] {
        died(&place, &server, &["--receipt", receipt, "40"]);
        ReceiptFile::open(&path).unwrap().note_refusal().unwrap();
        let args = [&["--receipt", receipt][..], again].concat();
        let finished = party(&place, &server, &args).exits(0);
        let verb = finished.stdout.split(' ').next().unwrap();
        assert_eq!(verb, "Submitted");
        if again.is_empty() {
            // Another party from here on.
            fs::rename(&path, place.folder("party").join("first.json")).unwrap();
        }
    }
    let status = place.analyst(&server.url).args(["status"]).run();
    assert!(status.stdout.contains("2 submitted"), "{status}");
    // A correction that is refused leaves the version before it.
    let mut file = ReceiptFile::open(&path).unwrap();
    let stored = file.stored().clone();
    let (sequence, mut rng) = (stored.next_sequence().unwrap(), Entropy::System.rng());
    let number = Measurement::Number(1.into());
    let refused = Submission::seal(&stored.terms, &stored.keys, sequence, &number, &mut rng);
    file.begin_correction(refused.unwrap()).unwrap();
    file.note_refusal().unwrap();
    drop(file);
    let next = place.party(&server.url).args(["--wait", "9", "0"]).run();
    let told = format!(
        "warning: the server refused an earlier run; if that was you, try again with: \
         cargo run --bin input-party -- --computation web-mpc --receipt {receipt}\n"
    );
    assert!(next.stderr.starts_with(&told), "{next}");
    analyst.reveal().sum(82);
    for receipt in ["first.json", receipt] {
        party(&place, &server, &["verify", receipt]).exits(0);
    }
}

#[test]
fn a_lost_connection_is_no_second_submission() {
    let (place, mut server, analyst) = fresh(&[]);
    let proxy = Proxy::start(server.address);
    proxy.hold(|frame| frame.is("receipt"));
    let run = place.party(&proxy.url).args(["42"]).start();
    proxy.until_holding();
    server.kill();
    proxy.let_go();
    server.restart();
    submitted(&run.finish());
    analyst.reveal().sum(42);
}
