//! The log of the last requests, for tests of a client's behaviour.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// The number of stored requests.
const CAPACITY: usize = 50_000;

/// One request, or one part of a batch.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// Sequence number from 1; restarts when the log is cleared.
    pub(crate) n: u64,
    /// Virtual time.
    pub(crate) at: String,
    pub(crate) method: String,
    /// Path and query, as sent.
    pub(crate) path: String,
    /// Tenant id, when the request belongs to one.
    pub(crate) tenant: Option<String>,
    /// The user named in the path, for Graph calls.
    pub(crate) mailbox: Option<String>,
    /// 0 when the connection ended without an answer.
    pub(crate) status: u16,
    /// Position in the batch, for parts of one.
    pub(crate) batch: Option<usize>,
    pub(crate) client_request_id: Option<String>,
    /// Seconds that the answer announced in `Retry-After`.
    pub(crate) retry_after: Option<f64>,
    /// Whether it arrived within a wait that an earlier answer announced.
    pub(crate) early: bool,
    /// The kind of chaos that was injected.
    pub(crate) chaos: Option<&'static str>,
}

/// A bounded log.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    inner: Mutex<(u64, VecDeque<Entry>)>,
}

impl RequestLog {
    pub(crate) fn push(&self, mut entry: Entry) {
        let mut inner = self.lock();
        inner.0 += 1;
        entry.n = inner.0;
        if inner.1.len() == CAPACITY {
            inner.1.pop_front();
        }
        inner.1.push_back(entry);
    }

    /// The number of the newest entry, and the entries that `wanted` accepts, oldest first.
    pub(crate) fn select(&self, wanted: impl Fn(&Entry) -> bool) -> (u64, Vec<Entry>) {
        let inner = self.lock();
        (inner.0, inner.1.iter().filter(|entry| wanted(entry)).cloned().collect())
    }

    pub(crate) fn clear(&self) {
        *self.lock() = (0, VecDeque::new());
    }

    fn lock(&self) -> MutexGuard<'_, (u64, VecDeque<Entry>)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
