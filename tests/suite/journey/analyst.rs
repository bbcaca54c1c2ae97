//! What the analyst sees, and what its keys on the keyboard do.

use serde_json::Value;

use super::super::harness::{Finished, Place, Process, Server};
use super::{Analyst, submit, submitted};

const NEW_KEYS: &str = "made new keys in keys.json: nobody can reveal without them; \
                        back them up with: cargo run --bin analyst -- keys backup FILE\n";
pub(super) const NO_BACKUP: &str = "note: there is no backup of keys.json; \
                         make one with: cargo run --bin analyst -- keys backup FILE\n";
const ONE_PARTY: &str = "warning: this is the sum of one party: it is that party's own value\n";
const GOODBYE: &str =
    "Computation web-mpc stays open. Come back with the same command and keys.json.\n";

pub(super) fn fresh() -> (Place, Server) {
    let place = Place::new();
    let server = place.server();
    (place, server)
}

fn command(server: &Server, fingerprint: &str) -> String {
    let url = &server.url;
    format!("cargo run --bin input-party -- --server {url} --fingerprint {fingerprint} VALUE")
}

/// The six words that are shown of a fingerprint.
fn words(fingerprint: &str) -> String {
    let fingerprint: web_mpc::ids::Fingerprint = fingerprint.parse().unwrap();
    fingerprint.words(6)
}

/// What a run prints before it waits for Enter.
fn opening(server: &Server, fingerprint: &str) -> String {
    format!(
        "Computation initialized!\n\
         Fingerprint: {}\n\
         Input parties run: {}\n\
         Hit enter when you decide it is time to compute!\n",
        words(fingerprint),
        command(server, fingerprint)
    )
}

#[test]
fn a_whole_run_to_the_letter() {
    let (place, server) = fresh();
    let analyst = Analyst::start(&place, &server.url, &[]);
    let fingerprint = analyst.fingerprint.clone();
    submit(&place, &server.url, &[42], |_| ());
    let opening = opening(&server, &fingerprint);
    let stderr = format!("{NEW_KEYS}{ONE_PARTY}");
    analyst
        .reveal()
        .is(0, &format!("{opening}SUM IS: 42\n"), &stderr);
}

#[test]
fn the_command_that_is_printed_is_the_one_that_works() {
    let (place, server) = fresh();
    let args = ["--computation", "wages"];
    let analyst = Analyst::start(&place, &server.url, &args);
    let command = analyst.process.out("Input parties run: ");
    let arguments = command.split_once(" -- ").unwrap().1;
    let arguments: Vec<_> = arguments
        .split(' ')
        .map(|word| if word == "VALUE" { "7" } else { word })
        .collect();
    let folder = place.folder("party");
    let party = super::super::harness::Launch::input_party(&folder).args(arguments);
    let party = party.run().exits(0);
    assert_eq!(party.stderr, "", "a pinned party has nothing to be told");
    analyst.reveal().sum(7);
}

#[test]
fn enter_too_early_says_what_is_missing() {
    let (place, server) = fresh();
    let mut analyst = Analyst::start(&place, &server.url, &["--min-parties", "3"]);
    analyst.process.enter();
    let none = "0 of 3 parties have submitted: 3 more needed; still waiting";
    assert_eq!(analyst.process.err("still waiting"), none);
    submit(&place, &server.url, &[1, 2], |_| ());
    analyst.process.enter();
    analyst
        .process
        .err("2 of 3 parties have submitted: 1 more needed; still waiting");
    submit(&place, &server.url, &[4], |_| ());
    let ended = analyst.reveal().sum(7);
    assert!(!ended.stderr.contains("one party"), "{ended}");
}

#[test]
fn an_analyst_that_is_told_no_number_waits_all_the_same() {
    let (place, server) = fresh();
    let args = ["--tracking", "none", "--min-parties", "2"];
    let mut analyst = Analyst::start(&place, &server.url, &args);
    submit(&place, &server.url, &[1], |_| ());
    let status = place.analyst(&server.url).args(["status"]).run().exits(0);
    let line = "2 needed; nobody is told before the reveal how many have submitted\n";
    assert!(status.stdout.ends_with(line), "{status}");
    analyst.process.enter();
    let few = "fewer than 2 parties have submitted; still waiting";
    assert_eq!(analyst.process.err("still waiting"), few);
    submit(&place, &server.url, &[2], |_| ());
    let ended = analyst.reveal().sum(3);
    assert!(!ended.stderr.contains("0 parties"), "{ended}");
}

