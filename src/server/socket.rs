//! One client's WebSocket with all its deadlines. It reads and writes at the same time: what was
//! sent leaves while the next event is waited for.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::Deadlines;
use super::gate::Pass;
use super::memory::Room;
use super::meter::Meter;
use super::refusals;
use super::tls::Stream;
use crate::protocol::{ErrorCode, Refusal, ServerMessage, encode, limits};

/// Time for a client to take the last words and to hang up: data that it is still sending would
/// otherwise make its system throw those words away.
const LINGER: Duration = Duration::from_secs(1);

/// Longest text that is sent in one frame, in bytes: anybody may ask for long answers on many
/// connections, and take them slowly.
pub(super) const FRAGMENT: usize = 16 * 1024;

/// What a client did.
#[derive(Debug)]
pub(super) enum Event {
    /// It sent a text frame.
    Text(Utf8Bytes),
    /// It sent a binary frame.
    Binary(Bytes),
    /// It took everything that was sent.
    Flushed,
}

impl Event {
    /// Bytes of the message.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Flushed => 0,
        }
    }
}

/// The connection is at its end.
#[derive(Debug)]
pub(super) enum Gone {
    /// The client has left, or takes nothing any more.
    Closed,
    /// The server hangs up, after saying why.
    Refused(Refusal),
}

impl From<Refusal> for Gone {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// One client.
#[derive(Debug)]
pub(super) struct Socket {
    stream: WebSocketStream<Meter<Stream>>,
    deadlines: Deadlines,
    opened: Instant,
    greeted: bool,
    unflushed: Option<Instant>,
    clock: Pin<Box<Sleep>>,
    pass: Pass,
    /// Bytes that the client keeps in memory between its requests.
    kept: usize,
    /// While its address has asked too much, nothing is read.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    /// Speaks WebSocket on a stream of which `read` was read already.
    pub(super) async fn new(
        stream: Stream,
        read: Bytes,
        deadlines: Deadlines,
        room: &Room,
        pass: Pass,
    ) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(limits::WEBSOCKET_BUFFER)
            .write_buffer_size(limits::WEBSOCKET_BUFFER)
            .max_message_size(Some(limits::CLIENT_MESSAGE))
            .max_frame_size(Some(limits::CLIENT_MESSAGE));
        let metered = Meter::new(stream, read.len(), room);
        let stream =
            WebSocketStream::from_partially_read(metered, read.into(), Role::Server, Some(config))
                .await;
        let opened = Instant::now();
        Self {
            stream,
            deadlines,
            opened,
            greeted: false,
            unflushed: None,
            clock: Box::pin(sleep_until(opened + deadlines.shortest())),
            pass,
            kept: 0,
            pause: None,
        }
    }

    /// `hello` has come: from now on the client may be silent for longer.
    pub(super) fn greeted(&mut self) {
        self.greeted = true;
    }

    /// Keeps so many bytes in memory for this client between its requests, in place of what it kept
    /// before, if its address does not keep too much.
    pub(super) fn keep(&mut self, bytes: usize) -> bool {
        let kept = self.pass.hold(bytes);
        if kept {
            self.kept = bytes;
        }
        kept
    }

    /// Counts an answer for which so many bytes were read or are sent; nothing more is read from the
    /// client while its address has had too many.
    pub(super) fn charge(&mut self, bytes: usize) {
        if let Some(until) = self.pass.answered(bytes, Instant::now()) {
            self.pause = Some(Box::pin(sleep_until(until)));
        }
    }

    /// Whether an answer is in memory until the client has taken it.
    pub(super) fn is_long(text: &Utf8Bytes) -> bool {
        text.len() > FRAGMENT
    }

    /// Sends a text for which the client's address has room; whether it has.
    pub(super) async fn offer(&mut self, text: Utf8Bytes) -> Result<bool, Gone> {
        if !Self::is_long(&text) {
            return self.send(text).await.map(|()| true);
        }
        if !self.pass.hold(self.kept.saturating_add(text.len())) {
            return Ok(false);
        }
        let sent = self.send(text).await;
        // Less than before is always kept.
        self.pass.hold(self.kept);
        sent.map(|()| true)
    }

