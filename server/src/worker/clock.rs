//! Notices that the system's clock was set, and corrects due times that were written while it was ahead.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::ids::Millis;
use tokio::time::Instant;

use super::{Background, Loop, Next};
use store::Store;

const CLOCK: Loop = Loop { name: "clock", period: Duration::from_secs(10) };
/// Less is not noticed: clocks that are adjusted gradually, and a busy machine.
const TOLERANCE: Millis = 5_000;

/// Starts the loop.
pub fn spawn(background: &Background, store: &Store) {
    let (store, mut watch, unchecked) = (store.clone(), Watch::default(), Arc::new(AtomicBool::new(false)));
    background.spawn(CLOCK, std::future::pending, move || {
        let (store, now, unchecked) = (store.clone(), store.now(), Arc::clone(&unchecked));
        unchecked.fetch_or(watch.jumped(now, Instant::now()), Ordering::Relaxed);
        async move {
            // Until it has succeeded.
            if unchecked.load(Ordering::Relaxed) {
                let corrected = store.bound_due_times().await?;
                unchecked.store(false, Ordering::Relaxed);
                if corrected > 0 {
                    tracing::warn!(corrected, "due times were too far ahead: the clock was set back");
                }
            }
            Ok(Next::Wait)
        }
    });
}

/// Compares two clocks: the system's, which can be set, and one that only goes forward.
#[derive(Debug, Default)]
struct Watch(Option<(Millis, Instant)>);

impl Watch {
    /// Whether the clock was set since the last call; also at the first one.
    fn jumped(&mut self, now: Millis, steady: Instant) -> bool {
        let last = self.0.replace((now, steady));
        last.is_none_or(|(then, at)| {
            let passed = Millis::try_from(steady.duration_since(at).as_millis()).unwrap_or(Millis::MAX);
            now.saturating_sub(then).saturating_sub(passed).saturating_abs() > TOLERANCE
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_a_slow_machine_is_not() {
        let (mut watch, start) = (Watch::default(), Instant::now());
        let mut jumped = |now: Millis, after: u64| watch.jumped(now, start + Duration::from_secs(after));
        assert!(jumped(0, 0), "the first look");
        assert!(!jumped(10_000, 10));
        assert!(!jumped(130_400, 130), "two minutes without a look");
        assert!(jumped(140_000 - 3_600_000, 140), "an hour back");
        assert!(!jumped(150_000 - 3_600_000, 150));
        assert!(jumped(160_000 + 86_400_000, 160), "a day ahead");
        assert!(jumped(170_000, 170), "and back");
    }
}
