//! Events that wait: for a receiver that hangs, over a server that dies, and more than there may be.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;
use web_mpc::store::MAX_EVENTS;

use super::super::harness::{Place, free_address};
use super::receiver::{Mood, Receiver, get};
use super::{analyst, expected, flags, open, start, submit, told_of, url};

#[test]
fn a_receiver_that_never_answers_keeps_nobody_waiting() {
    let place = Place::new();
    let receiver = Receiver::start(free_address(), Mood::Hang);
    let metrics = free_address();
    let mut flags = flags(&place, &url(receiver.address));
    flags.extend(["--metrics".to_owned(), metrics.to_string()]);
    let server = start(&place, &flags);
    open(&place, &server, "web-mpc", &[]);
    receiver.until("an event under way", |came| came.first().map(|_| ()));
    for value in 1..=20 {
        submit(&place, &server, "web-mpc", &[&value.to_string()]);
    }
    analyst(&place, &server, "web-mpc", "reveal").sum(210);
    assert!(receiver.events().is_empty());
    let page = get(metrics, "/metrics");
    assert!(
        page.contains("\nweb_mpc_webhook_events_waiting 23\n"),
        "{page}"
    );
    assert!(
        page.contains("\nweb_mpc_webhook_deliveries_total 0\n"),
        "{page}"
    );
    receiver.be(Mood::Take);
    receiver.until("the last", |came| {
        let last = came
            .iter()
            .find(|each| each.taken && each.told().0 == "revealed");
        last.map(|_| ())
    });
    assert_eq!(receiver.events().len(), 23);
}

#[test]
fn a_server_that_dies_while_the_receiver_hangs_leaves_nothing_out() {
    let place = Place::new();
    let receiver = Receiver::start(free_address(), Mood::Hang);
    let mut server = start(&place, &flags(&place, &url(receiver.address)));
    let names = ["wages", "hours"];
    for name in names {
        open(&place, &server, name, &[]);
    }
    for value in ["1", "2", "3"] {
        for name in names {
            submit(&place, &server, name, &[value]);
        }
        receiver.until("an event under way", |came| came.last().map(|_| ()));
        server.kill();
        server.restart();
    }
    for name in names {
        analyst(&place, &server, name, "reveal").sum(6);
    }
    assert!(receiver.events().is_empty());
    receiver.be(Mood::Take);
    receiver.until("all revealed", |came| {
        let over = |name| {
            let mut taken = came.iter().filter(|each| each.taken);
            taken.any(|each| each.told().0 == "revealed" && each.told().1 == name)
        };
        names.into_iter().all(over).then_some(())
    });
    let all = [
        ("created", 0),
        ("submitted", 1),
        ("submitted", 2),
        ("submitted", 3),
        ("frozen", 3),
        ("revealed", 3),
    ];
    for name in names {
        assert_eq!(told_of(&receiver.events(), name), expected(&all), "{name}");
    }
    // However often the server died, what it told was the same.
    let first = |id: &str| {
        let tries = receiver.deliveries();
        let same = tries
            .into_iter()
            .filter(|each| each.header("webhook-id") == id);
        let bodies: BTreeSet<_> = same.map(|each| each.body).collect();
        bodies.len()
    };
    for event in receiver.events() {
        assert_eq!(first(event.header("webhook-id")), 1, "{event:?}");
    }
}

/// Writes as many events into the database of a server that is not running as lack one to the bound.
fn fill(folder: &Path) {
    let database = Connection::open(folder.join("web-mpc.db")).unwrap();
    let count = "SELECT count(*) FROM event";
    let waiting: i64 = database.query_row(count, [], |row| row.get(0)).unwrap();
    let more = i64::try_from(MAX_EVENTS).unwrap() - 1 - waiting;
    let insert = "WITH RECURSIVE counted(n) AS
                  (VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < ?1)
                  INSERT INTO event (id, computation, happening, at, parties)
                  SELECT randomblob(16), (SELECT id FROM computation), 'corrected', 0, 1
                  FROM counted";
    database.execute(insert, [more]).unwrap();
}

#[test]
fn submissions_go_on_where_too_many_events_wait() {
    let place = Place::new();
    let (receiver, metrics) = (free_address(), free_address());
    let mut flags = flags(&place, &url(receiver));
    flags.extend(["--metrics".to_owned(), metrics.to_string()]);
    let mut server = start(&place, &flags);
    open(&place, &server, "web-mpc", &[]);
    submit(&place, &server, "web-mpc", &["1"]);
    server.kill();
    fill(&place.folder("server"));
    server.restart();
    let counts = |waiting: u64, dropped: u64| {
        let page = get(metrics, "/metrics");
        for (name, count) in [("waiting", waiting), ("dropped_total", dropped)] {
            let line = format!("\nweb_mpc_webhook_events_{name} {count}\n");
            assert!(page.contains(&line), "{line}{page}");
        }
    };
    submit(&place, &server, "web-mpc", &["--receipt", "mine.json", "2"]);
    counts(MAX_EVENTS, 0);
    // From here on none about a party has room, and nobody notices.
    submit(&place, &server, "web-mpc", &["3"]);
    submit(
        &place,
        &server,
        "web-mpc",
        &["--receipt", "mine.json", "40"],
    );
    counts(MAX_EVENTS, 2);
    // What changes the state is told, with how many there are.
    analyst(&place, &server, "web-mpc", "reveal").sum(44);
    counts(MAX_EVENTS + 2, 2);
}
