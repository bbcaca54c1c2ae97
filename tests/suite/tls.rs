//! TLS from end to end, with a CA of the tests.

#[path = "tls/ca.rs"]
pub(crate) mod ca;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use web_mpc::client::{ClientError, Connection, Distrust, ServerUrl};
use web_mpc::crypto::Entropy;
use web_mpc::ids::ComputationName;
use web_mpc::manifest::VERSION;
use web_mpc::protocol::{ClientMessage, ServerMessage, Which};
use web_mpc::server::{Deadlines, Limits, Tls, TlsError};

use self::ca::{Ca, Shown, expired, to_come};
use super::harness::{Launch, Place, Process, free_address};
use super::journey::Analyst;
use super::wire::{self, Raw, soon};

/// A server with TLS as a program, and its address.
fn start(place: &Place, address: SocketAddr, shown: &Shown) -> Process {
    let server = Launch::server(&place.folder("server"))
        .args(["--listen", &address.to_string()])
        .args(shown.args())
        .start();
    let line = server.out("listening on");
    assert_eq!(line, format!("listening on wss://{address}"));
    server
}

fn url(address: SocketAddr, ca: &Path) -> ServerUrl {
    let url: ServerUrl = format!("wss://{address}").parse().unwrap();
    url.trusting(Some(ca.to_owned()))
}

async fn greeted(url: &ServerUrl) -> Connection {
    let mut connection = Connection::open(url).await.unwrap();
    let hello = ClientMessage::Hello { version: VERSION };
    let answer = connection.ask(hello).await.unwrap();
    assert!(matches!(answer, ServerMessage::Welcome { .. }));
    connection
}

#[test]
fn the_three_programs_over_tls() {
    let (place, ca) = (Place::new(), Ca::new());
    let address = free_address();
    let shown = ca.issue(&place.folder("tls"), &address.ip().to_string());
    let trusted = ca.file(&place.folder("ca"));
    let trusted = trusted.to_str().unwrap();
    let server = start(&place, address, &shown);
    let url = format!("wss://{address}");
    let analyst = place.analyst(&url).args(["--ca-cert", trusted]);
    let analyst = analyst.interactive();
    // Parties are told what they need.
    let command = analyst.out("Input parties run: ");
    let expected = format!("--server {url} --ca-cert {trusted} --fingerprint ");
    assert!(command.contains(&expected), "{command}");
    let analyst = Analyst::ready(analyst);
    let named = ["--ca-cert", trusted, "--receipt", "one.json", "40"];
    let party = place.party(&url).args(named).run().exits(0);
    assert!(!party.stderr.contains("warning"), "{party}");
    // What the machine trusts counts where no file is named.
    let party = place.party(&url).env("SSL_CERT_FILE", trusted);
    party.args(["2"]).run().exits(0);
    analyst.reveal().sum(42);
    // The receipt knows the server, and the command whom to believe.
    Launch::input_party(&place.folder("party"))
        .args(["verify", "one.json", "--ca-cert", trusted])
        .run()
        .is(0, "Counted in computation web-mpc.\n", "");
    server.signal("TERM");
    server.finish().exits(0);
}

