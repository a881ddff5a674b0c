//! How many calls of a tenant may be in flight: more while all goes well, half as many after a throttled answer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Directory quotas allow far more; Exchange's patience with one tenant does not.
const AT_FIRST: usize = 8;
const MOST: usize = 16;

/// The places for calls in flight.
#[derive(Debug)]
pub(crate) struct Places {
    free: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limit: usize,
    /// Places that calls in flight will not give back, because the limit fell below what was taken.
    owed: usize,
    /// Since the limit last changed.
    successes: usize,
}

/// One of the places; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    places: &'a Places,
    permit: Option<SemaphorePermit<'a>>,
}

impl Places {
    pub(crate) fn new() -> Self {
        let state = State { limit: AT_FIRST, owed: 0, successes: 0 };
        Self { free: Semaphore::new(AT_FIRST), state: Mutex::new(state) }
    }

    /// Waits for a place.
    pub(crate) async fn take(&self) -> Place<'_> {
        // Fails only on a closed semaphore, and this one is never closed.
        Place { places: self, permit: self.free.acquire().await.ok() }
    }

    /// A call succeeded. As many successes as there are places make room for one more.
    pub(crate) fn worked(&self) {
        let mut state = self.state();
        state.successes += 1;
        if state.successes < state.limit || state.limit == MOST {
            return;
        }
        state.successes = 0;
        state.limit += 1;
        match state.owed {
            0 => self.free.add_permits(1),
            _ => state.owed -= 1,
        }
    }

    /// Half as many from now on, but one.
    pub(crate) fn shrink(&self) {
        let mut state = self.state();
        let limit = (state.limit / 2).max(1);
        let fewer = state.limit - limit;
        state.owed += fewer - self.free.forget_permits(fewer);
        state.limit = limit;
        state.successes = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave three numbers half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.places.state();
        if let (Some(permit), true) = (self.permit.take(), state.owed > 0) {
            state.owed -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(places: &Places) -> usize {
        places.free.available_permits()
    }

    #[tokio::test]
    async fn places_halve_when_throttled_and_come_back_one_by_one() {
        let places = Places::new();
        places.shrink();
        assert_eq!(free(&places), 4);
        for _ in 0..4 {
            places.worked();
        }
        assert_eq!(free(&places), 5);
        for _ in 0..10 {
            places.shrink();
        }
        assert_eq!(free(&places), 1);
        for _ in 0..1_000 {
            places.worked();
        }
        assert_eq!(free(&places), MOST);
    }

    #[tokio::test]
    async fn calls_in_flight_keep_their_places_and_give_back_only_what_is_left() {
        let places = Places::new();
        let mut taken = Vec::new();
        for _ in 0..AT_FIRST {
            taken.push(places.take().await);
        }
        places.shrink();
        assert_eq!(free(&places), 0);
        taken.truncate(4);
        assert_eq!(free(&places), 0, "four are in flight, and four is the limit");
        taken.clear();
        assert_eq!(free(&places), 4);
    }
}
