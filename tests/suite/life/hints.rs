//! What programs say leads to what helps.

use std::fs;

use super::super::campaign::{Collection, Invited};
use super::super::harness::{Finished, Launch, Place};

const DATES: [&str; 4] = ["--min-parties", "2", "--closes-at", "2100-01-01"];

fn submit(collection: &Collection, invited: &Invited, value: &str) -> Finished {
    let device = collection.device(&invited.label);
    let args = ["--link", &invited.link, "--receipt", "mine.json", value];
    device.args(args).run()
}

#[test]
fn who_sets_up_for_the_invited_is_led_to_inviting() {
    let mut collection = Collection::open(&[], &DATES, &[]);
    let url = collection.server.url.clone();
    let again = collection.analyst(&[]).exits(0);
    let invite = format!(
        "Invite input parties: cargo run --bin analyst -- --server {url} invite --count N\n"
    );
    assert!(again.stdout.contains(&invite), "{again}");
    assert!(!again.stdout.contains("VALUE"), "{again}");
    let unknown = ["--computation", "wages", "status"];
    let open =
        format!("open it with: cargo run --bin analyst -- --server {url} --computation wages");
    collection.analyst(&unknown).exits(75).says(&open);
}

#[test]
fn a_letter_has_no_gap_where_a_date_should_stand() {
    let mut collection = Collection::open(&[], &[], &[]);
    let letter = collection.desk().join("letter.txt");
    fs::write(letter, "{link} until {expires}").unwrap();
    let gap = "invite with --expires DATE, or leave {expires} out of the message";
    let invite = ["invite", "--count", "1", "--message", "letter.txt"];
    collection.analyst(&invite).exits(2).says(gap);
    let nobody = collection.analyst(&["invitations"]).exits(75);
    nobody.says("nobody is invited yet");
    let dated = [&invite[..], &["--expires", "2100-01-01"]].concat();
    collection.analyst(&dated).exits(0);
}

#[test]
fn a_round_that_cannot_go_on_says_how_it_can() {
    let mut collection = Collection::open(&[], &DATES, &[]);
    let people = collection.invite("label\nAda\nBolt\nCleo\n", &[]);
    let told = submit(&collection, &people[0], "40").exits(0);
    told.says("The analyst is told how many have submitted, not who.")
        .says("The result is told to the analyst alone.");
    // Uninvited after all.
    collection.analyst(&["revoke", "Cleo"]).exits(0);
    let revoked = submit(&collection, &people[2], "1").exits(1);
    revoked.says("hint: ask the analyst for a new link\n");
    let rest = collection.analyst(&["invitations"]).exits(0);
    rest.says("note: left out, as you have revoked them: 1");
    let unknown = collection.analyst(&["revoke", "Dora"]).exits(1);
    unknown.says("one without a label is named by its number: '#5'");
    // Taken back, and given again.
    let device = collection.device("Ada").args(["withdraw", "mine.json"]);
    device.run().exits(0);
    let again = submit(&collection, &people[0], "41").exits(0);
    assert!(again.stdout.starts_with("Submitted again to"), "{again}");

    collection.analyst(&["close"]).exits(0);
    let closed = submit(&collection, &people[1], "1").exits(1);
    closed.says("hint: ask the analyst whether submissions are taken again");
    let few = collection.analyst(&["reveal"]).exits(75);
    few.says("hint: take submissions again with: ");
    collection.analyst(&["resume"]).exits(0);
    submit(&collection, &people[1], "1").exits(0);
    collection.analyst(&["reveal"]).sum(42);

    let secret = collection.device("Ada").args(["result", &people[0].link]);
    let secret = secret.run().exits(1);
    secret.says("the result of this computation is for its analyst alone");
    let next = collection.analyst(&[]).exits(0);
    next.says("note: the dates of the round before do not go over to this one");
    let old = collection
        .device("Dora")
        .args(["--link", &people[1].link, "7"]);
    let old = old.run().exits(1);
    old.says("each round has its own");
}

#[test]
fn dates_that_are_over_and_folders_without_keys_are_pointed_out() {
    let place = Place::new();
    let server = place.server();
    place.analyst(&server.url).run().exits(0);
    let over = ["schedule", "--closes-at", "2020-02-03"];
    let over = place.analyst(&server.url).args(over).run().exits(0);
    over.says("warning: the last date is over already");
    // Whoever asks for what is there does not need new keys.
    let elsewhere = place.folder("elsewhere");
    let status = ["--server", &server.url, "status"];
    let status = Launch::analyst(&elsewhere).args(status).run().exits(1);
    let status = status.says("there is no key file keys.json");
    status.says("hint: go to the folder where keys.json is");
    assert!(!elsewhere.join("keys.json").exists());
}
