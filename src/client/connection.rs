//! One connection to a server: messages and frames with deadlines.

use std::fmt;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{error::Elapsed, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::tls::{self, Stream};
use super::{ClientError, ServerUrl};
use crate::protocol::{ClientMessage, ServerMessage, decode, encode, limits};
use crate::session::Misbehaviour;

/// Bytes that are read at once: the pages of a reveal are three times as long, and a client has one
/// connection.
const READ_BUFFER: usize = 64 * 1024;

/// An open WebSocket.
pub struct Connection {
    socket: WebSocketStream<Stream>,
}

/// What the server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text frame.
    Message(ServerMessage),
    /// A binary frame: part of a reveal.
    Frame(Bytes),
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection(..)")
    }
}

impl Connection {
    /// Connects and shakes hands.
    pub async fn open(url: &ServerUrl) -> Result<Self, ClientError> {
        let unreachable = |reason: String| ClientError::Unreachable {
            url: url.clone(),
            reason,
        };
        let connect = async {
            let stream = tls::open(url).await?;
            let request = url
                .to_string()
                .into_client_request()
                .map_err(|error| unreachable(error.to_string()))?;
            let config = WebSocketConfig::default()
                .read_buffer_size(READ_BUFFER)
                .write_buffer_size(limits::WEBSOCKET_BUFFER)
                .max_message_size(Some(limits::SERVER_MESSAGE))
                .max_frame_size(Some(limits::SERVER_MESSAGE));
            match client_async_with_config(request, stream, Some(config)).await {
                Ok((socket, _)) => Ok(Self { socket }),
                Err(tungstenite::Error::Protocol(ProtocolError::HttparseError(_))) => {
                    let wanted = "HTTP";
                    Err(ClientError::OtherProtocol {
                        url: url.clone(),
                        wanted,
                    })
                }
                Err(error) => Err(unreachable(error.to_string())),
            }
        };
        timeout(limits::HANDSHAKE, connect)
            .await
            .unwrap_or_else(|_| Err(unreachable("no answer".to_owned())))
    }

    /// Sends messages, all in one go.
    pub async fn send(
        &mut self,
        messages: impl IntoIterator<Item = ClientMessage>,
    ) -> Result<(), ClientError> {
        let sending = async {
            for message in messages {
                self.socket.feed(Message::text(encode(&message))).await?;
            }
            self.socket.flush().await
        };
        written(&timeout(limits::WRITE, sending).await)
    }

    /// Sends a frame of a reveal.
    pub async fn send_frame(&mut self, frame: Vec<u8>) -> Result<(), ClientError> {
        written(&timeout(limits::WRITE, self.socket.send(Message::binary(frame))).await)
    }

    /// Waits for the server, as long as the connection lives: the server asks for a sign of life
    /// when nothing happens, and so the silence has a limit. Dropping the future loses nothing.
    pub async fn receive(&mut self) -> Result<Incoming, ClientError> {
        loop {
            let frame = timeout(limits::SILENCE, self.socket.next())
                .await
                .map_err(|_| ClientError::TimedOut)?;
            match frame {
                Some(Ok(Message::Text(text))) => {
                    let message = decode(&text).map_err(|_| Misbehaviour::Unexpected)?;
                    return Ok(Incoming::Message(message));
                }
                Some(Ok(Message::Binary(bytes))) => return Ok(Incoming::Frame(bytes)),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(ClientError::Lost),
            }
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
        let answer = async {
            loop {
                match self.message().await? {
                    ServerMessage::Submissions { .. } => {}
                    ServerMessage::Error(refusal) => return Err(ClientError::Refused(refusal)),
                    answer => return Ok(answer),
                }
            }
        };
        timeout(limits::ANSWER, answer)
            .await
            .unwrap_or(Err(ClientError::TimedOut))
    }

    /// Says goodbye; whether it arrives does not matter.
    pub async fn close(mut self) {
        drop(timeout(limits::WRITE, self.socket.close(None)).await);
    }
}

fn written<E>(result: &Result<Result<(), E>, Elapsed>) -> Result<(), ClientError> {
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(ClientError::Lost),
        Err(_) => Err(ClientError::TimedOut),
    }
}