    /// Whether the client has still to take what was sent.
    pub(super) fn is_flushing(&self) -> bool {
        self.unflushed.is_some()
    }

    /// The next event. Without `reading`, requests stay where they are.
    pub(super) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        reading: bool,
    ) -> Poll<Result<Event, Gone>> {
        let reading = reading && self.poll_pause(cx).is_ready();
        if reading && let Poll::Ready(read) = self.poll_read(cx) {
            return Poll::Ready(read);
        }
        if self.unflushed.is_some() && self.stream.poll_flush_unpin(cx)?.is_ready() {
            self.unflushed = None;
            return Poll::Ready(Ok(Event::Flushed));
        }
        while self.clock.as_mut().poll(cx).is_ready() {
            self.check_deadlines(cx, reading)?;
        }
        Poll::Pending
    }

    /// Waits while the client's address has asked too much.
    fn poll_pause(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        Poll::Ready(())
    }

    /// Counts a message; nothing more is read while there are too many.
    fn count(&mut self, bytes: usize) {
        let until = self.pass.request(bytes, Instant::now());
        self.pause = until.map(|until| Box::pin(sleep_until(until)));
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event, Gone>> {
        loop {
            let message = match ready!(self.stream.poll_next_unpin(cx)) {
                None => return Poll::Ready(Err(Gone::Closed)),
                Some(Err(error)) => return Poll::Ready(Err(broken(&error))),
                Some(Ok(message)) => message,
            };
            let meter = self.stream.get_mut();
            match message {
                Message::Text(text) => {
                    meter.message();
                    self.count(text.len());
                    return Poll::Ready(Ok(Event::Text(text)));
                }
                // Only due in the pages of a reveal, where each answers one of the server's.
                Message::Binary(bytes) => {
                    meter.message();
                    return Poll::Ready(Ok(Event::Binary(bytes)));
                }
                Message::Ping(payload) | Message::Pong(payload) => {
                    meter.control_frame(payload.len());
                    self.count(payload.len());
                    ready!(self.poll_pause(cx));
                }
                // The answer to a close frame leaves with the next read, which ends the stream.
                Message::Close(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Runs at least as often as the shortest deadline is long, which is precise enough: setting a
    /// timer for each message would cost more than the message.
    fn check_deadlines(&mut self, cx: &mut Context<'_>, reading: bool) -> Result<(), Gone> {
        let (now, limit) = (Instant::now(), self.deadlines);
        let (heard, since) = (self.stream.get_ref().heard(), self.stream.get_ref().since());
        let hello = (!self.greeted).then_some(self.opened + limit.hello);
        let message = since.filter(|_| reading).map(|since| since + limit.message);
        let silence = reading.then_some(heard + limit.silence);
        let write = self.unflushed.map(|since| since + limit.write);
        if write.is_some_and(|deadline| deadline <= now) {
            return Err(Gone::Closed);
        }
        let due = [hello, message, silence].into_iter().flatten().min();
        if due.is_some_and(|deadline| deadline <= now) {
            let message = "the client was silent or slow for too long";
            return Err(Refusal::new(ErrorCode::TimedOut, message).into());
        }
        if heard + limit.ping <= now && self.stream.poll_ready_unpin(cx)?.is_ready() {
            self.stream.start_send_unpin(Message::Ping(Bytes::new()))?;
            self.unflushed.get_or_insert(now);
        }
        let next = [due, write].into_iter().flatten().min();
        let next = next.map_or(now + limit.shortest(), |next| {
            next.min(now + limit.shortest())
        });
        self.clock.as_mut().reset(next);
        Ok(())
    }

    /// Queues a text; waits only while the client does not take what was queued before, or for it to
    /// take a long one.
    pub(super) async fn send(&mut self, text: Utf8Bytes) -> Result<(), Gone> {
        if !Self::is_long(&text) {
            return self.feed(Message::Text(text)).await;
        }
        let sent = timeout(self.deadlines.write, self.send_long(text.into())).await;
        sent.map_err(|_| Gone::Closed)??;
        self.unflushed = None;
        Ok(())
    }

    /// Sends a text in fragments, each when the one before has left: what is queued is a copy, whose
    /// buffer stays as large as it was once as long as the connection lives.
    async fn send_long(&mut self, mut rest: Bytes) -> Result<(), Error> {
        let mut opcode = Data::Text;
        while !rest.is_empty() {
            let part = rest.split_to(rest.len().min(FRAGMENT));
            let frame = Frame::message(part, OpCode::Data(opcode), rest.is_empty());
            self.stream.send(Message::Frame(frame)).await?;
            opcode = Data::Continue;
        }
        Ok(())
    }

    /// Queues a binary frame.
    pub(super) async fn send_binary(&mut self, bytes: Vec<u8>) -> Result<(), Gone> {
        self.feed(Message::Binary(bytes.into())).await
    }

    async fn feed(&mut self, message: Message) -> Result<(), Gone> {
        let fed = timeout(self.deadlines.write, self.stream.feed(message)).await;
        fed.map_err(|_| Gone::Closed)??;
        self.unflushed.get_or_insert_with(Instant::now);
        Ok(())
    }

    /// Waits until the client's system has everything that was sent.
    pub(super) async fn flush(&mut self) -> Result<(), Gone> {
        let flushed = timeout(self.deadlines.write, self.stream.flush()).await;
        flushed.map_err(|_| Gone::Closed)??;
        self.unflushed = None;
        Ok(())
    }

    /// Says why, and hangs up.
    pub(super) async fn close(mut self, refusal: Refusal) {
        let code = match refusal.code {
            ErrorCode::MessageTooLarge => CloseCode::Size,
            ErrorCode::InvalidFrame => CloseCode::Protocol,
            ErrorCode::UnexpectedBinary => CloseCode::Unsupported,
            ErrorCode::ShuttingDown => CloseCode::Away,
            _ => CloseCode::Policy,
        };
        let reason = CloseFrame {
            code,
            reason: refusal.code.to_string().into(),
        };
        let text = encode(&ServerMessage::Error(refusal));
        let hang_up = async {
            self.feed(Message::Text(text.into())).await?;
            self.feed(Message::Close(Some(reason))).await?;
            self.flush().await?;
            linger(self.stream.into_inner().into_inner()).await;
            Ok::<(), Gone>(())
        };
        if hang_up.await.is_err() {
            tracing::debug!("the client did not wait for the reason");
        }
    }
}

/// Ends the server's half of a connection and reads until the client ends its own.
pub(super) async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let drained = async {
        stream.shutdown().await?;
        let mut scrap = [0; 512];
        while stream.read(&mut scrap).await? > 0 {}
        Ok::<(), std::io::Error>(())
    };
    if !matches!(timeout(LINGER, drained).await, Ok(Ok(()))) {
        tracing::debug!("the client did not hang up");
    }
}

/// What a broken stream means for the client.
fn broken(error: &Error) -> Gone {
    match error {
        Error::Capacity(_) => Refusal::new(
            ErrorCode::MessageTooLarge,
            format!("a message may have {} bytes", limits::CLIENT_MESSAGE),
        )
        .into(),
        Error::Utf8(_) => Refusal::new(ErrorCode::InvalidFrame, "a text frame is not UTF-8").into(),
        Error::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => Gone::Closed,
        Error::Protocol(_) => {
            Refusal::new(ErrorCode::InvalidFrame, "a frame breaks RFC 6455").into()
        }
        Error::Io(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
            refusals::busy().into()
        }
        _ => Gone::Closed,
    }
}

impl From<Error> for Gone {
    /// For errors of sending: there is nobody left to be told.
    fn from(_: Error) -> Self {
        Self::Closed
    }
}
