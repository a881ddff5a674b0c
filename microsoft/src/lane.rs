//! What all calls of one tenant share within this process.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::sync::Semaphore;

use crate::gate::Gate;

/// Calls in flight per tenant. Directory quotas allow far more; Exchange's patience with one tenant does not.
const AT_ONCE: usize = 8;
/// The pause after a throttled answer that does not say how long.
pub(crate) const UNSAID: Duration = Duration::from_secs(5);

/// One tenant's gate, its places for calls in flight, and the generation of its token.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) gate: Gate,
    pub(crate) places: Semaphore,
    generation: AtomicU64,
}

impl Lane {
    pub(crate) fn new() -> Self {
        Self { gate: Gate::open(), places: Semaphore::new(AT_ONCE), generation: AtomicU64::new(0) }
    }

    /// Tokens are cached under their generation: forgetting one is counting on, which also keeps a fetch
    /// that is still under way from bringing the forgotten one back.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    pub(crate) fn forget_token(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Forgets the token of `generation`, unless another call has done so already: a hundred calls that fail
    /// on one stale token fetch one new one.
    pub(crate) fn forget_token_of(&self, generation: u64) {
        let _ =
            self.generation.compare_exchange(generation, generation + 1, Ordering::AcqRel, Ordering::Acquire);
    }
}
