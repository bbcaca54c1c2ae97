//! A proxy between a client and the server that reads along and can hold the server's frames back.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::harness::PATIENCE;

/// A frame of a WebSocket, unmasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Frame {
    Text(String),
    Binary,
    Control,
}

impl Frame {
    /// Whether it is a message of that type.
    pub(crate) fn is(&self, kind: &str) -> bool {
        matches!(self, Self::Text(text) if text.starts_with(&format!("{{\"{kind}\":")))
    }

    /// The type of the message in it.
    fn kind(&self) -> Option<String> {
        match self {
            Self::Text(text) => text.split('"').nth(1).map(str::to_owned),
            Self::Binary | Self::Control => None,
        }
    }
}

/// A listening proxy.
pub(crate) struct Proxy {
    /// `ws://ADDR`
    pub(crate) url: String,
    shared: Arc<Shared>,
}

type Choice = Box<dyn Fn(&Frame) -> bool + Send>;

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    /// Types of the messages that clients sent, in order.
    said: Vec<String>,
    /// Which frame of the server is held back.
    hold: Option<Choice>,
    /// Whether one is.
    holding: bool,
}

impl Proxy {
    pub(crate) fn start(server: SocketAddr) -> Self {
        let listener = super::harness::listener();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let shared = Arc::<Shared>::default();
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&accepting);
                // A server that is away is a connection that ends at once.
                if let Ok(server) = TcpStream::connect(server) {
                    shared.join(&client, &server);
                }
            }
        });
        Self { url, shared }
    }

    /// Holds back the first frame of the server that `choice` takes, and everything after it.
    pub(crate) fn hold(&self, choice: impl Fn(&Frame) -> bool + Send + 'static) {
        self.shared.state.lock().unwrap().hold = Some(Box::new(choice));
    }

    /// Waits until a frame is held back.
    pub(crate) fn until_holding(&self) {
        let state = self.shared.state.lock().unwrap();
        let waited = self
            .shared
            .news
            .wait_timeout_while(state, PATIENCE, |state| !state.holding);
        assert!(waited.unwrap().0.holding, "no such frame came");
    }

    /// Lets everything through.
    pub(crate) fn let_go(&self) {
        self.shared.state.lock().unwrap().hold = None;
        self.shared.news.notify_all();
    }

    /// Types of the messages that clients sent so far, in order.
    pub(crate) fn said(&self) -> Vec<String> {
        self.shared.state.lock().unwrap().said.clone()
    }
}

impl Shared {
    /// Copies both ways, each in a thread of its own, until one side is gone.
    fn join(self: &Arc<Self>, client: &TcpStream, server: &TcpStream) {
        let pairs = [(client, server, true), (server, client, false)];
        for (from, to, from_client) in pairs {
            let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            let shared = Arc::clone(self);
            thread::spawn(move || {
                // One end gone is the end of both.
                drop(shared.copy(&from, &to, from_client));
                drop(from.shutdown(Shutdown::Both));
                drop(to.shutdown(Shutdown::Both));
            });
        }
    }

    fn copy(&self, mut from: &TcpStream, mut to: &TcpStream, from_client: bool) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(read::<1>(&mut from)?[0]);
        }
        to.write_all(&head)?;
        loop {
            let (raw, frame) = read_frame(&mut from)?;
            if from_client {
                let mut state = self.state.lock().unwrap();
                state.said.extend(frame.kind());
            } else {
                self.pass(&frame);
            }
            to.write_all(&raw)?;
        }
    }

    /// Waits while the frame is to be held back.
    fn pass(&self, frame: &Frame) {
        let mut state = self.state.lock().unwrap();
        if !state.hold.as_ref().is_some_and(|choice| choice(frame)) {
            return;
        }
        state.holding = true;
        self.news.notify_all();
        while state.hold.is_some() {
            state = self.news.wait(state).unwrap();
        }
        state.holding = false;
    }
}

fn read<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A whole frame: as it came, and what it says (RFC 6455, section 5.2).
fn read_frame(from: &mut impl Read) -> io::Result<(Vec<u8>, Frame)> {
    let [first, second] = read::<2>(from)?;
    let mut raw = vec![first, second];
    let length = match second & 0x7f {
        126 => {
            let length = read::<2>(from)?;
            raw.extend(length);
            u64::from(u16::from_be_bytes(length))
        }
        127 => {
            let length = read::<8>(from)?;
            raw.extend(length);
            u64::from_be_bytes(length)
        }
        length => u64::from(length),
    };
    let mask = if second & 0x80 == 0 {
        [0; 4]
    } else {
        let mask = read::<4>(from)?;
        raw.extend(mask);
        mask
    };
    let mut payload = Vec::new();
    from.take(length).read_to_end(&mut payload)?;
    raw.extend(&payload);
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    let frame = match first & 0x0f {
        1 => Frame::Text(String::from_utf8_lossy(&payload).into_owned()),
        2 => Frame::Binary,
        _ => Frame::Control,
    };
    Ok((raw, frame))
}
