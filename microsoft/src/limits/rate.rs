//! The rate limit for calls to a tenant's directory, in Microsoft's resource units
//! ([limits](https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits)).

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// The smallest tenants have a quota of 3,500 units in 10 s. Reading users costs one unit a page, and one each in a
/// batch; reading the members of a group costs more.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(300).expect("not zero");
const BURST: NonZeroU32 = NonZeroU32::new(500).expect("not zero");

/// A bucket of resource units. Staying below the quota is cheaper than being throttled: a throttled call counts as
/// well.
#[derive(Debug)]
pub(crate) struct DirectoryRate(DefaultDirectRateLimiter);

impl DirectoryRate {
    pub(crate) fn new() -> Self {
        Self(RateLimiter::direct(Quota::per_second(PER_SECOND).allow_burst(BURST)))
    }

    /// Waits until a call that costs this many units is allowed; none costs nothing.
    pub(crate) async fn wait(&self, units: u32) {
        if let Some(units) = NonZeroU32::new(units) {
            // No call costs more than a burst.
            _ = self.0.until_n_ready(units.min(BURST)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_in_ten_seconds_stay_within_the_quota_of_the_smallest_tenants() {
        assert!(BURST.get() + 10 * PER_SECOND.get() <= 3_500);
    }
}
