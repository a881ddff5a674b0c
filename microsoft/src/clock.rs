//! The time of day, for the dates of assertions and the expiry of credentials.

use std::{fmt, sync::Arc, time::SystemTime};

use time::OffsetDateTime;

/// A source of the time of day, in UTC. Waits and pauses do not use it: they use tokio's clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// The system clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the only place in this crate that reads the system clock")]
    pub fn system() -> Self {
        Self(Arc::new(|| OffsetDateTime::from(SystemTime::now())))
    }

    /// A clock that returns the time of `now`.
    #[must_use]
    pub fn of(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}
