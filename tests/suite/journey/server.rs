//! The server's own life: starting, stopping, being in the way.

use web_mpc::ids::Fingerprint;
use web_mpc::protocol::{ClientMessage, ServerMessage, Which};

use super::super::harness::{Launch, Place, Server, free_address};
use super::super::wire::Wire;
use super::{Analyst, submit};

#[test]
fn it_says_where_it_listens_and_stops_when_told() {
    let place = Place::new();
    for signal in ["TERM", "INT"] {
        let server = Launch::server(&place.folder("server"))
            .args(["--listen", "127.0.0.1:0"])
            .start();
        let line = server.out("listening on ws://127.0.0.1:");
        let port = line.rsplit_once(':').unwrap().1;
        assert_ne!(port, "0");
        // At once: a signal is heeded from this line on.
        server.signal(signal);
        let ended = server.finish().exits(0);
        assert_eq!(ended.stdout, format!("{line}\n"));
    }
}

#[test]
fn those_who_wait_outlive_a_server_that_is_told_to_stop() {
    let place = Place::new();
    let mut server = place.server();
    let url = server.url.clone();
    let waiting = place
        .party(&url)
        .args(["--computation", "later", "40"])
        .start();
    waiting.err("waiting for computation later");
    let analyst = Analyst::start(&place, &url, &[]);
    submit(&place, &url, &[42], |_| ());
    server.process().signal("TERM");
    server.finish().exits(0);
    analyst.process.err("connecting again");
    server.restart();
    let later = Analyst::start(&place, &url, &["--computation", "later"]);
    waiting.finish().exits(0);
    later.reveal().sum(40);
    analyst.reveal().sum(42);
}

#[test]
fn once_is_over_after_a_reveal_of_any_computation() {
    let place = Place::new();
    let mut server = Server::start(&place.folder("server"), free_address(), &["--once"]);
    let _open = Analyst::start(&place, &server.url, &["--computation", "other"]);
    let analyst = Analyst::start(&place, &server.url, &[]);
    submit(&place, &server.url, &[42], |_| ());
    analyst.reveal().sum(42);
    server.finish().exits(0);
    // Nothing is lost: the result is there for who starts a server again.
    let server = Server::start(&place.folder("server"), free_address(), &[]);
    place.analyst(&server.url).args(["result"]).run().sum(42);
}

#[test]
fn localhost_is_an_address() {
    let place = Place::new();
    let launch = Launch::server(&place.folder("server")).args(["--listen", "localhost:0"]);
    launch.start().out("listening on ws://127.0.0.1:");
}

/// Anybody may ask for a computation that cannot be served, as often as they like.
#[test]
fn what_cannot_be_served_is_logged_once() {
    let place = Place::new();
    let mut server = place.server();
    let file = |name: &str| place.folder("server").join(name);
    Analyst::start(&place, &server.url, &[]).process.kill();
    submit(&place, &server.url, &[42], |_| ());
    let analyst = Analyst::start(&place, &server.url, &[]);
    let fingerprint = analyst.fingerprint.clone();
    analyst.reveal().sum(42);
    let fingerprint: Fingerprint = fingerprint.parse().unwrap();
    let lookup = ClientMessage::Lookup {
        which: Which::Fingerprint(fingerprint),
        wait: false,
    };
    let asked_often = |server: &mut Server, told: &str| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let (mut client, ..) = Wire::greeted(server.address).await;
            for _ in 0..3 {
                let answer = client.ask(&lookup).await;
                assert!(matches!(answer, ServerMessage::Error(_)), "{answer:?}");
            }
        });
        server.process().signal("TERM");
        let log = server.finish().exits(0).stderr;
        assert_eq!(log.matches(told).count(), 1, "{log}");
        assert_eq!(log.matches("ERROR").count(), 1, "{log}");
    };
    server.kill();
    std::fs::rename(file("server-keys.json.d"), file("elsewhere")).unwrap();
    server.restart();
    asked_often(&mut server, "no key for a computation");
    std::fs::rename(file("elsewhere"), file("server-keys.json.d")).unwrap();
    for name in ["web-mpc.db", "web-mpc.db-wal", "web-mpc.db-shm"] {
        drop(std::fs::remove_file(file(name)));
    }
    server.restart();
    asked_often(&mut server, "the ledger refuses");
}

#[test]
fn a_port_that_is_taken() {
    let place = Place::new();
    let server = place.server();
    let address = server.address.to_string();
    let ended = Launch::server(&place.folder("other"))
        .args(["--listen", &address])
        .run()
        .exits(1)
        .says(&format!("error: cannot listen on {address}: "))
        .says("hint: another program listens there; take a free port with --listen 127.0.0.1:0\n");
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_database_that_is_in_use_or_nowhere() {
    let place = Place::new();
    let server = place.server();
    let folder = place.folder("server");
    let launch = |database: &str| {
        let launch = Launch::server(&folder).args(["--listen", "127.0.0.1:0"]);
        launch.args(["--database", database]).run().exits(1)
    };
    let ended = launch("sqlite:web-mpc.db").says(
        "hint: stop the other server, or give this one its own file with --database sqlite:OTHER.db\n",
    );
    assert_eq!(ended.stdout, "");
    launch("mysql://user:secret@host/db").says("hint: for example: --database sqlite:web-mpc.db\n");
    let refused = launch("mysql://user:secret@host/db");
    assert!(!refused.stderr.contains("secret"), "{refused}");
    drop(server);
}

#[test]
fn keys_and_database_stay_where_they_are_put() {
    let place = Place::new();
    let args = ["--database", "sqlite:kept.db", "--keys", "kept.json"];
    let mut server = Server::start(&place.folder("server"), free_address(), &args);
    let id = server.process().err("server key id: ");
    Analyst::start(&place, &server.url, &[]);
    submit(&place, &server.url, &[42], |_| ());
    server.kill();
    server.restart();
    assert_eq!(server.process().err("server key id: "), id);
    Analyst::start(&place, &server.url, &[]).reveal().sum(42);
    let folder = place.folder("server");
    assert!(folder.join("kept.db").is_file() && folder.join("kept.json").is_file());
}
