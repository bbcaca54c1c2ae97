//! Many clients in one process, a new WebSocket connection each.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use web_mpc::protocol::limits;

use crate::Failure;

/// Addresses to connect from: one has too few ports for all connections of a run.
const SOURCES: u8 = 8;

/// A client's end of a connection.
pub(crate) type Socket = WebSocketStream<Counted>;

/// Connects from one of several addresses of this machine and shakes hands.
pub(crate) async fn connect(server: SocketAddr, client: usize) -> Result<Socket, Failure> {
    let source = u8::try_from(client % usize::from(SOURCES))? + 1;
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 0, source), 0).into())?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(limits::WEBSOCKET_BUFFER)
        .write_buffer_size(limits::WEBSOCKET_BUFFER);
    let stream = Counted { stream, bytes: 0 };
    let request = format!("ws://{server}");
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    Ok(socket)
}

/// Sends all texts in one go, then waits for as many answers.
pub(crate) async fn ask(
    socket: &mut Socket,
    texts: impl IntoIterator<Item = Utf8Bytes>,
) -> Result<Vec<Utf8Bytes>, Failure> {
    let mut waiting = 0_usize;
    for text in texts {
        socket.feed(Message::Text(text)).await?;
        waiting += 1;
    }
    socket.flush().await?;
    let mut answers = Vec::with_capacity(waiting);
    while answers.len() < waiting {
        match socket.next().await.ok_or("the server hung up")?? {
            Message::Text(text) => answers.push(text),
            Message::Ping(_) | Message::Pong(_) => {}
            other => return Err(format!("unexpected frame: {other:?}").into()),
        }
    }
    Ok(answers)
}

/// Says goodbye and waits for the server's; gives the bytes that the connection took, both ways.
pub(crate) async fn leave(mut socket: Socket) -> Result<u64, Failure> {
    socket.close(None).await?;
    while let Some(Ok(_)) = socket.next().await {}
    Ok(socket.get_ref().bytes)
}

/// Has every item visited, so many at the same time; gives what the visits gave.
pub(crate) async fn each<T, V, F, R>(
    items: Vec<T>,
    concurrent: usize,
    visit: V,
) -> Result<Vec<R>, Failure>
where
    T: Send + 'static,
    V: Fn(usize, T) -> F + Clone + Send + 'static,
    F: Future<Output = Result<R, Failure>> + Send,
    R: Send + 'static,
{
    let queue = Arc::new(Mutex::new(items.into_iter().enumerate()));
    let clients: Vec<_> = (0..concurrent)
        .map(|_| {
            let (queue, visit) = (Arc::clone(&queue), visit.clone());
            tokio::spawn(async move {
                let next = || {
                    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
                    queue.next()
                };
                let mut results = Vec::new();
                while let Some((index, item)) = next() {
                    results.push(visit(index, item).await?);
                }
                Ok::<_, Failure>(results)
            })
        })
        .collect();
    let mut results = Vec::new();
    for client in clients {
        results.extend(client.await??);
    }
    Ok(results)
}

/// A stream that counts its bytes, both ways.
#[derive(Debug)]
pub(crate) struct Counted {
    stream: TcpStream,
    bytes: u64,
}

impl Counted {
    fn add(&mut self, count: usize) {
        self.bytes = self.bytes.saturating_add(count as u64);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.add(buf.filled().len() - before);
        read
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(count)) = written {
            self.add(count);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
