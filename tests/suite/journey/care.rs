//! Care for keys: passphrases, backups, and what is missing after a loss.

#[cfg(unix)]
#[path = "care/terminal.rs"]
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};

use super::super::harness::{Finished, Launch, Place, Server};
use super::{Analyst, submit};

const NEEDED: &str = "error: keys.json is protected by a passphrase\n\
                      hint: name the file that holds it with --passphrase-file FILE\n";
const WRONG: &str = "error: keys.json: the passphrase does not open it\n";
const KEEP: &str = "Nobody can open it without the passphrase: keep that too.\n";
const KEEP_BACKUP: &str = "Keep it on another machine, and its passphrase apart from it. \
                           Make a new one after each reveal.\n";

fn run(place: &Place, args: &[&str]) -> Finished {
    Launch::analyst(&place.folder("analyst")).args(args).run()
}

/// A file with a passphrase in the analyst's folder.
fn passphrase(place: &Place, name: &str, text: &str) {
    fs::write(place.folder("analyst").join(name), text).unwrap();
}

fn file(place: &Place, name: &str) -> PathBuf {
    place.folder("analyst").join(name)
}

fn key_id(place: &Place) -> String {
    run(place, &["keys", "show"]).exits(0).stdout
}

#[test]
fn a_passphrase_is_needed_once_it_is_there() {
    let place = Place::new();
    let server = place.server();
    let id = key_id(&place);
    passphrase(&place, "first", "correct horse battery\nnot this line\n");
    passphrase(&place, "second", "staple after staple\r\n");
    passphrase(&place, "short", "1234567\n");
    run(
        &place,
        &["keys", "protect", "--new-passphrase-file", "short"],
    )
    .is(
        1,
        "",
        "error: short: a passphrase needs at least 8 characters\n",
    );
    // Nobody can be asked here.
    run(&place, &["keys", "protect"]).is(
        1,
        "",
        "error: no passphrase was given\n\
         hint: name the file that holds it with --new-passphrase-file FILE\n",
    );
    assert_eq!(key_id(&place), id);
    run(&place, &["keys", "protect", "--passphrase-file", "first"]).is(
        0,
        "keys.json needs a passphrase from now on\n",
        KEEP,
    );
    let text = fs::read_to_string(file(&place, "keys.json")).unwrap();
    assert!(
        text.contains("argon2id") && !text.contains("secret"),
        "{text}"
    );
    for args in [&["keys", "show"][..], &["status"], &["reveal"], &[]] {
        run(&place, args).is(1, "", NEEDED);
    }
    run(&place, &["keys", "show", "--passphrase-file", "second"]).is(1, "", WRONG);
    let with = ["--passphrase-file", "first"];
    run(&place, &[&["keys", "show"][..], &with].concat()).is(0, &id, "");
    // By a variable, and from standard input, where Enter comes after it.
    let by_variable = Launch::analyst(&place.folder("analyst")).args(["keys", "show"]);
    let by_variable = by_variable.env("WEB_MPC_PASSPHRASE_FILE", "first").run();
    by_variable.is(0, &id, "");
    submit_one(&place, &server);
    let reveal = place.analyst(&server.url).args(["--passphrase-file", "-"]);
    let revealed = reveal.input("correct horse battery\n\n").run();
    revealed.sum(42);

    let change = ["keys", "protect", "--new-passphrase-file", "second"];
    run(&place, &change).is(1, "", NEEDED);
    run(&place, &[&change[..], &with].concat()).exits(0);
    run(&place, &[&["keys", "show"][..], &with].concat()).is(1, "", WRONG);
    let remove = ["keys", "protect", "--remove", "--passphrase-file"];
    run(&place, &[&remove[..], &["first"]].concat()).is(1, "", WRONG);
    run(&place, &[&remove[..], &["second"]].concat()).is(
        0,
        "keys.json needs no passphrase any more\n",
        "",
    );
    assert_eq!(key_id(&place), id);
}

/// Sets a computation up with keys that the file `first` opens, and submits to it.
fn submit_one(place: &Place, server: &Server) {
    Analyst::start(place, &server.url, &["--passphrase-file", "first"])
        .process
        .kill();
    submit(place, &server.url, &[42], |_| ());
}

