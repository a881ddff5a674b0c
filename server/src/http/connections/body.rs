//! Bodies that tell their connection when they end.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};

use super::phase::{Phase, Tracked};

/// What a request's body reports when it is complete.
pub(super) struct Received {
    /// The next phase.
    pub(super) then: Phase,
    pub(super) tracked: Arc<Tracked>,
}

impl Received {
    pub(super) fn of(self, body: Incoming) -> RequestBody {
        RequestBody { body, received: self }
    }
}

/// The body of a request.
pub(super) struct RequestBody {
    body: Incoming,
    received: Received,
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.received.tracked.enter(self.received.then);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; its connection is idle once it is dropped.
pub(super) struct Answer {
    body: Body,
    _idle: Idle,
}

struct Idle(Arc<Tracked>);

impl Drop for Idle {
    fn drop(&mut self) {
        self.0.enter(Phase::Idle);
    }
}

impl Answer {
    pub(super) fn new(body: Body, tracked: Arc<Tracked>) -> Self {
        Self { body, _idle: Idle(tracked) }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
