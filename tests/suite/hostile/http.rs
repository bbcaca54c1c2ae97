//! What comes before WebSocket.

use std::fmt::Write;

use super::{Case, Expect, Stage};

fn upgrade(request: &str, headers: &str) -> String {
    format!(
        "{request}\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{headers}\r\n"
    )
}

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const VERSION: &str = "Sec-WebSocket-Version: 13\r\n";

pub(super) fn cases() -> Vec<Case> {
    let with = |headers: &[&str]| upgrade("GET / HTTP/1.1", &headers.concat());
    let mut many = String::new();
    for number in 0..100 {
        write!(many, "X-Header-{number}: 1\r\n").unwrap();
    }
    let long = format!("Cookie: {}\r\n", "x".repeat(16 * 1024));
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    let answers: [(&str, Vec<u8>, u16); 18] = [
        ("bytes that are no HTTP", vec![0xff; 300], 400),
        ("TLS for plain text", hello.to_vec(), 400),
        ("a request line without end", vec![b'A'; 64 * 1024], 431),
        ("too many headers", with(&[KEY, VERSION, &many]).into(), 431),
        (
            "a header that is too long",
            with(&[KEY, VERSION, &long]).into(),
            431,
        ),
        ("no key", with(&[VERSION]).into(), 400),
        ("no version", with(&[KEY]).into(), 426),
        (
            "an old version",
            with(&[KEY, "Sec-WebSocket-Version: 8\r\n"]).into(),
            426,
        ),
        (
            "POST for GET",
            upgrade("POST / HTTP/1.1", &[KEY, VERSION].concat()).into(),
            400,
        ),
        (
            "HTTP/1.0",
            upgrade("GET / HTTP/1.0", &[KEY, VERSION].concat()).into(),
            400,
        ),
        (
            "an unknown path",
            upgrade("GET /admin HTTP/1.1", &[KEY, VERSION].concat()).into(),
            404,
        ),
        (
            "a path upwards",
            upgrade("GET /../../etc/passwd HTTP/1.1", VERSION).into(),
            404,
        ),
        (
            "no upgrade",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
            200,
        ),
        (
            "another protocol",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                .to_vec(),
            200,
        ),
        (
            "a foreign origin",
            with(&[KEY, VERSION, "Origin: https://evil.example\r\n"]).into(),
            403,
        ),
        (
            "an origin of null",
            with(&[KEY, VERSION, "Origin: null\r\n"]).into(),
            403,
        ),
        (
            "an origin that ends alike",
            with(&[KEY, VERSION, "Origin: http://localhost.evil.example\r\n"]).into(),
            403,
        ),
        (
            "two lengths of one body",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
                .to_vec(),
            400,
        ),
    ];
    let answers = answers.into_iter().map(|(name, bytes, status)| {
        Case::new(name, Stage::Connected, bytes, Expect::Http(status))
    });
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let silent = [
        Case::new(
            "HTTP/2 for HTTP/1.1",
            Stage::Connected,
            preface,
            Expect::End,
        ),
        Case::new("nothing at all", Stage::Connected, "", Expect::End),
        Case::new("half a request", Stage::Connected, "GET / HT", Expect::End),
        Case::new(
            "an upgrade and nothing more",
            Stage::Upgraded,
            "",
            Expect::End,
        ),
        Case::new(
            "a greeting and nothing more",
            Stage::Greeted,
            "",
            Expect::End,
        ),
    ];
    answers.chain(silent).collect()
}
