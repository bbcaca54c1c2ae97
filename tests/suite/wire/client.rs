//! A WebSocket client that says what a test wants and hears everything.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use web_mpc::crypto::{PublicIdentity, Server};
use web_mpc::ids::Nonce;
use web_mpc::manifest::VERSION;
use web_mpc::protocol::{ClientMessage, ErrorCode, Refusal, ServerMessage, decode, encode};
use web_mpc::record::Signed;
use web_mpc::submission::{Receipt, Submission};

use super::soon;

/// A connection.
#[derive(Debug)]
pub(crate) struct Wire {
    socket: WebSocketStream<TcpStream>,
}

/// What the server did.
#[derive(Debug)]
pub(crate) enum Heard {
    Message(ServerMessage),
    Frame(Bytes),
    Gone,
}

impl Wire {
    /// The upgrade alone.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = soon(TcpStream::connect(address)).await.unwrap();
        Self::over(stream, address).await
    }

    /// The same from another address of this machine.
    pub(crate) async fn connect_from(source: SocketAddr, address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(source).unwrap();
        let stream = soon(socket.connect(address)).await.unwrap();
        Self::over(stream, address).await
    }

    async fn over(stream: TcpStream, address: SocketAddr) -> Self {
        stream.set_nodelay(true).unwrap();
        let url = format!("ws://{address}/");
        let (socket, _) = soon(client_async(url, stream)).await.unwrap();
        Self { socket }
    }

    /// With `hello` said; what the server answered.
    pub(crate) async fn greeted(address: SocketAddr) -> (Self, PublicIdentity<Server>, Nonce) {
        let mut wire = Self::connect(address).await;
        let hello = ClientMessage::Hello { version: VERSION };
        let ServerMessage::Welcome { server, nonce, .. } = wire.ask(&hello).await else {
            panic!("no welcome");
        };
        (wire, server, nonce)
    }

    pub(crate) async fn say(&mut self, message: &ClientMessage) {
        self.send(Message::text(encode(message))).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        drop(soon(self.socket.send(message)).await);
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match soon(self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Heard::Message(decode(&text).unwrap()),
                Some(Ok(Message::Binary(bytes))) => return Heard::Frame(bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Heard::Gone,
            }
        }
    }

    /// The next message; a test that wants a frame does not call this.
    pub(crate) async fn message(&mut self) -> ServerMessage {
        match self.hear().await {
            Heard::Message(message) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// Says one thing and hears its answer.
    pub(crate) async fn ask(&mut self, message: &ClientMessage) -> ServerMessage {
        self.say(message).await;
        loop {
            match self.message().await {
                ServerMessage::Submissions { .. }
                    if !matches!(message, ClientMessage::Watch {}) => {}
                answer => return answer,
            }
        }
    }

    /// Says one thing that must be refused.
    pub(crate) async fn refused(&mut self, message: &ClientMessage) -> Refusal {
        match self.ask(message).await {
            ServerMessage::Error(refusal) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The code with which one thing is refused.
    pub(crate) async fn code(&mut self, message: &ClientMessage) -> ErrorCode {
        self.refused(message).await.code
    }

    pub(crate) async fn close(mut self) {
        drop(soon(self.socket.close(None)).await);
    }
}

/// Hands in a submission on a connection of its own.
pub(crate) async fn submit(
    address: SocketAddr,
    submission: &Submission,
) -> Result<Signed<Receipt>, ErrorCode> {
    let (mut wire, _, _) = Wire::greeted(address).await;
    let answer = wire.ask(&ClientMessage::Submit(submission.clone())).await;
    wire.close().await;
    match answer {
        ServerMessage::Receipt(receipt) => Ok(receipt),
        ServerMessage::Error(refusal) => Err(refusal.code),
        other => panic!("neither receipt nor refusal: {other:?}"),
    }
}
