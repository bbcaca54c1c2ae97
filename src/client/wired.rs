//! One connection to a server over a WebSocket that somebody else opened: the browser. Deadlines and
//! signs of life are the browser's business too, which answers pings without telling.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::ClientError;
use crate::protocol::{ClientMessage, ServerMessage, decode, encode, limits};
use crate::session::Misbehaviour;

/// A frame as it crosses the wire.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame {
    /// A message.
    Text(String),
    /// Part of a reveal.
    Binary(Vec<u8>),
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}

/// Why nothing comes any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The WebSocket is closed.
    Lost,
    /// The time is over.
    TimedOut,
}

/// The next frame of a wire.
pub type Arrival = Pin<Box<dyn Future<Output = Result<Frame, Broken>>>>;

/// An open WebSocket.
pub trait Wire {
    /// Hands over a frame, which leaves when it can.
    fn send(&mut self, frame: Frame) -> Result<(), Broken>;

    /// The next frame that comes, if it comes in time.
    fn receive(&mut self, within: Option<Duration>) -> Arrival;

    /// Says goodbye.
    fn close(&mut self);
}

/// An open WebSocket.
pub struct Connection {
    wire: Box<dyn Wire>,
}

/// What the server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text frame.
    Message(ServerMessage),
    /// A binary frame: part of a reveal.
    Frame(Vec<u8>),
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection(..)")
    }
}

impl From<Broken> for ClientError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Lost => Self::Lost,
            Broken::TimedOut => Self::TimedOut,
        }
    }
}

#[expect(
    clippy::unused_async,
    reason = "the same functions as those of a connection that is ours"
)]
impl Connection {
    /// Speaks over a WebSocket that is open.
    #[must_use]
    pub fn over(wire: Box<dyn Wire>) -> Self {
        Self { wire }
    }

    /// Sends messages, all in one go.
    pub async fn send(
        &mut self,
        messages: impl IntoIterator<Item = ClientMessage>,
    ) -> Result<(), ClientError> {
        for message in messages {
            self.wire.send(Frame::Text(encode(&message)))?;
        }
        Ok(())
    }

    /// Sends a frame of a reveal.
    pub async fn send_frame(&mut self, frame: Vec<u8>) -> Result<(), ClientError> {
        Ok(self.wire.send(Frame::Binary(frame))?)
    }

    /// Waits for the server, as long as the connection lives.
    pub async fn receive(&mut self) -> Result<Incoming, ClientError> {
        self.receive_within(None).await
    }

    async fn receive_within(&mut self, within: Option<Duration>) -> Result<Incoming, ClientError> {
        match self.wire.receive(within).await? {
            Frame::Text(text) if text.len() <= limits::SERVER_MESSAGE => {
                let message = decode(&text).map_err(|_| Misbehaviour::Unexpected)?;
                Ok(Incoming::Message(message))
            }
            Frame::Binary(bytes) if bytes.len() <= limits::SERVER_MESSAGE => {
                Ok(Incoming::Frame(bytes))
            }
            _ => Err(Misbehaviour::Unexpected.into()),
        }
    }

    /// Waits for a text message.
    pub async fn message(&mut self) -> Result<ServerMessage, ClientError> {
        match self.receive().await? {
            Incoming::Message(message) => Ok(message),
            Incoming::Frame(_) => Err(Misbehaviour::Unexpected.into()),
        }
    }

    /// Sends one message and waits for its answer; refusals are errors, and pushed counts are not
    /// answers.
    pub async fn ask(&mut self, message: ClientMessage) -> Result<ServerMessage, ClientError> {
        self.send([message]).await?;
        loop {
            match self.receive_within(Some(limits::ANSWER)).await? {
                Incoming::Message(ServerMessage::Submissions { .. }) => {}
                Incoming::Message(ServerMessage::Error(refusal)) => {
                    return Err(ClientError::Refused(refusal));
                }
                Incoming::Message(answer) => return Ok(answer),
                Incoming::Frame(_) => return Err(Misbehaviour::Unexpected.into()),
            }
        }
    }

    /// Says goodbye; whether it arrives does not matter.
    pub async fn close(mut self) {
        self.wire.close();
    }
}
