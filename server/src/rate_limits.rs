//! The buckets of the rate limits; `http` decides which request counts for which.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

pub(crate) type Limiter = DefaultKeyedRateLimiter<String>;

/// The buckets of one process.
#[derive(Debug)]
pub struct RateLimits {
    pub(crate) sign_ins: Limiter,
    pub(crate) launches: Limiter,
    pub(crate) changes: Limiter,
    pub(crate) streams: Limiter,
}

/// This many a minute, all of them at once if need be.
fn a_minute(times: u32) -> Limiter {
    let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_minute(times))
}

impl RateLimits {
    /// Every bucket is `factor` times as large: for tests and for hosts behind one address.
    #[must_use]
    pub fn new(factor: u16) -> Self {
        let factor = u32::from(factor.max(1));
        Self {
            sign_ins: a_minute(20 * factor),
            launches: a_minute(60 * factor),
            changes: a_minute(600 * factor),
            streams: a_minute(30 * factor),
        }
    }
}
