//! A client that writes bytes: nothing stops it from breaking every rule.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use web_mpc::manifest::VERSION;
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, decode};

use super::frame::{self, Frame};
use super::soon;

/// A connection below WebSocket.
#[derive(Debug)]
pub(crate) struct Raw {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// How a server ended a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ending {
    /// Every code that it gave, in order.
    pub(crate) errors: Vec<ErrorCode>,
    /// The close frame's code.
    pub(crate) close: Option<u16>,
}

/// The handshake that every client may send.
pub(crate) const UPGRADE: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

impl Raw {
    /// TCP alone.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = soon(TcpStream::connect(address)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// With the upgrade done.
    pub(crate) async fn upgraded(address: SocketAddr) -> Self {
        let mut raw = Self::connect(address).await;
        raw.write(UPGRADE.as_bytes()).await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        raw
    }

    /// With `hello` said and answered.
    pub(crate) async fn greeted(address: SocketAddr) -> Self {
        let mut raw = Self::upgraded(address).await;
        let hello = ClientMessage::Hello { version: VERSION };
        raw.write(&frame::message(&hello)).await;
        let welcome = raw.frame().await.expect("an answer");
        let welcome = String::from_utf8(welcome.payload).unwrap();
        assert!(welcome.starts_with(r#"{"welcome":"#), "{welcome}");
        raw
    }

    /// Writes; a server that has hung up already is no error.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        drop(soon(self.stream.write_all(bytes)).await);
    }

    /// Writes as long as the server takes something; whether it took everything.
    pub(crate) async fn write_all(&mut self, bytes: &[u8]) -> bool {
        soon(self.stream.write_all(bytes)).await.is_ok()
    }

    /// Ends this half only.
    pub(crate) async fn half_close(&mut self) {
        drop(self.stream.shutdown().await);
    }

    /// Reads the head of an HTTP answer.
    pub(crate) async fn head(&mut self) -> String {
        loop {
            let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let rest = self.buffer.split_off(end + 4);
                let head = std::mem::replace(&mut self.buffer, rest);
                return String::from_utf8(head).unwrap();
            }
            if !self.fill().await {
                return String::from_utf8_lossy(&self.buffer).into_owned();
            }
        }
    }

    /// Everything until the server hangs up.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.fill().await {}
        std::mem::take(&mut self.buffer)
    }

    /// The next frame; nothing if the server hung up.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, len)) = Frame::parse(&self.buffer) {
                self.buffer.drain(..len);
                return Some(frame);
            }
            if !self.fill().await {
                return None;
            }
        }
    }

    /// The next message of the server, whatever it pings in between.
    pub(crate) async fn message(&mut self) -> ServerMessage {
        loop {
            let frame = self.frame().await.expect("a message");
            if frame.opcode() == frame::TEXT {
                return decode(std::str::from_utf8(&frame.payload).unwrap()).unwrap();
            }
            assert!(frame.is_control(), "{frame:?}");
        }
    }

    /// Waits a little; whether the server has hung up by then.
    pub(crate) async fn hung_up(&mut self, within: Duration) -> bool {
        matches!(timeout(within, self.fill()).await, Ok(false))
    }

    /// Listens until the server hangs up.
    pub(crate) async fn ending(&mut self) -> Ending {
        let mut ending = Ending::default();
        while let Some(frame) = self.frame().await {
            match frame.opcode() {
                frame::TEXT => {
                    let text = String::from_utf8(frame.payload).unwrap();
                    if let Ok(ServerMessage::Error(refusal)) = decode(&text) {
                        ending.errors.push(refusal.code);
                    }
                }
                frame::CLOSE => {
                    let code = frame.payload.first_chunk();
                    ending.close = code.map(|code| u16::from_be_bytes(*code));
                }
                _ => {}
            }
        }
        ending
    }

    async fn fill(&mut self) -> bool {
        matches!(soon(self.stream.read_buf(&mut self.buffer)).await, Ok(1..))
    }
}
