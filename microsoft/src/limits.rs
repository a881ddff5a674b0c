//! The limits that all calls of one tenant share within this process.

mod concurrency;
mod mailboxes;
mod rate;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::gate::Gate;
use concurrency::Concurrency;
pub(crate) use mailboxes::Mailboxes;
use rate::DirectoryRate;

/// The pause after a throttled answer without `Retry-After`.
pub(crate) const DEFAULT_PAUSE: Duration = Duration::from_secs(5);

/// One tenant's gate, its limits on concurrency and rate, and the generation of its token.
#[derive(Debug)]
pub(crate) struct TenantLimits {
    pub(crate) gate: Gate,
    pub(crate) concurrency: Concurrency,
    pub(crate) rate: DirectoryRate,
    pub(crate) mailboxes: Mailboxes,
    generation: AtomicU64,
}

impl TenantLimits {
    pub(crate) fn new() -> Self {
        Self {
            gate: Gate::open(),
            concurrency: Concurrency::new(),
            rate: DirectoryRate::new(),
            mailboxes: Mailboxes::new(),
            generation: AtomicU64::new(0),
        }
    }

    /// Pauses the tenant for `wait`. The concurrency limit is halved only if the gate is open, so that calls that are
    /// throttled together halve it once.
    pub(crate) fn pause(&self, wait: Duration) {
        if self.gate.left().is_none() {
            self.concurrency.shrink();
        }
        self.gate.pause(wait);
    }

    /// The generation under which the current token is cached. A higher generation invalidates that token, and also
    /// the result of a fetch that is still under way.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    pub(crate) fn invalidate_token(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Invalidates the token of `generation`, unless another call has already done so: a hundred calls that fail with
    /// one stale token fetch one new token.
    pub(crate) fn invalidate_token_of(&self, generation: u64) {
        let _ =
            self.generation.compare_exchange(generation, generation + 1, Ordering::AcqRel, Ordering::Acquire);
    }
}
