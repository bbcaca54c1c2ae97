//! `server backup` and `server check`, and what a database from a backup can do.

use std::fs;
use std::path::Path;

use super::super::harness::{Finished, Launch, Place, Server, free_address};
use super::super::journey::Analyst;

/// One party after another, in a folder of their own.
fn submit(place: &Place, url: &str, values: &[u64]) {
    for value in values {
        let party = place.party(url).args([value.to_string()]);
        party.run().exits(0);
    }
}

fn command(folder: &Path, args: &[&str]) -> Finished {
    Launch::server(folder).args(args).run()
}

/// The files of a server in a folder of their own, with that database, and perhaps the ledger.
fn restored(place: &Place, database: &str, ledger: bool) -> std::path::PathBuf {
    let (from, to) = (place.folder("server"), place.folder("restored"));
    fs::copy(from.join("server-keys.json"), to.join("server-keys.json")).unwrap();
    fs::copy(from.join(database), to.join("web-mpc.db")).unwrap();
    let keys = place.folder("restored/server-keys.json.d");
    for entry in fs::read_dir(from.join("server-keys.json.d")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), keys.join(entry.file_name())).unwrap();
    }
    if ledger {
        let name = "server-keys.json.ledger";
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    to
}

const REMARKS: &str = "Not in it, and without them it cannot be used: \
    server-keys.json and server-keys.json.d/.\n\
    Never put an older server-keys.json.ledger in the place of a newer one.\n";

#[test]
fn a_backup_is_made_while_the_server_goes_on() {
    let place = Place::new();
    let server = place.server();
    let folder = place.folder("server");
    Analyst::start(&place, &server.url, &[]).process().kill();
    submit(&place, &server.url, &[1, 2, 3]);
    let said = "saved.db: 1 computation\n";
    command(&folder, &["backup", "saved.db"]).is(0, said, REMARKS);
    submit(&place, &server.url, &[4]);
    // The same again has nowhere to go, and leaves the first as it is.
    let before = fs::read(folder.join("saved.db")).unwrap();
    command(&folder, &["backup", "saved.db"]).is(
        1,
        "",
        "error: there is a file of that name already\nhint: name a file that does not exist\n",
    );
    assert_eq!(fs::read(folder.join("saved.db")).unwrap(), before);
    drop(server);
    // What was there at that moment, and nothing else.
    let folder = restored(&place, "saved.db", false);
    let server = Server::start(&folder, free_address(), &[]);
    Analyst::start(&place, &server.url, &[]).reveal().sum(6);
}

#[test]
fn a_backup_from_before_a_reveal_cannot_be_revealed_again() {
    let place = Place::new();
    let mut server = place.server();
    let folder = place.folder("server");
    let analyst = Analyst::start(&place, &server.url, &[]);
    let fingerprint = analyst.fingerprint.clone();
    submit(&place, &server.url, &[1, 2, 3]);
    command(&folder, &["backup", "saved.db"]).exits(0);
    analyst.reveal().sum(6);
    server.process().signal("TERM");
    server.finish().exits(0);
    command(&folder, &["check"]).exits(0);
    // As after a disaster: the backup in the place of the database, the ledger where it was.
    let folder = restored(&place, "saved.db", true);
    let lost = format!(
        "error: the database is older than the ledger: computation {fingerprint} will be refused\n\
         hint: put a newer copy of the database in place; \
         what it lacks is collected again under another name\n"
    );
    command(&folder, &["check"]).exits(1).says(&lost);
    let server = Server::start(&folder, free_address(), &[]);
    // Neither more parties nor another reveal, even by an analyst that has forgotten the first.
    let party = place.party(&server.url).args(["4"]).run().exits(1);
    party.says("error: the server's database is older than its ledger");
    fs::remove_file(place.folder("analyst").join("keys.json.journal")).unwrap();
    let again = place.analyst(&server.url).args(["reveal"]).run().exits(1);
    let again = again.says("error: the server's database is older than its ledger");
    assert!(!again.stdout.contains("SUM IS"), "{again}");
}

#[test]
fn a_check_tells_what_is_there_and_changes_nothing() {
    let place = Place::new();
    let folder = place.folder("server");
    command(&folder, &["check"]).is(
        0,
        "keys: none yet, they are made at the first start\n\
         database: none yet, it is made at the first start\n",
        "",
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    command(&folder, &["backup", "saved.db"]).is(
        1,
        "",
        "error: there is no database yet\n\
         hint: name the server's with --database, or run this in its folder\n",
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

    let mut server = place.server();
    let id = server.process().err("server key id: ");
    let expected = format!(
        "keys: server-keys.json, {}\ndatabase: 0 computations\n",
        id.trim_start_matches("server ")
    );
    // Beside the server, and without it.
    command(&folder, &["check"]).is(0, &expected, "");
    Analyst::start(&place, &server.url, &[]).process().kill();
    server.process().signal("TERM");
    server.finish().exits(0);
    let expected = expected.replace("0 computations", "1 computation");
    command(&folder, &["check"]).is(0, &expected, "");
    let exposed = ["--listen", "0.0.0.0:8080", "check"];
    let exposed = command(&folder, &exposed).exits(0);
    let warning = "warning: connections from other machines are not encrypted";
    exposed.says(warning);

    fs::rename(folder.join("server-keys.json"), folder.join("elsewhere")).unwrap();
    let missing = command(&folder, &["check"]).exits(1);
    missing
        .says("error: server-keys.json is missing, and what the server has cannot be used without it\n")
        .says("hint: restore it, or give the right file with --keys FILE\n");
    let unreadable = ["--tls-cert", "none.pem", "--tls-key", "none.pem", "check"];
    command(&folder, &unreadable)
        .exits(1)
        .says("error: there is no file none.pem\n");
}
