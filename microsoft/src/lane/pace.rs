//! How fast a tenant's directory is asked, in Microsoft's resource units
//! ([limits](https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits)).

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// The smallest tenants are granted 3,500 units in 10 s; everything we ask of the directory costs one.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(300).expect("not zero");
const AT_ONCE: NonZeroU32 = NonZeroU32::new(500).expect("not zero");

/// A bucket of resource units. Staying below the quota is cheaper than being told about it: a throttled call
/// counts as well.
#[derive(Debug)]
pub(crate) struct Pace(DefaultDirectRateLimiter);

impl Pace {
    pub(crate) fn new() -> Self {
        Self(RateLimiter::direct(Quota::per_second(PER_SECOND).allow_burst(AT_ONCE)))
    }

    /// Waits until the directory may be asked once more.
    pub(crate) async fn wait(&self) {
        self.0.until_ready().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_seconds_never_ask_for_more_than_the_smallest_tenants_are_granted() {
        assert!(AT_ONCE.get() + 10 * PER_SECOND.get() <= 3_500);
    }
}
