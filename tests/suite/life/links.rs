//! Links that stand neither on the command line nor in what a program says.

use super::super::campaign::{Collection, Invited};
use super::super::harness::Finished;

/// What only the link's owner may know.
fn secret(invited: &Invited) -> &str {
    invited.link.rsplit_once('.').unwrap().1
}

#[track_caller]
fn says_nothing_of(finished: &Finished, invited: &Invited) {
    for said in [&finished.stdout, &finished.stderr] {
        assert!(!said.contains(secret(invited)), "{finished}");
    }
}

#[test]
fn a_link_is_read_from_standard_input_or_from_the_environment() {
    let mut collection = Collection::open(&[], &["--publish", "parties"], &[]);
    let people = collection.invite("label\nAda\nBolt\n", &[]);
    let line = format!("  {}\n", people[0].link);
    let submitted = |args: &[&str], input: &str, words: &str| {
        let device = collection.device("ada").args(args).input(input);
        let finished = device.run().exits(0);
        assert!(finished.stdout.starts_with(words), "{finished}");
        says_nothing_of(&finished, &people[0]);
    };
    submitted(&["--link", "-", "1"], &line, "Submitted to computation");
    // A number may follow the link.
    let both = format!("{line}40\n");
    submitted(&["--link", "-", "-"], &both, "Corrected in computation");
    submitted(&["--link", "-", "--json", "40"], &line, "{");
    let by_env = |args: &[&str]| {
        let device = collection.device("bolt").args(args);
        let finished = device.env("WEB_MPC_LINK", &people[1].link).run();
        says_nothing_of(&finished, &people[1]);
        finished
    };
    by_env(&["2"]).exits(0);
    by_env(&["--help"]).exits(0);
    by_env(&["--link", "http://nowhere", "2"]).exits(2);
    by_env(&["--no-such-flag"]).exits(2);
    collection.analyst(&["reveal"]).sum(42);
    let result = collection.device("ada").args(["result", "-"]).input(&line);
    let finished = result.run().sum(42);
    says_nothing_of(&finished, &people[0]);
}

#[test]
fn what_is_no_link_is_refused_and_not_repeated() {
    let mut collection = Collection::open(&[], &[], &[]);
    let people = collection.invite("label\nAda\n", &[]);
    let cut = &people[0].link[..people[0].link.len() - 5];
    let long = format!("{}{}", "x".repeat(5_000), people[0].link);
    for input in ["", "\n", cut, &long, &format!("\n{}\n", people[0].link)] {
        for args in [["--link", "-", "7"].as_slice(), &["result", "-"]] {
            let device = collection.device("ada").args(args).input(input);
            let refused = device.run().exits(2);
            assert!(
                refused.stderr.contains("hint: copy the whole link"),
                "{refused}"
            );
            let shown = &cut[cut.len() - 20..];
            assert!(!refused.stderr.contains(shown), "{refused}");
        }
    }
}