#[test]
fn enter_with_nobody_there_is_no_harm() {
    let (place, server) = fresh();
    // Typed while cargo was compiling.
    let mut process = place.analyst(&server.url).interactive();
    process.write("\n\n");
    let analyst = Analyst::ready(process);
    analyst
        .process
        .err("0 of 1 party has submitted: 1 more needed; still waiting");
    submit(&place, &server.url, &[42], |_| ());
    analyst.reveal().sum(42);
}

#[test]
fn a_second_enter_does_no_harm() {
    let (place, server) = fresh();
    let mut analyst = Analyst::start(&place, &server.url, &[]);
    submit(&place, &server.url, &[42], |_| ());
    analyst.process.write("\n\n\n\nand some text\n");
    analyst.process.finish().sum(42);
}

#[test]
fn a_line_that_ends_the_input_reveals() {
    let (place, server) = fresh();
    Analyst::start(&place, &server.url, &[]).process.kill();
    submit(&place, &server.url, &[42], |_| ());
    place.analyst(&server.url).input("\n").run().sum(42);
}

#[test]
fn the_end_of_input_leaves_it_open() {
    let (place, server) = fresh();
    let first = place.analyst(&server.url).run().exits(0);
    let told = first.stdout.lines().nth(2).unwrap();
    let fingerprint = told.split(' ').nth_back(1).unwrap();
    let opening = opening(&server, fingerprint);
    first.is(0, &opening, &format!("{NEW_KEYS}{GOODBYE}"));
    let mut again = Analyst::start(&place, &server.url, &[]);
    assert_eq!(again.fingerprint, fingerprint);
    again.process.end_input();
    again
        .process
        .finish()
        .is(0, &opening, &format!("{NO_BACKUP}{GOODBYE}"));
}

#[test]
fn signals_leave_it_open() {
    let (place, server) = fresh();
    for signal in ["INT", "TERM"] {
        let analyst = Analyst::start(&place, &server.url, &[]);
        analyst.process.signal(signal);
        let ended = analyst.process.finish().exits(0);
        assert!(ended.stderr.ends_with(GOODBYE), "{ended}");
    }
    submit(&place, &server.url, &[42], |_| ());
    Analyst::start(&place, &server.url, &[]).reveal().sum(42);
}

#[test]
fn a_signal_before_there_is_a_server() {
    let (place, address) = (Place::new(), super::free_address());
    let url = format!("ws://{address}");
    let analyst = place.analyst(&url).interactive();
    analyst.err("waiting for the server");
    analyst.signal("TERM");
    analyst
        .finish()
        .exits(69)
        .says(&format!("error: cannot reach the server at {url}: "))
        .says(&format!(
            "hint: start it with: cargo run --bin server -- --listen {address}\n"
        ));
}

#[test]
fn two_at_once_see_the_same_and_reveal_once() {
    let (place, server) = fresh();
    let mut one = Analyst::start(&place, &server.url, &[]);
    let mut other = Analyst::start(&place, &server.url, &[]);
    assert_eq!(one.fingerprint, other.fingerprint);
    submit(&place, &server.url, &[40, 2], |_| ());
    one.process.enter();
    other.process.enter();
    let ended = [one.process.finish(), other.process.finish()].map(|ended| ended.exits(0));
    let revealed = |ended: &&Finished| ended.stdout.ends_with("SUM IS: 42\n");
    assert!(ended.iter().any(|ended| revealed(&ended)), "{ended:?}");
    for ended in ended.iter().filter(|ended| !revealed(ended)) {
        assert!(ended.stderr.contains("round 1: 42 (2 parties)"), "{ended}");
    }
    place.analyst(&server.url).args(["status"]).run().is(
        0,
        &format!(
            "computation web-mpc, round 1: revealed: see it with: \
             cargo run --bin analyst -- --server {} result\n\
             2 submitted, 1 needed\n",
            server.url
        ),
        "",
    );
}

