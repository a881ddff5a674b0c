//! A counter that restarts when its time window is over.

use std::time::Instant;

/// The count since the window began. The first count after the end of a window begins the next one.
#[derive(Debug, Default)]
pub(crate) struct CountedWindow {
    began: Option<Instant>,
    count: u32,
}

impl CountedWindow {
    /// Adds to the count of a window of `seconds`; returns the count so far.
    pub(crate) fn count(&mut self, amount: u32, seconds: f64, now: Instant) -> u32 {
        if self.remaining(seconds, now) <= 0.0 {
            (self.began, self.count) = (Some(now), 0);
        }
        self.count = self.count.saturating_add(amount);
        self.count
    }

    /// Seconds until the count restarts.
    pub(crate) fn remaining(&self, seconds: f64, now: Instant) -> f64 {
        self.began.map_or(0.0, |began| seconds - now.saturating_duration_since(began).as_secs_f64())
    }
}
