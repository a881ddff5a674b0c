//! The limit on calls in flight of one tenant: successes raise it, a throttled answer halves it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Directory quotas allow far more; Exchange's limits for one tenant do not.
const INITIAL_IN_FLIGHT: usize = 8;
const MAX_IN_FLIGHT: usize = 16;

/// Permits for calls in flight.
#[derive(Debug)]
pub(crate) struct Concurrency {
    free: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limit: usize,
    /// Permits held above the limit after it was lowered; they are discarded when released.
    excess: usize,
    /// Successes since the limit last changed.
    successes: usize,
}

/// A permit for one call; released when dropped.
#[derive(Debug)]
pub(crate) struct CallPermit<'a> {
    concurrency: &'a Concurrency,
    permit: Option<SemaphorePermit<'a>>,
}

impl Concurrency {
    pub(crate) fn new() -> Self {
        let state = State { limit: INITIAL_IN_FLIGHT, excess: 0, successes: 0 };
        Self { free: Semaphore::new(INITIAL_IN_FLIGHT), state: Mutex::new(state) }
    }

    /// Waits for a permit.
    pub(crate) async fn acquire(&self) -> CallPermit<'_> {
        // Fails only on a closed semaphore, and this one is never closed.
        CallPermit { concurrency: self, permit: self.free.acquire().await.ok() }
    }

    /// Records a successful call. After as many successes as the limit, the limit grows by one.
    pub(crate) fn record_success(&self) {
        let mut state = self.state();
        state.successes += 1;
        if state.successes < state.limit || state.limit == MAX_IN_FLIGHT {
            return;
        }
        state.successes = 0;
        state.limit += 1;
        match state.excess {
            0 => self.free.add_permits(1),
            _ => state.excess -= 1,
        }
    }

    /// Halves the limit, to at least one.
    pub(crate) fn shrink(&self) {
        let mut state = self.state();
        let limit = (state.limit / 2).max(1);
        let fewer = state.limit - limit;
        state.excess += fewer - self.free.forget_permits(fewer);
        state.limit = limit;
        state.successes = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave three numbers half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CallPermit<'_> {
    fn drop(&mut self) {
        let mut state = self.concurrency.state();
        if let (Some(permit), true) = (self.permit.take(), state.excess > 0) {
            state.excess -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(concurrency: &Concurrency) -> usize {
        concurrency.free.available_permits()
    }

    #[tokio::test]
    async fn the_limit_halves_when_throttled_and_grows_one_by_one() {
        let concurrency = Concurrency::new();
        concurrency.shrink();
        assert_eq!(free(&concurrency), 4);
        for _ in 0..4 {
            concurrency.record_success();
        }
        assert_eq!(free(&concurrency), 5);
        for _ in 0..10 {
            concurrency.shrink();
        }
        assert_eq!(free(&concurrency), 1);
        for _ in 0..1_000 {
            concurrency.record_success();
        }
        assert_eq!(free(&concurrency), MAX_IN_FLIGHT);
    }

    #[tokio::test]
    async fn calls_in_flight_keep_their_permits_and_release_only_those_within_the_limit() {
        let concurrency = Concurrency::new();
        let mut taken = Vec::new();
        for _ in 0..INITIAL_IN_FLIGHT {
            taken.push(concurrency.acquire().await);
        }
        concurrency.shrink();
        assert_eq!(free(&concurrency), 0);
        taken.truncate(4);
        assert_eq!(free(&concurrency), 0, "four are in flight, and four is the limit");
        taken.clear();
        assert_eq!(free(&concurrency), 4);
    }
}
