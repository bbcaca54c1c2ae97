//! Events for the operator's receiver: all of them, in order, and nothing that waits for it.

#[path = "webhooks/queue.rs"]
mod queue;
#[path = "webhooks/receiver.rs"]
pub(crate) mod receiver;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use web_mpc::files::pem;

use self::receiver::{Delivery, Mood, Receiver};
use super::harness::{Finished, Launch, Place, Server, free_address};
use super::journey::Analyst;
use super::tls::ca::Ca;

/// What stands in the address and must not stand anywhere else.
pub(crate) const TOKEN: &str = "T0ken-of-the-receiver";

pub(crate) fn secret(byte: u8) -> String {
    format!("whsec_{}", BASE64.encode(&[byte; 32]))
}

/// Writes the secret, and gives the flags for a receiver that is tried again every second.
pub(crate) fn flags(place: &Place, url: &str) -> Vec<String> {
    let folder = place.folder("server");
    write_secret(&folder, &secret(1));
    [
        "--webhook",
        url,
        "--webhook-secret-file",
        "webhook.secret",
        "--webhook-pause",
        "1",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn write_secret(folder: &Path, secret: &str) {
    let path = folder.join("webhook.secret");
    fs::write(&path, format!("{secret}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://{address}/hooks/{TOKEN}?key={TOKEN}")
}

fn start(place: &Place, flags: &[String]) -> Server {
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    Server::start(&place.folder("server"), free_address(), &flags)
}

fn open(place: &Place, server: &Server, name: &str, args: &[&str]) {
    let named = ["--computation", name];
    let analyst = Analyst::start(place, &server.url, &[&named, args].concat());
    drop(analyst);
}

fn analyst(place: &Place, server: &Server, name: &str, command: &str) -> Finished {
    let args = ["--computation", name, command];
    place.analyst(&server.url).args(args).run().exits(0)
}

fn submit(place: &Place, server: &Server, name: &str, args: &[&str]) {
    let named = ["--computation", name];
    let party = place.party(&server.url).args([&named, args].concat());
    party.run().exits(0);
}

/// What was told of one computation, each event once, in order.
pub(crate) fn told_of(events: &[Delivery], name: &str) -> Vec<(String, Option<u64>)> {
    let told = events.iter().map(Delivery::told);
    let of_it = told.filter(|(_, computation, _)| computation == name);
    of_it
        .map(|(happening, _, parties)| (happening, parties))
        .collect()
}

fn expected(told: &[(&str, u64)]) -> Vec<(String, Option<u64>)> {
    let told = told.iter();
    told.map(|(happening, parties)| ((*happening).to_owned(), Some(*parties)))
        .collect()
}

#[test]
fn a_receiver_that_was_down_gets_everything_in_order() {
    let place = Place::new();
    let address = free_address();
    let mut server = start(&place, &flags(&place, &url(address)));
    open(&place, &server, "wages", &[]);
    for value in ["1", "2"] {
        submit(&place, &server, "wages", &[value]);
    }
    open(&place, &server, "hours", &[]);
    submit(&place, &server, "wages", &["--receipt", "mine.json", "3"]);
    submit(&place, &server, "hours", &["7"]);
    // Nobody was told of anything yet: the server is killed, and starts again.
    server.kill();
    server.restart();
    submit(&place, &server, "wages", &["--receipt", "mine.json", "4"]);
    submit(&place, &server, "wages", &["--receipt", "back.json", "5"]);
    let withdraw = ["withdraw", "back.json"];
    place.party(&server.url).args(withdraw).run().exits(0);
    analyst(&place, &server, "wages", "pause");
    analyst(&place, &server, "wages", "resume");
    analyst(&place, &server, "hours", "reveal");
    analyst(&place, &server, "wages", "close");
    analyst(&place, &server, "wages", "reveal");
    let waiting = Launch::server(&place.folder("server"))
        .args(["check"])
        .run();
    assert!(
        waiting
            .stdout
            .contains("events that wait to be delivered: 16\n"),
        "{waiting}"
    );

    let receiver = Receiver::start(address, Mood::Take);
    let is_over = |event: &&Delivery| event.told().0 == "revealed" && event.taken;
    receiver.until("all revealed", |deliveries| {
        let over = deliveries.iter().filter(is_over);
        (over.count() >= 2).then_some(())
    });
    let events = receiver.events();
    let wages = [
        ("created", 0),
        ("submitted", 1),
        ("submitted", 2),
        ("submitted", 3),
        ("corrected", 3),
        ("submitted", 4),
        ("withdrawn", 3),
        ("paused", 3),
        ("resumed", 3),
        ("closed", 3),
        ("frozen", 3),
        ("revealed", 3),
    ];
    assert_eq!(told_of(&events, "wages"), expected(&wages));
    let hours = [
        ("created", 0),
        ("submitted", 1),
        ("frozen", 1),
        ("revealed", 1),
    ];
    assert_eq!(told_of(&events, "hours"), expected(&hours));
    for delivery in receiver.deliveries() {
        assert_eq!(delivery.target, format!("/hooks/{TOKEN}?key={TOKEN}"));
        assert_eq!(delivery.header("content-type"), "application/json");
        assert!(delivery.is_signed_with(&secret(1)), "{delivery:?}");
        assert!(!delivery.is_signed_with(&secret(2)));
        says_nothing_more(&delivery);
    }
    // What was delivered waits no more, and the address is nobody's business.
    server.process().signal("TERM");
    let ended = server.finish().exits(0);
    assert!(
        !ended.stdout.contains(TOKEN) && !ended.stderr.contains(TOKEN),
        "{ended}"
    );
    assert!(
        ended
            .stderr
            .contains(&format!("webhook: http://{address}\n"))
    );
    let check = Launch::server(&place.folder("server"))
        .args(["check"])
        .run();
    assert!(!check.exits(0).stdout.contains("events"));
}

/// Type, moment and computation; of what parties do no more than the hour.
fn says_nothing_more(delivery: &Delivery) {
    let json = delivery.json();
    let members = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(members(&json), ["type", "timestamp", "data"]);
    let known = ["computation", "round", "fingerprint", "parties"];
    assert_eq!(members(&json["data"]), known);
    if ["submitted", "corrected", "withdrawn"].contains(&json["type"].as_str().unwrap()) {
        let timestamp = json["timestamp"].as_str().unwrap();
        assert!(timestamp.ends_with(":00:00Z"), "{timestamp}");
    }
}

#[test]
fn what_is_not_taken_comes_again_and_nowhere_else() {
    let place = Place::new();
    let elsewhere = Receiver::start(free_address(), Mood::Take);
    let location = format!("location: {}\r\n", url(elsewhere.address));
    let receiver = Receiver::start(free_address(), Mood::Answer(307, location));
    let server = start(&place, &flags(&place, &url(receiver.address)));
    let comes = |more: usize| {
        let before = receiver.deliveries().len();
        receiver.until("another try", |came| {
            (came.len() >= before + more).then_some(())
        });
    };
    open(&place, &server, "web-mpc", &[]);
    comes(2);
    for mood in [
        Mood::Answer(503, String::new()),
        Mood::Answer(404, String::new()),
        Mood::Babble,
    ] {
        receiver.be(mood);
        comes(2);
    }
    assert!(receiver.events().is_empty() && elsewhere.deliveries().is_empty());
    let tries = receiver.deliveries();
    let ids = tries.iter().map(|each| each.header("webhook-id"));
    let ids: std::collections::BTreeSet<_> = ids.collect();
    assert_eq!(ids.len(), 1, "the same event each time: {tries:?}");
    // An answer without an end is an answer.
    receiver.be(Mood::Flood);
    submit(&place, &server, "web-mpc", &["42"]);
    analyst(&place, &server, "web-mpc", "reveal").sum(42);
    receiver.until("the last", |came| {
        let last = came
            .iter()
            .find(|each| each.taken && each.told().0 == "revealed");
        last.map(|_| ())
    });
    let all = [
        ("created", 0),
        ("submitted", 1),
        ("frozen", 1),
        ("revealed", 1),
    ];
    assert_eq!(told_of(&receiver.events(), "web-mpc"), expected(&all));
}

#[test]
fn who_may_not_be_counted_is_not_told_of() {
    let place = Place::new();
    let receiver = Receiver::start(free_address(), Mood::Take);
    let server = start(&place, &flags(&place, &url(receiver.address)));
    open(&place, &server, "web-mpc", &["--tracking", "none"]);
    submit(
        &place,
        &server,
        "web-mpc",
        &["--receipt", "mine.json", "41"],
    );
    submit(
        &place,
        &server,
        "web-mpc",
        &["--receipt", "mine.json", "42"],
    );
    analyst(&place, &server, "web-mpc", "reveal").sum(42);
    receiver.until("the last", |came| {
        let last = came.iter().find(|each| each.told().0 == "revealed");
        last.map(|_| ())
    });
    let told = told_of(&receiver.events(), "web-mpc");
    let frozen = Some(1);
    let all = [("created", None), ("frozen", frozen), ("revealed", frozen)];
    let all = all.map(|(happening, parties)| (happening.to_owned(), parties));
    assert_eq!(told, all);
}

/// What a receiver with TLS shows.
fn tls(ca: &Ca, place: &Place, name: &str) -> ServerConfig {
    let shown = ca.issue(&place.folder("receiver"), name);
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let chain = pem::certificates(&shown.certificate).unwrap();
    let key = pem::private_key(&shown.key).unwrap();
    builder
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

#[test]
fn a_receiver_must_be_the_one_that_it_is_said_to_be() {
    let place = Place::new();
    let (ca, other) = (Ca::new(), Ca::new());
    let address = free_address();
    let name = address.ip().to_string();
    let receiver = Receiver::start_tls(address, tls(&ca, &place, &name));
    let url = format!("https://{address}/{TOKEN}");
    let with = |ca: &Ca, folder: &str| {
        let file = ca.file(&place.folder(folder));
        let mut flags = flags(&place, &url);
        flags.extend(["--webhook-ca-cert".to_owned(), file.display().to_string()]);
        flags
    };
    let mut server = start(&place, &with(&other, "other"));
    open(&place, &server, "web-mpc", &[]);
    let said =
        "events cannot be delivered, and wait why=the receiver's certificate is not accepted";
    server.process().err(said);
    server.process().signal("TERM");
    let ended = server.finish().exits(0);
    assert!(!ended.stderr.contains(TOKEN), "{ended}");
    assert!(receiver.deliveries().is_empty());
    let server = start(&place, &with(&ca, "ours"));
    receiver.until("the first", |came| came.first().map(|_| ()));
    assert_eq!(
        told_of(&receiver.events(), "web-mpc"),
        expected(&[("created", 0)])
    );
    drop(server);
}

#[test]
fn settings_are_checked_before_anything_is_served() {
    let place = Place::new();
    let folder = place.folder("server");
    write_secret(&folder, &secret(1));
    let check = |args: &[&str]| Launch::server(&folder).args(args).args(["check"]).run();
    let file = ["--webhook-secret-file", "webhook.secret"];
    let local = format!("http://127.0.0.1:9/{TOKEN}");
    let good = check(&[&["--webhook", &local][..], &file].concat()).exits(0);
    let first = good.stdout.lines().next().unwrap();
    assert_eq!(first, "webhook: http://127.0.0.1:9");
    assert!(
        good.stdout
            .contains("events that wait to be delivered: 0\n")
    );

    let both = "error: --webhook and --webhook-secret-file are needed both\n";
    check(&["--webhook", &local]).is(2, "", both);
    check(&file).is(2, "", both);
    for (url, why) in [
        (
            format!("http://example.org/{TOKEN}"),
            "http:// reaches this machine only: whoever is on the way could read the events",
        ),
        (
            format!("https://me:{TOKEN}@example.org/"),
            "a webhook's address has no name and password in it: events are signed",
        ),
        (
            format!("wss://{TOKEN}.example.org/"),
            "a webhook's address begins with https:// or http://",
        ),
        (
            TOKEN.to_owned(),
            "a webhook's address looks like https://example.org/events",
        ),
    ] {
        let refused = check(&[&["--webhook", &url][..], &file].concat());
        refused.is(2, "", &format!("error: --webhook: {why}\n"));
    }
    let plain = format!("http://example.org/{TOKEN}");
    let plain = ["--webhook", &plain, "--webhook-plain"];
    check(&[&plain[..], &file].concat()).exits(0);

    let with = |file: &str| check(&["--webhook", &local, "--webhook-secret-file", file]);
    with("none").is(1, "", "error: there is no file none\n");
    fs::write(folder.join("bad"), TOKEN).unwrap();
    with("bad").is(
        1,
        "",
        "error: bad must hold one or two secrets, each on a line: \
         `whsec_` and 24 to 64 bytes as base64\n",
    );
    let secure = [
        "--webhook",
        "https://example.org",
        "--webhook-ca-cert",
        "none.pem",
    ];
    check(&[&secure[..], &file].concat()).is(
        1,
        "",
        "error: there is no file none.pem\n\
         hint: name a file of certificates in PEM with --webhook-ca-cert FILE\n",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = fs::Permissions::from_mode(0o644);
        fs::set_permissions(folder.join("webhook.secret"), open).unwrap();
        let warned = check(&[&["--webhook", &local][..], &file].concat()).exits(0);
        warned.says(
            "warning: others can read webhook.secret, and sign as this server: chmod 600 it\n",
        );
    }
}
