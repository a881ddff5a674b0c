//! Time windows (real time) in which a tenant answers 429.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// The requests that a throttle affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Calls into Exchange: `mailFolders`, `mailboxSettings`.
    Mailboxes,
    /// Calls into the directory: `users`, `users/delta`, `organization`.
    Directory,
    /// The token endpoint, which answers with plain text.
    Token,
    /// Mailboxes and directory.
    All,
}

impl Target {
    fn covers(self, request: Self) -> bool {
        self == request || (self == Self::All && request != Self::Token)
    }
}

#[derive(Debug, Clone, Copy)]
struct Throttle {
    target: Target,
    until: Instant,
    retry_after: Option<f64>,
}

/// The throttles of one tenant.
#[derive(Debug, Default)]
pub(crate) struct Throttles {
    active: Vec<Throttle>,
}

impl Throttles {
    /// Throttles `target` for `seconds` from `now`; zero ends the throttle. Without `retry_after`, answers contain the
    /// remaining seconds.
    pub(crate) fn set(&mut self, target: Target, seconds: f64, retry_after: Option<f64>, now: Instant) {
        self.active.retain(|throttle| throttle.target != target && target != Target::All);
        if seconds > 0.0 {
            let until = now + Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(3600));
            self.active.push(Throttle { target, until, retry_after });
        }
    }

    /// The `Retry-After` for such a request, if it is throttled.
    pub(crate) fn retry_after(&self, request: Target, now: Instant) -> Option<f64> {
        let throttle = self.active.iter().find(|it| it.target.covers(request) && it.until > now)?;
        let remaining = throttle.until.duration_since(now).as_secs_f64().ceil();
        Some(throttle.retry_after.unwrap_or(remaining))
    }
}