#[test]
fn one_reveals_while_another_waits() {
    let (place, server) = fresh();
    let one = Analyst::start(&place, &server.url, &[]);
    let other = Analyst::start(&place, &server.url, &[]);
    submit(&place, &server.url, &[42], |_| ());
    one.reveal().sum(42);
    other.reveal().sum(42);
}

#[test]
fn one_party_is_one_party() {
    let (place, server) = fresh();
    let analyst = Analyst::start(&place, &server.url, &[]);
    submit(&place, &server.url, &[42], |_| ());
    analyst.reveal().sum(42);
    let next = Analyst::start(&place, &server.url, &[]);
    let said = next.process.kill().err.concat();
    assert_eq!(said, format!("round 1: 42 (1 party)\n{NO_BACKUP}"));
}

#[test]
fn subcommands_to_the_letter() {
    let (place, server) = fresh();
    let run = |args: &[&str]| place.analyst(&server.url).args(args).run();
    let again = format!("cargo run --bin analyst -- --server {}", server.url);
    let unknown = format!("error: there is no computation web-mpc\nhint: open it with: {again}\n");
    let shown = run(&["keys", "show"]).exits(0);
    assert_eq!(shown.stderr, NEW_KEYS);
    for command in ["status", "reveal", "result", "audit"] {
        run(&[command]).is(75, "", &unknown);
    }
    Analyst::start(&place, &server.url, &["--min-parties", "2"])
        .process
        .kill();
    run(&["status"]).is(
        0,
        "computation web-mpc, round 1: open\n0 submitted, 2 needed\n",
        "",
    );
    run(&["result"]).is(
        75,
        "",
        &format!(
            "error: computation web-mpc has no result yet in round 1\n\
             hint: reveal it with: {again} reveal\n"
        ),
    );
    run(&["audit"]).is(
        75,
        "",
        &format!(
            "error: the batch is not frozen yet\n\
             hint: reveal it with: {again} reveal\n"
        ),
    );
    submit(&place, &server.url, &[40], |_| ());
    run(&["reveal"]).is(
        75,
        "",
        "error: 1 of 2 parties have submitted: 1 more needed\n\
         hint: try again when more have submitted\n",
    );
    submit(&place, &server.url, &[2], |_| ());
    run(&["reveal"]).is(0, "SUM IS: 42\n", NO_BACKUP);
    run(&["result"]).is(0, "SUM IS: 42\n", "");
    run(&["status"]).is(
        0,
        &format!(
            "computation web-mpc, round 1: revealed: see it with: {again} result\n\
             2 submitted, 2 needed\n"
        ),
        "",
    );
    run(&["audit"]).is(
        0,
        "2 signatures hold: the batch is what the parties signed\n",
        "",
    );
    run(&["reveal"]).is(
        1,
        "",
        &format!(
            "error: round 1 of computation web-mpc is over\n\
             hint: see it with: {again} result; \
             open the next round with: {again}\n"
        ),
    );
    // The same key id every time, and options on either side of a subcommand.
    assert_eq!(run(&["keys", "show"]).stdout, shown.stdout);
    run(&["keys", "--keys", "keys.json", "show"]).is(0, &shown.stdout, "");
    run(&["result", "--computation", "web-mpc"]).sum(42);
    run(&["--computation", "web-mpc", "result"]).sum(42);
}

/// Every line that a program printed, as JSON.
fn events(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    let kinds = events.iter().map(|event| event["event"].as_str().unwrap());
    // How often the total and the progress are told depends on the machine.
    let mut kinds: Vec<_> = kinds.collect();
    kinds.dedup();
    kinds
}

