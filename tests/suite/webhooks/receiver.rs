//! A receiver of events, as somebody else would write it: HTTP by hand, signatures from the text of
//! the specification.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Instant;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::super::harness::PATIENCE;

/// What a receiver does with what comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes it.
    Take,
    /// Answers with that status, and these lines in the head.
    Answer(u16, String),
    /// Reads it and never answers.
    Hang,
    /// Takes it, with an answer that has no end.
    Flood,
    /// Answers with what is not HTTP.
    Babble,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Whether it was taken.
    pub(crate) taken: bool,
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Its type, computation and number of parties.
    pub(crate) fn told(&self) -> (String, String, Option<u64>) {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let data = &json["data"];
        (
            text(&json["type"]),
            text(&data["computation"]),
            data["parties"].as_u64(),
        )
    }

    /// Whether one of the signatures is that of the key.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes());
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.unwrap()).unwrap();
        let (id, time) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{time}.{}", self.body).as_bytes());
        let expected = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
        let signatures = self.header("webhook-signature");
        signatures.split(' ').any(|signature| signature == expected)
    }
}

#[derive(Default)]
struct State {
    deliveries: Vec<Delivery>,
    mood: Option<Mood>,
}

/// A receiver that listens.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Receiver {
    pub(crate) fn start(address: SocketAddr, mood: Mood) -> Self {
        Self::listen(address, mood, None)
    }

    pub(crate) fn start_tls(address: SocketAddr, config: ServerConfig) -> Self {
        Self::listen(address, Mood::Take, Some(Arc::new(config)))
    }

    fn listen(address: SocketAddr, mood: Mood, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let receiver = Self {
            address,
            state: Arc::default(),
        };
        receiver.be(mood);
        let serving = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (receiver, tls) = (serving.clone(), tls.clone());
                let Ok(stream) = stream else { return };
                // A client that goes away is no failure of the receiver.
                thread::spawn(move || match tls {
                    None => drop(receiver.serve(stream)),
                    Some(config) => {
                        let connection = ServerConnection::new(config).unwrap();
                        drop(receiver.serve(StreamOwned::new(connection, stream)));
                    }
                });
            }
        });
        receiver
    }

    /// Changes its mood.
    pub(crate) fn be(&self, mood: Mood) {
        self.state.0.lock().unwrap().mood = Some(mood);
        self.state.1.notify_all();
    }

    /// Waits until something can be found in what came.
    pub(crate) fn until<T>(&self, what: &str, look: impl Fn(&[Delivery]) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.state.0.lock().unwrap();
        loop {
            if let Some(found) = look(&state.deliveries) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "not {what}: {:#?}", state.deliveries);
            state = self.state.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Everything that came.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.state.0.lock().unwrap().deliveries.clone()
    }

    /// What was taken, each event once, in the order in which it was taken first.
    pub(crate) fn events(&self) -> Vec<Delivery> {
        let mut events: Vec<Delivery> = Vec::new();
        for delivery in self.deliveries().into_iter().filter(|each| each.taken) {
            let id = delivery.header("webhook-id").to_owned();
            if !events.iter().any(|event| event.header("webhook-id") == id) {
                events.push(delivery);
            }
        }
        events
    }

    fn serve(&self, stream: impl Read + Write) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(delivery) = read(&mut stream)? {
            let mood = self.note(delivery);
            let to = stream.get_mut();
            match mood {
                Mood::Take => to.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?,
                Mood::Answer(status, head) => {
                    let text = format!("HTTP/1.1 {status} So\r\n{head}content-length: 2\r\n\r\nno");
                    to.write_all(text.as_bytes())?;
                }
                Mood::Hang => {
                    // Until it is in another mood; then the connection is closed.
                    let state = self.state.0.lock().unwrap();
                    let hangs = |state: &mut State| state.mood == Some(Mood::Hang);
                    drop(self.state.1.wait_while(state, hangs).unwrap());
                    return Ok(());
                }
                Mood::Flood => {
                    to.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
                    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
                    loop {
                        to.write_all(chunk.as_bytes())?;
                    }
                }
                Mood::Babble => {
                    to.write_all(b"220 mail.example.org ESMTP\r\n")?;
                    return Ok(());
                }
            }
            to.flush()?;
        }
        Ok(())
    }

    fn note(&self, mut delivery: Delivery) -> Mood {
        let mut state = self.state.0.lock().unwrap();
        let mood = state.mood.clone().unwrap();
        delivery.taken = matches!(mood, Mood::Take | Mood::Flood);
        state.deliveries.push(delivery);
        self.state.1.notify_all();
        mood
    }
}

/// One request; nothing at the end of the connection.
fn read(stream: &mut impl BufRead) -> io::Result<Option<Delivery>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let target = line.split(' ').nth(1).unwrap().to_owned();
    assert!(line.starts_with("POST "), "{line}");
    let (mut headers, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        let name = name.to_ascii_lowercase();
        if name == "content-length" {
            length = value.parse().unwrap();
        }
        headers.push((name, value.to_owned()));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(Delivery {
        target,
        headers,
        body: String::from_utf8(body).unwrap(),
        taken: false,
    }))
}

/// What a server answers to a plain request.
pub(crate) fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
