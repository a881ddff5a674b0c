//! Time and randomness as parameters: tests pass their own, and clippy forbids all other sources.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ids::Millis, schedule::SPREAD_DIVISOR};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Unix time in milliseconds.
    fn now(&self) -> Millis;
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "only here is the system clock read")]
    fn now(&self) -> Millis {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| Millis::try_from(d.as_millis()).unwrap_or(Millis::MAX))
    }
}

/// The sources of time and randomness.
#[derive(Clone)]
pub struct Sources {
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sources")
    }
}

impl Sources {
    /// The system clock and the system's random numbers.
    #[must_use]
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock) }
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The current time as a date in UTC.
    #[must_use]
    pub fn date(&self) -> OffsetDateTime {
        // Out of range only for a clock that is ten thousand years off.
        OffsetDateTime::from_unix_timestamp(self.now() / 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// A new id; later ids sort after earlier ones.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "only here are ids generated")]
    pub fn id(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// The wait, extended at random by up to a quarter, so that retries of simultaneous failures do not coincide. Never
    /// shorter, because Microsoft may have requested the wait.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "only spreads waits")]
    pub fn spread(&self, wait: Millis) -> Millis {
        wait + wait * Millis::from(rand::random::<u8>()) / (256 * SPREAD_DIVISOR)
    }

    /// A secret of 256 bits, safe in an address.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// Random bytes for secrets.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "only here are secrets generated")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        std::array::from_fn(|_| rand::random())
    }
}

/// The form in which a token is stored: SHA-256, in hexadecimal.
#[must_use]
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
