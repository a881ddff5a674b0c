//! Time and randomness, as parameters: tests pass their own, and clippy forbids every other way to get them.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{cadence::SPREAD, ids::Millis};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Unix time in milliseconds.
    fn now(&self) -> Millis;
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Millis {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| Millis::try_from(d.as_millis()).unwrap_or(Millis::MAX))
    }
}

/// Where time and randomness come from.
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
    /// The real ones.
    #[must_use]
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock) }
    }

    /// Another clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// What time it is, as a date in UTC.
    #[must_use]
    pub fn date(&self) -> OffsetDateTime {
        // Only a clock that is ten thousand years off is out of range.
        OffsetDateTime::from_unix_timestamp(self.now() / 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// A new id; later ids sort after earlier ones.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn id(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// This long or up to a quarter longer: what failed together does not come back together. Never shorter,
    /// because the shortest may be what Microsoft asked for.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "spreads waits and decides nothing")]
    pub fn spread(&self, wait: Millis) -> Millis {
        wait + wait * Millis::from(rand::random::<u8>()) / (256 * SPREAD)
    }

    /// A secret of 256 bits, safe in an address.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// Bytes that nobody can guess.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that makes secrets")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        std::array::from_fn(|_| rand::random())
    }
}

/// How a token is kept: SHA-256, in hexadecimal.
#[must_use]
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
