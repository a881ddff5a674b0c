//! What a connection is doing, and until when it may.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::limits::Limits;

/// An answer that takes longer may be cut off when its place is needed.
const SLOW: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Between two requests.
    Idle,
    /// A head is expected, or has begun.
    Head,
    /// A body is being received, since this time.
    Body { since: Instant },
    /// The request is complete.
    Answer { is_stream: bool },
}

/// The phase of a connection, and when it began or last made progress.
#[derive(Debug)]
pub(super) struct Tracked {
    phase: Mutex<(Phase, Instant)>,
    /// Since when the client accepts nothing of what is written.
    unread: Mutex<Option<Instant>>,
    /// Cancelled to cut the connection off.
    pub(super) cut: CancellationToken,
}

impl Tracked {
    pub(super) fn new() -> Self {
        let phase = Mutex::new((Phase::Head, Instant::now()));
        Self { phase, unread: Mutex::default(), cut: CancellationToken::new() }
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.change(|at| *at = (phase, Instant::now()));
    }

    /// Bytes have arrived.
    pub(super) fn received(&self) {
        self.change(|at| match at.0 {
            Phase::Idle => *at = (Phase::Head, Instant::now()),
            Phase::Body { .. } => at.1 = Instant::now(),
            Phase::Head | Phase::Answer { .. } => {}
        });
    }

    /// Since when the connection waits for its client, to send a request or to read its answer; `None` while the server
    /// is at work for it.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        match self.now() {
            (Phase::Answer { .. }, _) => *self.unread.lock().unwrap_or_else(PoisonError::into_inner),
            (Phase::Body { since }, _) => Some(since),
            (Phase::Idle | Phase::Head, since) => Some(since),
        }
    }

    /// Since when the connection is answered with something that is no stream: it has taken longer than any page.
    pub(super) fn reads_slowly_since(&self, now: Instant) -> Option<Instant> {
        match self.now() {
            (Phase::Answer { is_stream: false }, since) => (now - since > SLOW).then_some(since),
            _ => None,
        }
    }

    /// The client does not accept what is written, or accepts it again.
    pub(super) fn set_unread(&self, unread: bool) {
        let mut since = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        *since = unread.then(|| since.unwrap_or_else(Instant::now));
    }

    /// When the connection is cut off if nothing changes; `stopping` since when the server stops.
    pub(super) fn deadline(&self, limits: &Limits, stopping: Option<Instant>) -> Instant {
        match (self.now(), stopping) {
            ((Phase::Idle | Phase::Head, _), Some(stopping)) => stopping,
            ((Phase::Body { .. }, _), Some(stopping)) => stopping + limits.stop,
            ((Phase::Idle, since), None) => since + limits.idle,
            ((Phase::Head, since), None) => since + limits.head,
            ((Phase::Body { since }, last), None) => (last + limits.part).min(since + limits.body),
            ((Phase::Answer { is_stream: false }, since), _) => since + limits.answer,
            // Far away.
            ((Phase::Answer { is_stream: true }, since), _) => since + limits.answer * 1_000,
        }
    }

    fn now(&self) -> (Phase, Instant) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut (Phase, Instant))) {
        change(&mut self.phase.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