#[test]
fn keys_can_be_closed_from_the_start() {
    let place = Place::new();
    passphrase(&place, "first", "correct horse battery\n");
    let made = run(&place, &["keys", "show", "--passphrase-file", "first"]).exits(0);
    run(&place, &["keys", "show"]).is(1, "", NEEDED);
    let opened = run(&place, &["keys", "show", "--passphrase-file", "first"]);
    opened.is(0, &made.stdout, "");
    let missing = ["keys", "show", "--passphrase-file", "none"];
    let missing = run(&place, &missing).exits(1);
    missing.says("error: none: cannot read it: No such file");
    // A server cannot be asked.
    let keys = ["--listen", "127.0.0.1:0", "--keys", "keys.json"];
    let server = Launch::server(&place.folder("analyst")).args(keys).run();
    server
        .exits(1)
        .says("error: keys.json holds the keys of the analyst, not of the server\n");
}

/// Deletes keys and journal, as a disk that breaks would.
fn lose(place: &Place) {
    for name in ["keys.json", "keys.json.journal", "keys.json.backup"] {
        let path = file(place, name);
        if path.exists() {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn lost_keys_come_back_and_reveal() {
    let place = Place::new();
    let server = place.server();
    Analyst::start(&place, &server.url, &["--min-parties", "2"])
        .process
        .kill();
    let id = key_id(&place);
    submit(&place, &server.url, &[40, 2], |_| ());
    passphrase(&place, "paper", "correct horse battery\n");
    let save = [
        "keys",
        "backup",
        "safe.backup",
        "--passphrase-file",
        "paper",
    ];
    let made = "safe.backup: keys and journal (0 entries), read back and opened\n";
    run(&place, &save).is(0, made, KEEP_BACKUP);
    let before = fs::read(file(&place, "safe.backup")).unwrap();
    let taken = "error: safe.backup exists: it is left as it is\n\
                 hint: name a file that does not exist\n";
    run(&place, &save).is(1, "", taken);
    assert_eq!(fs::read(file(&place, "safe.backup")).unwrap(), before);
    let keys = fs::read(file(&place, "keys.json")).unwrap();

    lose(&place);
    let restore = [
        "keys",
        "restore",
        "safe.backup",
        "--passphrase-file",
        "paper",
    ];
    let restored = run(&place, &restore).exits(0);
    let (first, second) = restored.stdout.split_once('\n').unwrap();
    assert!(
        first.starts_with("keys.json: restored from a backup of 2"),
        "{first}"
    );
    assert!(
        first.ends_with(&format!(", key id {}", id.trim_end())),
        "{first}"
    );
    assert_eq!(second, "keys.json.journal: no entry added\n");
    assert_eq!(fs::read(file(&place, "keys.json")).unwrap(), keys);
    is_private(&file(&place, "keys.json"));
    is_private(&file(&place, "safe.backup"));
    // Twice is no more than once.
    let again = run(&place, &restore).exits(0);
    let there = "keys.json: the same keys are there already, key id ";
    assert!(again.stdout.starts_with(there), "{again}");

    let revealed = place.analyst(&server.url).args(["reveal"]).run().sum(42);
    // Nobody here can know whether the batch had been frozen before.
    let revealed = revealed.says("warning: the journal comes from a backup of 2");
    let lacking = "note: the newest backup lacks the last reveal of keys.json; \
                   make one with: cargo run --bin analyst -- keys backup FILE\n";
    assert!(revealed.stderr.ends_with(lacking), "{revealed}");
    // The next round is one that was opened after the loss.
    let next = Analyst::start(&place, &server.url, &["--min-parties", "1"]);
    let party = place.party(&server.url).args(["7"]).run();
    party.exits(0);
    let next = next.reveal().sum(7);
    assert!(!next.stderr.contains("comes from a backup"), "{next}");
}

#[cfg(unix)]
fn is_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{}", path.display());
}

#[cfg(not(unix))]
fn is_private(_: &Path) {}

#[test]
fn what_was_agreed_to_comes_back_too() {
    let place = Place::new();
    let server = place.server();
    Analyst::start(&place, &server.url, &[]).process.kill();
    submit(&place, &server.url, &[42], |_| ());
    place.analyst(&server.url).args(["reveal"]).run().sum(42);
    passphrase(&place, "paper", "correct horse battery\n");
    passphrase(&place, "pin", "12345678\n");
    // Keys that are closed, and a backup with another passphrase.
    let protect = ["keys", "protect", "--new-passphrase-file", "pin"];
    run(&place, &protect).exits(0);
    let save = [
        "keys",
        "backup",
        "safe.backup",
        "--passphrase-file",
        "pin",
        "--new-passphrase-file",
        "paper",
    ];
    let made = "safe.backup: keys and journal (2 entries), read back and opened\n";
    run(&place, &save).is(0, made, KEEP_BACKUP);
    let journal = fs::read_to_string(file(&place, "keys.json.journal")).unwrap();
    lose(&place);
    let restore = |passphrase| {
        let args = ["keys", "restore", "safe.backup", "--passphrase-file"];
        run(&place, &[&args[..], &[passphrase]].concat())
    };
    let wrong = "error: safe.backup: the passphrase does not open it\n";
    restore("pin").is(1, "", wrong);
    assert!(!file(&place, "keys.json").exists());
    let restored = restore("paper").exits(0);
    let restored = restored.says("after");
    assert!(
        restored
            .stdout
            .ends_with("keys.json.journal: 2 entries added\n")
    );
    let back = fs::read_to_string(file(&place, "keys.json.journal")).unwrap();
    assert!(back.starts_with(&journal), "{back}");
    // Closed as they were, with the passphrase that is known to work.
    run(&place, &["result"]).is(1, "", NEEDED);
    let args = ["result", "--passphrase-file", "paper"];
    let shown = place.analyst(&server.url).args(args).run().sum(42);
    assert!(!shown.stderr.contains("warning: the journal"), "{shown}");
}

#[test]
fn other_keys_stay() {
    let place = Place::new();
    key_id(&place);
    passphrase(&place, "paper", "correct horse battery\n");
    let save = [
        "keys",
        "backup",
        "safe.backup",
        "--passphrase-file",
        "paper",
    ];
    run(&place, &save).exits(0);
    lose(&place);
    let id = key_id(&place);
    let restore = [
        "keys",
        "restore",
        "safe.backup",
        "--passphrase-file",
        "paper",
    ];
    run(&place, &restore).is(
        1,
        "",
        "error: keys.json holds other keys than the backup: it is left as it is\n\
         hint: name another place for the keys of the backup with --keys FILE\n",
    );
    assert_eq!(key_id(&place), id);
    run(&place, &[&restore[..], &["--keys", "other.json"]].concat()).exits(0);
    // A backup is no key file, and is not set aside as a bad one.
    run(&place, &["keys", "show", "--keys", "safe.backup"]).is(
        1,
        "",
        "error: safe.backup is a backup, not a key file\n\
         hint: put it back with: analyst keys restore safe.backup\n",
    );
    for (args, message) in [
        (
            ["keys", "backup", "new", "--keys", "none.json"],
            "there is no key file none.json",
        ),
        (
            ["keys", "restore", "none", "--keys", "none.json"],
            "there is no file none",
        ),
    ] {
        run(&place, &args).is(1, "", &format!("error: {message}\n"));
    }
    let no_backup = ["keys", "restore", "keys.json", "--passphrase-file", "paper"];
    run(&place, &no_backup).is(
        1,
        "",
        "error: keys.json is not a backup of an analyst's keys\n",
    );
}

#[test]
fn a_backup_is_asked_for_until_there_is_one() {
    let place = Place::new();
    let server = place.server();
    let opening = |reminded: bool| {
        let analyst = Analyst::start(&place, &server.url, &[]);
        let said = analyst.process.kill().err.concat();
        assert_eq!(said.contains("back"), reminded, "{said}");
        said
    };
    let made = "made new keys in keys.json: nobody can reveal without them; \
                back them up with: cargo run --bin analyst -- keys backup FILE\n";
    assert_eq!(opening(true), made);
    let missing = "note: there is no backup of keys.json; \
                   make one with: cargo run --bin analyst -- keys backup FILE\n";
    assert_eq!(opening(true), missing);
    let json = place.analyst(&server.url).args(["--json"]).interactive();
    json.out("\"initialized\"");
    let said = json.kill();
    assert!(!said.out.concat().contains("backup"));
    assert_eq!(said.err.concat(), "");
    passphrase(&place, "paper", "correct horse battery\n");
    let save = [
        "keys",
        "backup",
        "safe.backup",
        "--passphrase-file",
        "paper",
    ];
    run(&place, &save).exits(0);
    opening(false);
}
