//! The only module that reads the machine's clock and randomness.
//!
//! All other modules take the time from a [`Clock`], which a test can move forward, and random bytes from
//! [`random_bytes`].

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rand::RngCore as _;
use time::OffsetDateTime;
use uuid::Uuid;

/// The machine's clock plus an offset that only [`Clock::advance`] changes.
///
/// Token lifetimes, the seven days of a delta link, and the propagation of consents follow this clock. Throttling and
/// latency follow real time, because clients wait for `Retry-After` in real time.
#[derive(Debug, Default)]
pub struct Clock {
    offset_seconds: AtomicI64,
}

impl Clock {
    /// Virtual time, as Unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        real_now() + self.offset_seconds.load(Ordering::Relaxed)
    }

    /// The offset from the machine's clock, in seconds.
    #[must_use]
    pub fn offset_seconds(&self) -> i64 {
        self.offset_seconds.load(Ordering::Relaxed)
    }

    /// Moves virtual time by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Returns to the machine's time.
    pub fn reset(&self) {
        self.offset_seconds.store(0, Ordering::Relaxed);
    }
}

/// The machine's time, as Unix seconds.
#[expect(clippy::disallowed_methods, reason = "the only access to the real clock")]
#[must_use]
pub fn real_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs().cast_signed())
}

/// The machine's time, as Unix seconds with fraction, for waits that are announced as a date.
#[expect(clippy::disallowed_methods, reason = "the only access to the real clock")]
#[must_use]
pub fn real_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |elapsed| elapsed.as_secs_f64())
}

/// A monotonic instant, for throttling windows.
#[must_use]
pub fn instant() -> Instant {
    Instant::now()
}

/// Random bytes, different on each call.
#[expect(clippy::disallowed_methods, reason = "the only source of randomness")]
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A random GUID, for request and trace ids.
#[must_use]
pub fn random_guid() -> Uuid {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid()
}

/// `2026-11-23T17:30:00Z`: Graph's dates.
#[must_use]
pub fn iso(unix_seconds: i64) -> String {
    written(unix_seconds, 'T')
}

/// `2026-11-23 17:30:00Z`: the sign-in service's dates.
#[must_use]
pub fn sts_date(unix_seconds: i64) -> String {
    written(unix_seconds, ' ')
}

/// Formats a date without a format description, for speed: a listing of 100,000 users holds as many dates.
fn written(unix_seconds: i64, between: char) -> String {
    let at = OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
}

/// Unpredictable text that is safe in a URL: codes, session cookies.
#[must_use]
pub fn random_text() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}
