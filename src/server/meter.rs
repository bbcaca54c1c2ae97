//! A stream that knows whether a message is on its way, so that one which arrives too slowly has a
//! deadline of its own.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::memory::{Room, Taken};
use crate::protocol::limits;

/// Bytes that a control frame of a client has beside its payload: header and mask.
const CONTROL_FRAME: usize = 6;

/// Counts the bytes that were read and belong to no frame yet.
#[derive(Debug)]
pub(super) struct Meter<S> {
    inner: S,
    heard: Instant,
    pending: usize,
    since: Option<Instant>,
    taken: Taken,
}

impl<S> Meter<S> {
    /// `read` bytes were read before. Long messages take of the room that all connections share.
    pub(super) fn new(inner: S, read: usize, room: &Room) -> Self {
        let now = Instant::now();
        Self {
            inner,
            heard: now,
            pending: read,
            since: (read > 0).then_some(now),
            taken: room.none(),
        }
    }

    /// Sees to it that what is on its way beyond a small message has its room.
    fn make_room(&mut self) -> io::Result<()> {
        let wanted = self.pending.saturating_sub(limits::SMALL_MESSAGE);
        if self.taken.grow(wanted) {
            Ok(())
        } else {
            Err(io::ErrorKind::OutOfMemory.into())
        }
    }

    /// When the last byte came.
    pub(super) fn heard(&self) -> Instant {
        self.heard
    }

    /// When the message began that is on its way.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }

    /// A message is complete. Bytes of a next one may have come with it; its time begins with the
    /// bytes after those. Its room is given back with the next read: until then it is worked on.
    pub(super) fn message(&mut self) {
        (self.pending, self.since) = (0, None);
    }

    /// A control frame is complete, perhaps amid a message.
    pub(super) fn control_frame(&mut self, payload: usize) {
        self.pending = self.pending.saturating_sub(CONTROL_FRAME + payload);
        if self.pending == 0 {
            self.since = None;
        }
    }

    /// The stream itself.
    pub(super) fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Meter<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pending == 0 {
            self.taken.give_back();
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        let count = buf.filled().len().saturating_sub(before);
        if count > 0 {
            let now = Instant::now();
            self.heard = now;
            self.pending = self.pending.saturating_add(count);
            self.since.get_or_insert(now);
            self.make_room()?;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Meter<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
