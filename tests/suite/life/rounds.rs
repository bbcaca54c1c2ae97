//! Rounds of one name with nearly the same people.

use super::super::campaign::{Collection, Invited};

const NEAR: &str = "nearly the same people";

/// Those people submit, each on a device of its own.
fn submit(collection: &Collection, people: &[Invited], receipt: &str) {
    for person in people {
        let device = collection.device(&person.label);
        let device = device.args(["--link", &person.link, "--receipt", receipt, "10"]);
        device.run().exits(0);
    }
}

fn verify(collection: &Collection, who: &str, receipt: &str) -> String {
    let device = collection.device(who).args(["verify", receipt]);
    let verified = device.run().exits(0);
    format!("{}{}", verified.stdout, verified.stderr)
}

#[test]
fn a_round_with_nearly_the_same_people_is_warned_of() {
    let settings = [
        "--tracking",
        "labels",
        "--time-grain",
        "1s",
        "--min-parties",
        "3",
    ];
    let mut collection = Collection::open(&[], &settings, &[]);
    let people = collection.invite("label\nA\nB\nC\nD\nE\n", &[]);
    submit(&collection, &people, "one.json");
    let first = collection.analyst(&["reveal"]).sum(50);
    assert!(!first.stderr.contains(NEAR), "{first}");

    // The table has another order, and one of them stays away.
    collection.analyst(&[]).exits(0);
    let people = collection.invite("label\nE\nD\nC\nB\nA\n", &[]);
    let told = collection
        .device("X")
        .args(["--link", &people[0].link, "--receipt", "x.json"]);
    let told = told.args(["10"]).run().exits(0);
    assert!(
        told.stderr
            .contains("This is round 2: if nearly the same people"),
        "{told}"
    );
    let withdrawn = collection.device("X").args(["withdraw", "x.json"]);
    withdrawn.run().exits(0);
    let watch = collection.start_analyst(&["status", "--watch"]);
    // As many as are shown at the same time, so that nobody waits for others.
    submit(&collection, &people[2..], "two.json");
    let near = format!("warning: {NEAR}");
    assert!(watch.err(&near).contains("as in round 1"));
    watch.kill();
    let second = collection.analyst(&["reveal"]).sum(30);
    let warning = format!("warning: {NEAR} take part in this round as in round 1: ");
    assert_eq!(second.stderr.matches(&warning).count(), 1, "{second}");
    for _ in 0..2 {
        let again = collection.analyst(&["result"]).sum(30);
        assert_eq!(again.stderr.matches(&warning).count(), 1, "{again}");
        assert!(verify(&collection, "A", "two.json").contains("took part in round 1"));
        collection.server.kill();
        collection.server.restart();
    }
    assert!(!verify(&collection, "A", "one.json").contains("took part"));

    // Three others for two of them: nothing that is about fewer than three.
    collection.analyst(&[]).exits(0);
    let people = collection.invite("label\nA\nB\nF\nG\nH\n", &[]);
    submit(&collection, &people, "three.json");
    let third = collection.analyst(&["reveal"]).sum(50);
    assert!(!third.stderr.contains(NEAR), "{third}");
}

#[test]
fn without_labels_numbers_are_compared_and_without_tracking_the_batch_tells() {
    let settings = ["--tracking", "none", "--min-parties", "2"];
    let mut collection = Collection::open(&[], &settings, &[]);
    for (round, parties, warnings) in [(1, 4, 0), (2, 3, 1), (3, 3, 1)] {
        if round > 1 {
            collection.analyst(&[]).exits(0);
        }
        let people = collection.invite("label\nA\nB\nC\nD\n", &[]);
        let receipt = format!("{round}.json");
        submit(&collection, &people[..parties], &receipt);
        let revealed = collection.analyst(&["reveal"]);
        let revealed = revealed.sum(parties * 10);
        let warned = revealed.stderr.matches(NEAR).count();
        // Before it is opened. The third has the very people of the second, but not those of the first.
        assert_eq!(warned, warnings, "{revealed}");
        if warnings > 0 {
            assert!(revealed.stderr.contains("as in round 1: "), "{revealed}");
        }
    }
}