#[test]
fn json_is_one_object_per_line() {
    let (place, server) = fresh();
    let mut process: Process = place.analyst(&server.url).args(["--json"]).interactive();
    let event: Value = serde_json::from_str(&process.out("initialized")).unwrap();
    let fingerprint = event["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(event["computation"], "web-mpc");
    assert_eq!(event["round"], 1);
    assert_eq!(event["state"], "open");
    assert_eq!(event["words"], words(&fingerprint));
    assert_eq!(event["command"], command(&server, &fingerprint));
    assert_eq!(
        (&event["min_parties"], &event["max_parties"]),
        (&1.into(), &1_000_000.into())
    );
    process.enter();
    process.out(r#"{"event":"too_few","have":0,"need":1}"#);
    let party = place
        .party(&server.url)
        .args(["--json", "42"])
        .run()
        .exits(0);
    let told = events(&party.stdout);
    assert_eq!(kinds(&told), ["submitted"]);
    assert_eq!(told[0]["fingerprint"], fingerprint);
    assert_eq!(told[0]["sequence"], 1);
    let receipt = told[0]["receipt"].as_str().unwrap();
    assert!(place.folder("party").join(receipt).is_file());
    process.out(r#"{"event":"submissions","parties":1}"#);
    process.enter();
    let ended = process.finish().exits(0);
    assert_eq!(ended.stderr, "");
    let told = events(&ended.stdout);
    assert_eq!(
        kinds(&told),
        [
            "initialized",
            "submissions",
            "too_few",
            "submissions",
            "progress",
            "warning",
            "result"
        ]
    );
    let result = told.last().unwrap();
    let expected = serde_json::json!({
        "event": "result", "computation": "web-mpc", "round": 1, "fingerprint": fingerprint,
        "parties": 1, "rejected": {}, "sum": "42",
    });
    assert_eq!(*result, expected);
    let verified = place
        .party(&server.url)
        .args(["--json", "verify", receipt])
        .run();
    verified.is(0, "{\"event\":\"verified\",\"fate\":\"counted\"}\n", "");
    let status = place
        .analyst(&server.url)
        .args(["status", "--json"])
        .run()
        .exits(0);
    assert_eq!(events(&status.stdout)[0]["state"], "revealed");
    let audited = place
        .analyst(&server.url)
        .args(["--json", "audit"])
        .run()
        .exits(0);
    let last = audited.stdout.lines().last().unwrap();
    assert_eq!(last, r#"{"event":"audited","parties":1}"#);
    let error = place
        .analyst(&server.url)
        .args(["reveal", "--json"])
        .run()
        .exits(1);
    assert_eq!(events(&error.stdout)[0]["code"], "over");
}

#[test]
fn results_are_written_as_the_ending_says() {
    let (place, server) = fresh();
    let analyst = Analyst::start(&place, &server.url, &["--out", "sum.json"]);
    let fingerprint = analyst.fingerprint.clone();
    submit(&place, &server.url, &[40, 2], |_| ());
    analyst.reveal().sum(42);
    let folder = place.folder("analyst");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let written: Value = serde_json::from_str(&read("sum.json")).unwrap();
    let expected = serde_json::json!({
        "computation": "web-mpc", "round": 1, "fingerprint": fingerprint,
        "parties": 2, "rejected": {}, "sum": "42",
    });
    assert_eq!(written, expected);
    for (file, content) in [
        ("sum.csv", "computation,round,parties,sum\nweb-mpc,1,2,42\n"),
        ("sum.txt", "SUM IS: 42\n"),
        ("sum", "SUM IS: 42\n"),
    ] {
        let launch = place.analyst(&server.url);
        launch.args(["result", "--out", file]).run().sum(42);
        assert_eq!(read(file), content, "{file}");
    }
    for (file, says) in [
        ("none/x.txt", "none/x.txt"),
        ("sum.xlsx", "a sum is not written as .xlsx"),
        ("sum.html", "end the file's name with .txt, .csv or .json"),
    ] {
        let launch = place.analyst(&server.url).args(["result", "--out", file]);
        launch.run().exits(2).says(says);
        assert!(!folder.join(file).exists(), "{file}");
    }
}

#[test]
fn what_is_submitted_is_told_at_once() {
    let (place, server) = fresh();
    let process = place.analyst(&server.url).args(["--json"]).interactive();
    process.out(r#"{"event":"submissions","parties":0}"#);
    let party = place.party(&server.url).args(["1"]).run();
    submitted(&party);
    process.out(r#"{"event":"submissions","parties":1}"#);
    submit(&place, &server.url, &[2, 3], |_| ());
    process.out(r#"{"event":"submissions","parties":3}"#);
}
