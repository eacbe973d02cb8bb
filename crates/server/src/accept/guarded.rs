//! The byte stream under a connection: it tells the phase what happens, ends answers nobody reads, and lets a client
//! whose body was refused read the answer before the connection is cut.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep};

use super::Limits;
use super::phase::Phase;

/// An answer that gets on by less than this in the time for writing is given up.
const MIN_PROGRESS: usize = 4 * 1024;
/// Of a refused body this much is still read and thrown away; then the client is left waiting until the linger ends.
const MAX_DISCARDED: usize = 256 * 1024;

/// A stream with limits.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    inner: S,
    seat: Option<OwnedSemaphorePermit>,
    phase: Arc<Phase>,
    limits: Limits,
    stalled: Option<Box<Stalled>>,
    lingering: Option<Box<Lingering>>,
}

#[derive(Debug)]
struct Stalled {
    timer: Pin<Box<Sleep>>,
    written: usize,
}

#[derive(Debug)]
struct Lingering {
    timer: Pin<Box<Sleep>>,
    discarded: usize,
}

impl<S> Guarded<S> {
    pub(super) fn new(inner: S, seat: Option<OwnedSemaphorePermit>, phase: Arc<Phase>, limits: Limits) -> Self {
        Self { inner, seat, phase, limits, stalled: None, lingering: None }
    }

    /// The bare stream, and its seat among the connections, to be dropped together with the stream.
    pub(crate) fn into_parts(self) -> (S, Option<OwnedSemaphorePermit>) {
        (self.inner, self.seat)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guarded<S> {
    fn stalled(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let limit = self.limits.write;
        let stalled =
            self.stalled.get_or_insert_with(|| Box::new(Stalled { timer: Box::pin(sleep(limit)), written: 0 }));
        while stalled.timer.as_mut().poll(cx).is_ready() {
            if stalled.written < MIN_PROGRESS {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            stalled.written = 0;
            stalled.timer.as_mut().reset(Instant::now() + limit);
        }
        Poll::Pending
    }

    fn written(&mut self, count: usize) {
        self.phase.wrote();
        if let Some(stalled) = &mut self.stalled {
            stalled.written = stalled.written.saturating_add(count);
        }
    }

    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let limit = self.limits.linger;
        let lingering =
            self.lingering.get_or_insert_with(|| Box::new(Lingering { timer: Box::pin(sleep(limit)), discarded: 0 }));
        if lingering.timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut scratch = [0; 4096];
        while lingering.discarded < MAX_DISCARDED {
            let mut buffer = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => lingering.discarded += buffer.filled().len(),
                Ok(()) | Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if buffer.filled().len() > before && self.phase.read() {
            self.stalled = None;
        }
        result
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write(cx, bytes) {
            Poll::Pending => self.stalled(cx),
            Poll::Ready(result) => {
                self.written(*result.as_ref().unwrap_or(&0));
                Poll::Ready(result)
            }
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write_vectored(cx, slices) {
            Poll::Pending => self.stalled(cx),
            Poll::Ready(result) => {
                self.written(*result.as_ref().unwrap_or(&0));
                Poll::Ready(result)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.inner).poll_shutdown(cx))?;
        }
        // Cutting the connection with bytes unread makes the peer's system throw away the answer.
        if self.phase.body_refused() {
            ready!(self.linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}
