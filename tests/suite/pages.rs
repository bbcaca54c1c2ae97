//! What browsers get from the server, seen by a client that only knows sockets: the pages, what stands
//! in their headers, and who may connect from them. With `make web` before, also every file.

#[path = "pages/journal.rs"]
mod journal;
#[path = "pages/unbuilt.rs"]
mod unbuilt;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};

use web_mpc::crypto::sha256_untagged;

use super::harness::{Launch, PATIENCE, Place, Process, Server, free_address};

/// What every answer of the pages says to a browser.
const ALWAYS: &[(&str, &str)] = &[
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// Sends one request and reads until the server hangs up.
fn ask(address: SocketAddr, line: &str, headers: &str) -> Answer {
    ask_with(address, line, headers, "")
}

fn ask_with(address: SocketAddr, line: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("{line} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n{body}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    if headers.contains("Upgrade") {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..read]);
    } else {
        stream.read_to_end(&mut bytes).unwrap();
    }
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let (first, rest) = head.split_once("\r\n").unwrap();
    let pairs = rest.lines().map(|line| line.split_once(": ").unwrap());
    Answer {
        status: first.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: pairs
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: bytes[end + 4..].to_vec(),
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn upgrade(address: SocketAddr, origin: &str) -> u16 {
    let headers = format!(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {origin}\r\n"
    );
    ask(address, "GET /", &headers).status
}

#[test]
fn pages_come_with_headers_that_let_nothing_else_in() {
    let place = Place::new();
    let server = place.server();
    for path in ["/", "/analyst", "/site.json"] {
        let answer = ask(server.address, &format!("GET {path}"), "");
        for (name, value) in ALWAYS {
            assert_eq!(answer.header(name), *value, "{path}");
        }
        let policy = answer.header("content-security-policy");
        let rules: HashMap<&str, &str> = policy
            .split("; ")
            .map(|rule| rule.split_once(' ').unwrap())
            .collect();
        assert_eq!(rules["default-src"], "'none'", "{path}");
        assert_eq!(rules["script-src"], "'self' 'wasm-unsafe-eval'");
        assert_eq!(rules["style-src"], "'self'");
        assert_eq!(rules["connect-src"], "'self'");
        assert_eq!(rules["frame-ancestors"], "'none'");
        assert_eq!(rules["base-uri"], "'none'");
        assert_eq!(rules["form-action"], "'none'");
        assert_eq!(rules["require-trusted-types-for"], "'script'");
        for bad in [
            "unsafe-inline",
            "'unsafe-eval'",
            "http",
            "*",
            "data:",
            "blob:",
        ] {
            assert!(!policy.contains(bad), "{path}: {policy}");
        }
    }
}

#[test]
fn a_server_without_pages_says_how_to_get_them_and_one_with_them_names_them() {
    let place = Place::new();
    let server = place.server();
    let said = server.process().err("pages: ");
    let page = ask(server.address, "GET /", "");
    assert_eq!(page.status, 200);
    let site = ask(server.address, "GET /site.json", "");
    let site: serde_json::Value = serde_json::from_str(&site.text()).unwrap();
    assert_eq!(site["role"], "relay");
    if let Some(hash) = site["bundle"].as_str() {
        assert!(said.contains(hash), "{said}");
        let list = ask(server.address, "GET /bundle.txt", "");
        assert_eq!(hex(sha256_untagged(&[&list.body]).as_bytes()), hash);
    } else {
        assert!(said.contains("make web"), "{said}");
        assert!(page.text().contains("make web"));
    }
}

#[test]
fn every_file_is_the_one_that_the_list_names() {
    let place = Place::new();
    let server = Server::start(
        &place.folder("server"),
        free_address(),
        &["--host-analyst-pages"],
    );
    let list = ask(server.address, "GET /bundle.txt", "");
    if list.status == 404 {
        // This program was built without pages, which another test sees.
        return;
    }
    let page = ask(server.address, "GET /", "");
    assert_eq!(
        page.header("integrity-policy"),
        "blocked-destinations=(script)"
    );
    assert_eq!(page.header("cache-control"), "no-cache");
    for line in list.text().lines() {
        let (hash, name) = line.split_once("  ").unwrap();
        let path = match name {
            "index.html" => "",
            "analyst.html" => "analyst",
            name => name,
        };
        let answer = ask(server.address, &format!("GET /{path}"), "");
        assert_eq!(answer.status, 200, "{name}");
        let is = sha256_untagged(&[&answer.body]);
        let is = hex(is.as_bytes());
        assert_eq!(is, hash, "{name}");
        if name.starts_with("assets/") {
            assert!(
                answer.header("cache-control").contains("immutable"),
                "{name}"
            );
        }
        for encoding in ["br", "gzip"] {
            let accept = format!("Accept-Encoding: {encoding}\r\n");
            let small = ask(server.address, &format!("GET /{path}"), &accept);
            let encoded = small.header("content-encoding") == encoding;
            // A drawing of two lines grows.
            let small = encoded && small.body.len() < answer.body.len();
            assert!(small || answer.body.len() < 256, "{name}");
        }
        if answer.header("content-type").starts_with("text/html") {
            let html = answer.text();
            let scripts = html.matches("<script").count();
            assert_eq!(scripts, 1, "{name}");
            assert_eq!(html.matches("integrity=\"sha384-").count(), 2, "{name}");
        }
    }
}

#[test]
fn pages_of_another_host_connect_only_where_they_are_allowed() {
    let place = Place::new();
    let server = Server::start(
        &place.folder("server"),
        free_address(),
        &["--allow-origin", "https://pages.example"],
    );
    assert_eq!(upgrade(server.address, "https://pages.example"), 101);
    assert_eq!(
        upgrade(server.address, &format!("http://{}", server.address)),
        101
    );
    for origin in ["https://evil.example", "http://pages.example", "null"] {
        assert_eq!(upgrade(server.address, origin), 403, "{origin}");
    }
}

#[test]
fn a_server_that_hosts_the_pages_of_analysts_warns_and_says_so() {
    let place = Place::new();
    let server = Server::start(
        &place.folder("server"),
        free_address(),
        &["--host-analyst-pages"],
    );
    server
        .process()
        .err("the analyst's pages come from this server");
    let site = ask(server.address, "GET /site.json", "");
    assert!(
        site.text().contains("\"analyst_pages\":true"),
        "{}",
        site.text()
    );
}

/// `analyst ui`, and the address that it printed.
struct Ui {
    process: Process,
    address: SocketAddr,
    token: String,
}

/// Nothing where the programs were built without pages: then it says so.
fn ui(place: &Place, server: &Server) -> Option<Ui> {
    let args = ["--server", &server.url, "ui", "--port", "0"];
    let process = Launch::analyst(&place.folder("analyst")).args(args).start();
    let site = ask(server.address, "GET /site.json", "");
    if site.text().contains("\"bundle\":null") {
        process.err("make web");
        return None;
    }
    let line = process.out("open http://");
    let (address, token) = line
        .strip_prefix("open http://")
        .and_then(|entrance| entrance.split_once("/#token="))
        .unwrap();
    Some(Ui {
        address: address.parse().unwrap(),
        token: token.to_owned(),
        process,
    })
}

/// A request with a body.
fn send(address: SocketAddr, line: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let headers = format!("{headers}Connection: close\r\nContent-Length: {length}\r\n");
    // The body follows the empty line that ends the head.
    ask_with(address, line, &headers, body)
}

#[test]
fn the_analysts_pages_let_in_who_has_the_token_and_only_once() {
    let place = Place::new();
    let server = place.server();
    let Some(ui) = ui(&place, &server) else {
        return;
    };
    let page = send(ui.address, "GET /", "", "");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("integrity-policy"),
        "blocked-destinations=(script)"
    );
    for wrong in ["", "x", &"A".repeat(43)] {
        assert_eq!(send(ui.address, "POST /local/enter", "", wrong).status, 403);
    }
    assert_eq!(send(ui.address, "GET /local/keys", "", "").status, 403);
    let entered = send(ui.address, "POST /local/enter", "", &ui.token);
    assert_eq!(entered.status, 200);
    assert_eq!(
        send(ui.address, "POST /local/enter", "", &ui.token).status,
        403
    );
    let session = format!("x-web-mpc-session: {}\r\n", entered.text());
    // A key is kept where there is none, and handed out to that page.
    assert_eq!(
        send(ui.address, "GET /local/keys", &session, "").status,
        204
    );
    assert_eq!(
        send(ui.address, "PUT /local/keys", &session, "no json").status,
        409
    );
    assert_eq!(
        send(ui.address, "PUT /local/keys", &session, "{\"a\":1}").status,
        201
    );
    assert_eq!(
        send(ui.address, "PUT /local/keys", &session, "{\"a\":2}").status,
        409
    );
    assert_eq!(
        send(ui.address, "GET /local/keys", &session, "").text(),
        "{\"a\":1}"
    );
    assert_eq!(send(ui.address, "GET /local/keys", "", "").status, 403);
    drop(ui.process);
}

#[test]
fn the_analysts_pages_answer_no_other_name_and_no_other_page() {
    let place = Place::new();
    let server = place.server();
    let Some(ui) = ui(&place, &server) else {
        return;
    };
    let port = ui.address.port();
    for (host, origin, status) in [
        (ui.address.to_string(), String::new(), 200),
        (format!("localhost:{port}"), String::new(), 200),
        (
            format!("localhost:{port}"),
            format!("http://localhost:{port}"),
            200,
        ),
        (format!("evil.example:{port}"), String::new(), 403),
        ("127.0.0.1".to_owned(), String::new(), 403),
        (
            ui.address.to_string(),
            "https://evil.example".to_owned(),
            403,
        ),
        (ui.address.to_string(), "null".to_owned(), 403),
    ] {
        let origin = if origin.is_empty() {
            origin
        } else {
            format!("Origin: {origin}\r\n")
        };
        let mut stream = TcpStream::connect(ui.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request =
            format!("GET /site.json HTTP/1.1\r\nHost: {host}\r\n{origin}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status}")),
            "{host} {origin}: {said}"
        );
    }
}

#[test]
fn the_analysts_pages_reach_the_relay_through_that_program() {
    let place = Place::new();
    let server = place.server();
    let Some(ui) = ui(&place, &server) else {
        return;
    };
    let entered = send(ui.address, "POST /local/enter", "", &ui.token);
    let handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let refused = ask(
        ui.address,
        "GET /relay/x",
        &format!("{handshake}Connection: close\r\n"),
    );
    assert_eq!(refused.status, 403);
    let joined = ask(
        ui.address,
        &format!("GET /relay/{}", entered.text()),
        handshake,
    );
    assert_eq!(joined.status, 101);
    // RFC 6455, section 1.3: the answer to that key.
    assert_eq!(
        joined.header("sec-websocket-accept"),
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
}

#[test]
fn an_analyst_sees_whether_a_server_serves_the_pages_of_that_program() {
    let place = Place::new();
    let server = place.server();
    let page = server.url.replace("ws://", "http://");
    let args = ["verify-page", page.as_str()];
    let analyst = Launch::analyst(&place.folder("analyst")).args(args).run();
    if ask(server.address, "GET /bundle.txt", "").status == 404 {
        assert!(analyst.exits(1).stderr.contains("no list of pages"));
        return;
    }
    let said = analyst.exits(0).stdout;
    assert!(
        said.contains("these are the pages of this program"),
        "{said}"
    );
    assert!(!place.folder("analyst").join("keys.json").exists());
}
