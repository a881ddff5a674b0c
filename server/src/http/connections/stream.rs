//! A connection whose client must accept what is written.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use super::phase::Tracked;

/// A stream that fails when its peer accepts nothing for a time, and tells when bytes arrive.
#[derive(Debug)]
pub(super) struct Progressing {
    stream: TcpStream,
    patience: Duration,
    /// Runs while a write is pending.
    pending: Option<Pin<Box<Sleep>>>,
    tracked: Arc<Tracked>,
}

impl Progressing {
    pub(super) fn new(stream: TcpStream, patience: Duration, tracked: Arc<Tracked>) -> Self {
        Self { stream, patience, pending: None, tracked }
    }

    /// The outcome of a write, or the end of patience.
    fn written<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            if self.pending.take().is_some() {
                self.tracked.set_unread(false);
            }
            return outcome;
        }
        if self.pending.is_none() {
            self.tracked.set_unread(true);
        }
        let patience = self.patience;
        let pending = self.pending.get_or_insert_with(|| Box::pin(sleep(patience)));
        match pending.as_mut().poll(cx) {
            Poll::Ready(()) => {
                // Further calls are answered in the same way.
                pending.as_mut().reset(Instant::now());
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Progressing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, into);
        if into.filled().len() > before {
            self.tracked.received();
        }
        outcome
    }
}

impl AsyncWrite for Progressing {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.written(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