/// A server with that certificate, and what becomes of a client that trusts the CA.
async fn distrusted(ca: &Ca, shown: impl FnOnce(&Path) -> Shown, host: &str) -> ClientError {
    let place = wire::Place::new();
    let tls = shown(place.path()).load();
    let mut served = place
        .serve_as(Entropy::System, Limits::default(), Some(tls))
        .await;
    let url: ServerUrl = format!("wss://{host}:{}", served.address.port())
        .parse()
        .unwrap();
    let url = url.trusting(Some(ca.file(place.path())));
    let error = Connection::open(&url).await.unwrap_err();
    served.stop().await;
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_prove_nothing() {
    const HERE: &str = "127.0.0.1";
    let (ca, other) = (Ca::new(), Ca::new());
    let cases = [
        (
            Distrust::Expired,
            distrusted(&ca, |at| ca.issue_with(at, HERE, expired), HERE).await,
        ),
        (
            Distrust::NotYetValid,
            distrusted(&ca, |at| ca.issue_with(at, HERE, to_come), HERE).await,
        ),
        (
            Distrust::OtherName,
            distrusted(&ca, |at| ca.issue(at, "mpc.example"), HERE).await,
        ),
        (
            Distrust::OtherName,
            distrusted(&ca, |at| ca.issue(at, HERE), "localhost").await,
        ),
        // Both CAs have the same name.
        (
            Distrust::UnknownIssuer,
            distrusted(&ca, |at| other.issue(at, HERE), HERE).await,
        ),
        (
            Distrust::OfCa,
            distrusted(&ca, |at| ca.shown(at), HERE).await,
        ),
    ];
    for (expected, error) in cases {
        assert!(!error.is_passing(), "{error}");
        match error {
            ClientError::Untrusted { why, .. } => assert_eq!(why, expected),
            other => panic!("{expected:?}: {other}"),
        }
    }
}

#[test]
fn a_person_is_told_why_a_certificate_is_not_accepted() {
    let (place, ca) = (Place::new(), Ca::new());
    let trusted = ca.file(&place.folder("ca"));
    let trusted = trusted.to_str().unwrap();
    let tls = place.folder("tls");
    Launch::analyst(&place.folder("analyst"))
        .args(["keys", "show"])
        .run()
        .exits(0);
    let refused = |shown: &Shown, args: &[&str], why: &str, hint: &str| {
        let address = free_address();
        let _server = start(&place, address, shown);
        let url = format!("wss://{address}");
        let stderr =
            format!("error: the certificate of {url} is not accepted: {why}\nhint: {hint}\n");
        // Nothing is left behind: no receipt, no wait.
        place
            .party(&url)
            .args(args)
            .args(["1"])
            .run()
            .is(1, "", &stderr);
        let analyst = place.analyst(&url).args(args).args(["status"]).run();
        analyst.exits(1).says(&stderr);
    };
    refused(
        &ca.issue(&tls, "mpc.example"),
        &["--ca-cert", trusted],
        "it is not for that name",
        "use the name in the address that the certificate is for",
    );
    refused(
        &ca.issue_with(&tls, "127.0.0.1", expired),
        &["--ca-cert", trusted],
        "it has expired",
        "the server's operator must renew it; check this machine's clock too",
    );
    let others = Ca::new().file(&place.folder("others"));
    refused(
        &ca.issue(&tls, "127.0.0.1"),
        &["--ca-cert", others.to_str().unwrap()],
        "no CA that is trusted here has signed it",
        "if your organisation has a CA of its own, name its certificate with --ca-cert FILE; \
         otherwise do not trust this server",
    );
    assert!(!place.folder("party").join("receipts").exists());
}

#[test]
fn files_that_hold_no_certificate() {
    let (place, ca) = (Place::new(), Ca::new());
    let folder = place.folder("party");
    fs::write(folder.join("empty.pem"), "").unwrap();
    let hint = "hint: name a file of certificates in PEM with --ca-cert FILE\n";
    // Told although nobody listens there.
    let party = |file: &str| {
        let launch = place.party("wss://127.0.0.1:1");
        launch.args(["--ca-cert", file, "1"]).run()
    };
    let expected = format!("error: empty.pem does not hold certificates in PEM\n{hint}");
    party("empty.pem").is(1, "", &expected);
    let expected = format!("error: there is no file none.pem\n{hint}");
    party("none.pem").is(1, "", &expected);

    let tls = place.folder("tls");
    let one = ca.issue(&tls, "127.0.0.1");
    let other = ca.issue(&place.folder("other"), "127.0.0.1");
    let wrong = Shown {
        certificate: one.certificate.clone(),
        key: other.key,
    };
    let server = |shown: &Shown| {
        let launch = Launch::server(&place.folder("server"));
        launch
            .args(["--listen", "127.0.0.1:0"])
            .args(shown.args())
            .run()
    };
    let said = "does not hold the key of the certificate in";
    server(&wrong)
        .exits(1)
        .says(said)
        .says("hint: both files are PEM");
    let swapped = Shown {
        certificate: one.key.clone(),
        key: one.certificate.clone(),
    };
    server(&swapped)
        .exits(1)
        .says("does not hold certificates in PEM");
    assert!(!place.folder("server").join("web-mpc.db").exists());
    let alone = Launch::server(&place.folder("server")).args(&one.args()[..2]);
    alone
        .run()
        .exits(2)
        .says("error: --tls-cert and --tls-key are needed both\n");
}

#[test]
fn what_does_not_speak_tls_is_not_waited_for() {
    let (place, ca) = (Place::new(), Ca::new());
    let address = free_address();
    let shown = ca.issue(&place.folder("tls"), &address.ip().to_string());
    let _secured = start(&place, address, &shown);
    let in_clear = format!("ws://{address}");
    place.party(&in_clear).args(["1"]).run().is(
        1,
        "",
        &format!(
            "error: what answers at {in_clear} does not speak HTTP\n\
             hint: if the server has TLS: use wss:// in its address\n"
        ),
    );
    let plain = Place::new().server();
    let with_tls = format!("wss://{}", plain.address);
    let trusted = ca.file(&place.folder("ca"));
    let party = place
        .party(&with_tls)
        .args(["--ca-cert", trusted.to_str().unwrap(), "1"]);
    party.run().is(
        1,
        "",
        &format!(
            "error: what answers at {with_tls} does not speak TLS\n\
             hint: the server has TLS only if it is started with --tls-cert and --tls-key\n"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_without_a_connection_lost() {
    let (place, before, after) = (Place::new(), Ca::new(), Ca::new());
    let address = free_address();
    let host = address.ip().to_string();
    let tls = place.folder("tls");
    let server = start(&place, address, &before.issue(&tls, &host));
    let trusts_before = url(address, &before.file(&place.folder("before")));
    let trusts_after = url(address, &after.file(&place.folder("after")));
    let mut open = greeted(&trusts_before).await;
    after.issue(&tls, &host);
    server.signal("HUP");
    server.err("the certificate was read again");
    // New connections see the new one.
    greeted(&trusts_after).await.close().await;
    let refused = Connection::open(&trusts_before).await.unwrap_err();
    assert!(
        matches!(refused, ClientError::Untrusted { .. }),
        "{refused}"
    );
    // One that cannot be used changes nothing.
    fs::write(tls.join("cert.pem"), "nothing").unwrap();
    server.signal("HUP");
    server.err("the certificate stays the one that it was");
    greeted(&trusts_after).await.close().await;
    // The one that was there before all that has noticed nothing.
    let which = Which::Name(ComputationName::default());
    let lookup = ClientMessage::Lookup { which, wait: false };
    let answer = open.ask(lookup).await;
    assert!(matches!(answer, Err(ClientError::Refused(_))), "{answer:?}");
    server.signal("TERM");
    server.finish().exits(0);
}

#[test]
fn a_connection_in_clear_is_warned_of() {
    let (place, ca) = (Place::new(), Ca::new());
    let shown = ca.issue(&place.folder("tls"), "127.0.0.1");
    let said = |args: &[&str]| {
        let launch = Launch::server(&place.folder("server")).args(args);
        let server = launch.start();
        server.out("listening on");
        server.signal("TERM");
        server.finish().exits(0).stderr
    };
    let warning = "warning: connections from other machines are not encrypted";
    // Ports that are given to whoever asks for any are higher: another test may be about to use one.
    let mut ports = 10_000..30_000_u16;
    let port = ports.find(|port| std::net::TcpListener::bind(("0.0.0.0", *port)).is_ok());
    let everywhere = format!("0.0.0.0:{}", port.unwrap());
    let listen = ["--listen", &everywhere];
    assert!(said(&listen).contains(warning));
    assert!(!said(&["--listen", "127.0.0.1:0"]).contains(warning));
    assert!(!said(&[&listen[..], &shown.args()].concat()).contains(warning));

    // Nobody listens there, and it is not a loopback address.
    let exposed = "ws://0.0.0.0:1";
    let warning = format!("warning: the connection to {exposed} is not encrypted: ");
    let party = place.party(exposed).args(["--wait", "0", "1"]).run();
    party.exits(69).says(&warning);
    let events = place.party(exposed).args(["--json", "--wait", "0", "1"]);
    let events = events.run().exits(69).stdout;
    assert!(events.starts_with(r#"{"event":"warning","message":"the connection to "#));
    let analyst = place.analyst(exposed).interactive();
    analyst.err(&warning);
}

/// Neither what says nothing nor what is no TLS stays, and neither keeps others out.
#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_has_its_time() {
    let (place, ca) = (wire::Place::new(), Ca::new());
    let tls = ca.issue(place.path(), "127.0.0.1").load();
    let limits = Limits {
        deadlines: Deadlines {
            handshake: Duration::from_secs(3),
            ..Deadlines::default()
        },
        ..Limits::default()
    };
    let mut served = place.serve_as(Entropy::System, limits, Some(tls)).await;
    let mut silent = Raw::connect(served.address).await;
    let mut slow = Raw::connect(served.address).await;
    // The beginning of a `ClientHello` that never ends.
    slow.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        .await;
    let mut garbage = Raw::connect(served.address).await;
    garbage.write(&[0xff; 4096]).await;
    let url = url(served.address, &ca.file(place.path()));
    // An honest one may be slow too, on a machine that is busy.
    let honest = async { while Connection::open(&url).await.is_err() {} };
    soon(honest).await;
    assert_eq!(silent.rest().await, b"");
    assert_eq!(slow.rest().await, b"");
    // At most an alert of TLS, and certainly no HTTP.
    assert!(garbage.rest().await.len() < 64);
    served.stop().await;
}

/// Too many connections are a reason to try again, with TLS as without.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_turned_away_may_come_again() {
    let (place, ca) = (wire::Place::new(), Ca::new());
    let tls = ca.issue(place.path(), "127.0.0.1").load();
    let limits = Limits {
        max_connections: 1,
        ..Limits::default()
    };
    let mut served = place.serve_as(Entropy::System, limits, Some(tls)).await;
    let url = url(served.address, &ca.file(place.path()));
    let one = greeted(&url).await;
    let refused = Connection::open(&url).await.unwrap_err();
    assert!(refused.is_passing(), "{refused}");
    one.close().await;
    let free = async {
        while Connection::open(&url).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    soon(free).await;
    served.stop().await;
}

#[test]
fn a_key_that_cannot_be_used_leaves_the_old_one() {
    let (directory, ca) = (tempfile::tempdir().unwrap(), Ca::new());
    let shown = ca.issue(directory.path(), "127.0.0.1");
    let tls = shown.load();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = ca.issue(elsewhere.path(), "127.0.0.1");
    fs::copy(other.key, &shown.key).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::OtherKey { .. })));
    assert!(Tls::load(&shown.certificate, &shown.key).is_err());
}
