//! The buckets of the rate limits; `http` decides which request counts for which.
//!
//! A process counts for itself. What protects secrets (sign-ins, launches, the host's key) is counted in the database
//! too when several processes share one, so that more processes do not mean more guesses.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// How long a network with too many wrong keys is not answered.
const BARRED: Duration = Duration::from_secs(60);

/// A number of requests a minute, for each key: all of them at once if need be.
#[derive(Debug)]
pub(crate) struct Bucket {
    /// Its name in the database; `None` when each process counts alone.
    pub(crate) shared: Option<&'static str>,
    pub(crate) a_minute: u32,
    pub(crate) limiter: DefaultKeyedRateLimiter<String>,
}

/// The buckets of one process.
#[derive(Debug)]
pub struct RateLimits {
    pub(crate) sign_ins: Bucket,
    pub(crate) launches: Bucket,
    /// Requests with a wrong key of the host.
    pub(crate) wrong_keys: Bucket,
    pub(crate) changes: Bucket,
    pub(crate) streams: Bucket,
    pub(crate) downloads: Bucket,
    /// Networks that have sent too many wrong keys, and until when they are not answered.
    barred: Mutex<HashMap<String, Instant>>,
}

impl RateLimits {
    /// Every bucket is `factor` times as large: for tests and for hosts behind one address.
    #[must_use]
    pub fn new(factor: u16) -> Self {
        let bucket = |shared, times: u32| {
            let a_minute = times.saturating_mul(u32::from(factor.max(1)));
            let quota = Quota::per_minute(NonZeroU32::new(a_minute).unwrap_or(NonZeroU32::MIN));
            Bucket { shared, a_minute, limiter: RateLimiter::keyed(quota) }
        };
        Self {
            sign_ins: bucket(Some("sign_in"), 20),
            launches: bucket(Some("launch"), 60),
            wrong_keys: bucket(Some("wrong_key"), 20),
            changes: bucket(None, 600),
            streams: bucket(None, 30),
            downloads: bucket(None, 30),
            barred: Mutex::default(),
        }
    }

    /// Does not answer a network for a minute.
    pub(crate) fn bar(&self, network: &str) {
        let mut barred = self.barred.lock().unwrap_or_else(PoisonError::into_inner);
        barred.retain(|_, until| *until > Instant::now());
        barred.insert(network.to_owned(), Instant::now() + BARRED);
    }

    pub(crate) fn is_barred(&self, network: &str) -> bool {
        let barred = self.barred.lock().unwrap_or_else(PoisonError::into_inner);
        barred.get(network).is_some_and(|until| *until > Instant::now())
    }
}

/// The key that an address counts for: an IPv6 network of 64 bits belongs to one customer of a provider.
#[must_use]
pub fn network_of(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(ip) => ip.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_64_bits_counts_as_one_address() {
        assert_eq!(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:2:ffff::9"));
        assert_ne!(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
        assert_eq!(network_of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network_of("192.0.2.7"), "192.0.2.7");
        assert_eq!(network_of(""), "");
    }
}
