//! `server --config`.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::harness::{Finished, Launch, Place};

/// A key id.
const SOMEONE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn write(place: &Place, text: &str) -> PathBuf {
    let folder = place.folder("server");
    fs::write(folder.join("server.toml"), text).unwrap();
    folder
}

fn launch(folder: &Path) -> Launch {
    Launch::server(folder).args(["--config", "server.toml"])
}

#[test]
fn the_file_says_what_nobody_else_says() {
    let place = Place::new();
    let text = format!(
        "listen = \"127.0.0.1:0\"\ndatabase = \"sqlite:file.db\"\nmax-connections = 10\n\
         count-loopback = true\nonce = false\nallow-analyst = [\"{SOMEONE}\"]\n"
    );
    let folder = write(&place, &text);
    let runs = |launch: Launch, database: &str| {
        let server = launch.start();
        server.out("listening on ws://127.0.0.1:");
        let line = server.err("server key id: ");
        server.signal("TERM");
        server.finish().exits(0);
        fs::remove_file(folder.join(database)).unwrap();
        line
    };
    let id = runs(launch(&folder), "file.db");
    let with_env = |launch: Launch| launch.env("WEB_MPC_DATABASE", "sqlite:env.db");
    assert_eq!(runs(with_env(launch(&folder)), "env.db"), id);
    let args = ["--database", "sqlite:line.db"];
    assert_eq!(runs(with_env(launch(&folder).args(args)), "line.db"), id);
    // The file may be named in the environment too, and flags stand before or after a command.
    let by_env = Launch::server(&folder).env("WEB_MPC_CONFIG", "server.toml");
    assert_eq!(runs(by_env, "file.db"), id);
    let expected = format!(
        "keys: server-keys.json, {}\ndatabase: none yet, it is made at the first start\n",
        id.trim_start_matches("server ")
    );
    launch(&folder).args(["check"]).run().is(0, &expected, "");
    let after = ["check", "--config", "server.toml"];
    Launch::server(&folder)
        .args(after)
        .run()
        .is(0, &expected, "");
}

#[track_caller]
fn refused(text: &str, stderr: &str) {
    let place = Place::new();
    let folder = write(&place, text);
    launch(&folder)
        .run()
        .is(2, "", &format!("error: {stderr}\n"));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing is made");
}

#[test]
fn what_is_wrong_in_the_file_is_named() {
    let hint = "\nhint: settings are named as the flags in --help, without the two dashes";
    for name in ["colour", "max_connections", "config", "help", "LISTEN"] {
        refused(
            &format!("{name} = 1"),
            &format!("server.toml: there is no setting `{name}`{hint}"),
        );
    }
    refused(
        "[server]\nlisten = \"127.0.0.1:0\"",
        &format!("server.toml: there is no setting `server`{hint}"),
    );
    refused("once = \"yes\"", "server.toml: `once` is true or false");
    for value in ["[1]", "1.5", "true", "2020-01-01", "{ a = 1 }"] {
        refused(
            &format!("listen = {value}"),
            "server.toml: `listen` is a text in quotes or a whole number",
        );
    }
    refused(
        "listen = \"nowhere\"",
        "server.toml: invalid value 'nowhere' for '--listen <ADDR>': \
         an address with a port is needed, such as 127.0.0.1:8080",
    );
    refused(
        "max-connections = -1",
        "server.toml: invalid value '-1' for '--max-connections <N>': \
         a whole number from 1 up is needed",
    );
    refused(
        "tls-cert = \"cert.pem\"",
        "--tls-cert and --tls-key are needed both",
    );
}

fn unreadable(place: &Place) -> Finished {
    launch(&place.folder("server")).run().exits(2)
}

#[test]
fn a_file_that_cannot_be_read() {
    let place = Place::new();
    let missing = unreadable(&place);
    missing.says("error: cannot read server.toml: No such file");
    // What stands in the file is not repeated.
    write(&place, "once = true\ndatabase = \"sqlite:secret");
    let torn = unreadable(&place).says("error: server.toml, line 2: ");
    assert!(!torn.stderr.contains("secret"), "{torn}");
    write(&place, &"# long\n".repeat(20_000));
    unreadable(&place).says("error: cannot read server.toml: it is too long for settings\n");
    write(&place, &format!("allow-analyst = {}", "[".repeat(50_000)));
    unreadable(&place).says("error: server.toml, line 1: ");
    fs::remove_file(place.folder("server").join("server.toml")).unwrap();
    place.folder("server/server.toml");
    unreadable(&place).says("error: cannot read server.toml: it is not a regular file\n");
}
