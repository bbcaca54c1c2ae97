//! A proxy between an analyst and a server: it counts the frames both ways, and at one of them does
//! what a test asks for.

use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::frame::{self, Frame};

/// Where a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    ToServer,
    ToAnalyst,
}

/// Which side of a frame's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
}

/// Which frame of a direction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    /// From 0, over all connections.
    Number(usize),
    /// The first of that name.
    Named(&'static str),
}

/// What to do at which frame.
pub(crate) struct Trigger {
    pub(crate) direction: Direction,
    pub(crate) frame: Which,
    pub(crate) when: When,
    pub(crate) action: Box<dyn FnOnce() + Send>,
    /// Whether the connection ends with it: a frame that was to be delivered after is lost.
    pub(crate) cut: bool,
}

impl fmt::Debug for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            direction,
            frame,
            when,
            ..
        } = self;
        write!(f, "{when:?} frame {frame:?} {direction:?}")
    }
}

/// A frame that came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) direction: Direction,
    /// What it is: the message's type, or `page`, `verdicts`, `close`.
    pub(crate) name: String,
    pub(crate) payload: Vec<u8>,
}

#[derive(Debug)]
struct Shared {
    target: Mutex<SocketAddr>,
    seen: Mutex<Vec<Seen>>,
    trigger: Mutex<Option<Trigger>>,
    /// What is said to an analyst after which message of the server, once.
    said: Mutex<Option<(String, String)>>,
    fired: AtomicBool,
    stopping: AtomicBool,
}

/// It listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Proxy {
    pub(crate) fn new(target: SocketAddr, trigger: Option<Trigger>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            target: Mutex::new(target),
            seen: Mutex::default(),
            trigger: Mutex::new(trigger),
            said: Mutex::default(),
            fired: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if accepting.stopping.load(Ordering::SeqCst) {
                    break;
                }
                accepting.connect(client);
            }
        });
        Self { address, shared }
    }

    /// Leads to another server from now on.
    pub(crate) fn point_to(&self, target: SocketAddr) {
        *self.shared.target.lock().unwrap() = target;
    }

    /// Says something to the analyst that the server has not said, after a message of that type.
    pub(crate) fn say_after(&self, name: &str, text: String) {
        *self.shared.said.lock().unwrap() = Some((name.to_owned(), text));
    }

    /// Whether it has done what it was to do.
    pub(crate) fn fired(&self) -> bool {
        self.shared.fired.load(Ordering::SeqCst)
    }

    /// Every frame so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, client: TcpStream) {
        let target = *self.target.lock().unwrap();
        // Where there is no server, the client is hung up on.
        let Ok(server) = TcpStream::connect(target) else {
            return;
        };
        for stream in [&client, &server] {
            drop(stream.set_nodelay(true));
        }
        let pairs = [
            (Direction::ToServer, client.try_clone(), server.try_clone()),
            (Direction::ToAnalyst, Ok(server), Ok(client)),
        ];
        for (direction, from, to) in pairs {
            let (shared, from, to) = (Arc::clone(self), from.unwrap(), to.unwrap());
            thread::spawn(move || {
                shared.pump(direction, &from, &to);
                drop(from.shutdown(Shutdown::Both));
                drop(to.shutdown(Shutdown::Both));
            });
        }
    }

    /// Passes on the head of the handshake, then frame after frame.
    fn pump(&self, direction: Direction, mut from: &TcpStream, mut to: &TcpStream) -> Option<()> {
        let mut buffer = Vec::new();
        let mut head = true;
        loop {
            let len = if head {
                let end = buffer.windows(4).position(|four| four == b"\r\n\r\n");
                end.map(|end| end + 4)
            } else {
                Frame::parse(&buffer).map(|(_, len)| len)
            };
            let Some(len) = len else {
                let mut chunk = [0; 16 * 1024];
                let read = from.read(&mut chunk).ok().filter(|read| *read > 0)?;
                buffer.extend_from_slice(&chunk[..read]);
                continue;
            };
            let bytes: Vec<u8> = buffer.drain(..len).collect();
            let mut addition = Vec::new();
            let trigger = match Frame::parse(&bytes) {
                Some((frame, _)) if !head => {
                    addition = self.addition(direction, &frame);
                    self.note(direction, frame)
                }
                _ => None,
            };
            head = false;
            let Some(trigger) = trigger else {
                to.write_all(&bytes).ok()?;
                to.write_all(&addition).ok()?;
                continue;
            };
            let Trigger {
                when, action, cut, ..
            } = trigger;
            if when == When::After {
                drop(to.write_all(&bytes));
            }
            action();
            self.fired.store(true, Ordering::SeqCst);
            if cut {
                return None;
            }
            if when == When::Before {
                to.write_all(&bytes).ok()?;
            }
        }
    }

    /// A frame of its own to send after this one.
    fn addition(&self, direction: Direction, frame: &Frame) -> Vec<u8> {
        let mut said = self.said.lock().unwrap();
        let due = |(after, _): &mut (String, String)| {
            direction == Direction::ToAnalyst && *after == name(frame)
        };
        said.take_if(due).map_or_else(Vec::new, |(_, text)| {
            frame::unmasked(frame::FIN | frame::TEXT, text.as_bytes())
        })
    }

    /// Counts a frame; gives the trigger if it is the one.
    fn note(&self, direction: Direction, frame: Frame) -> Option<Trigger> {
        if frame.is_control() && frame.opcode() != frame::CLOSE {
            return None;
        }
        let mut seen = self.seen.lock().unwrap();
        let before = seen.iter().filter(|seen| seen.direction == direction);
        let (number, name) = (before.count(), name(&frame));
        let due = |trigger: &mut Trigger| {
            trigger.direction == direction
                && match trigger.frame {
                    Which::Number(wanted) => wanted == number,
                    Which::Named(wanted) => wanted == name,
                }
        };
        let trigger = self.trigger.lock().unwrap().take_if(due);
        seen.push(Seen {
            direction,
            name,
            payload: frame.payload,
        });
        trigger
    }
}

fn name(frame: &Frame) -> String {
    match (frame.opcode(), frame.payload.first()) {
        (frame::CLOSE, _) => "close".to_owned(),
        (frame::BINARY, Some(1)) => "page".to_owned(),
        (frame::BINARY, _) => "verdicts".to_owned(),
        _ => {
            let text = String::from_utf8_lossy(&frame.payload);
            text.split('"').nth(1).unwrap_or_default().to_owned()
        }
    }
}
