//! A rate limit that allows bursts.

use std::time::Instant;

/// The tokens left at a moment; a new bucket is full.
#[derive(Debug, Default)]
pub(crate) struct TokenBucket {
    left: Option<(f64, Instant)>,
}

impl TokenBucket {
    /// Takes a token from a bucket that gains `rate` a second and holds at most `burst`.
    ///
    /// # Errors
    /// The seconds until a token is available.
    pub(crate) fn take(&mut self, rate: f64, burst: f64, now: Instant) -> Result<(), f64> {
        let burst = burst.max(1.0);
        let left = self.left.map_or(burst, |(left, at)| {
            burst.min(left + now.saturating_duration_since(at).as_secs_f64() * rate)
        });
        let taken = left >= 1.0;
        self.left = Some((if taken { left - 1.0 } else { left }, now));
        if taken { Ok(()) } else { Err((1.0 - left) / rate) }
    }
}
