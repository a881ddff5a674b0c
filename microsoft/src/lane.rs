//! What all calls of one tenant share within this process.

mod mailboxes;
mod pace;
mod places;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::gate::Gate;
pub(crate) use mailboxes::Mailboxes;
use pace::Pace;
use places::Places;

/// The pause after a throttled answer that does not say how long.
pub(crate) const UNSAID: Duration = Duration::from_secs(5);

/// One tenant's gate, its places for calls in flight, its pace, and the generation of its token.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) gate: Gate,
    pub(crate) places: Places,
    pub(crate) pace: Pace,
    pub(crate) mailboxes: Mailboxes,
    generation: AtomicU64,
}

impl Lane {
    pub(crate) fn new() -> Self {
        Self {
            gate: Gate::open(),
            places: Places::new(),
            pace: Pace::new(),
            mailboxes: Mailboxes::new(),
            generation: AtomicU64::new(0),
        }
    }

    /// Microsoft asks for a pause. However many calls hear of it at once, fewer go at a time afterwards only
    /// once.
    pub(crate) fn pause(&self, wait: Duration) {
        if self.gate.left().is_none() {
            self.places.shrink();
        }
        self.gate.pause(wait);
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
