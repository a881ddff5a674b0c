//! The waits that a tenant's answers announced, to detect calls that arrive too early.

use std::time::{Duration, Instant};

use super::throttle::Target;

/// Tolerance for answers and requests that are still in transit.
const ON_THE_WAY: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy)]
struct Window {
    target: Target,
    from: Instant,
    until: Instant,
}

/// The time windows in which clients should not call.
#[derive(Debug, Default)]
pub(crate) struct Announced {
    windows: Vec<Window>,
}

impl Announced {
    /// Records that an answer sent at `sent` announced a wait of `seconds` for `target`. Calls within the first 100 ms
    /// (or a quarter of a shorter wait) do not count: they may have been sent before the answer arrived.
    pub(crate) fn open(&mut self, target: Target, seconds: f64, sent: Instant) {
        let Ok(wait) = Duration::try_from_secs_f64(seconds) else { return };
        self.windows.retain(|window| window.until > sent);
        let from = sent + ON_THE_WAY.min(wait / 4);
        let until = sent + wait;
        // While a service throttles, each of thousands of answers announces a wait: a window within a known one is
        // not stored.
        let known = |it: &Window| it.target == target && it.from <= from && it.until >= until;
        if !self.windows.iter().any(known) {
            self.windows.retain(|it| it.target != target || it.from < from || it.until > until);
            self.windows.push(Window { target, from, until });
        }
    }

    /// Whether a request to `target` that arrived at this moment was too early.
    pub(crate) fn is_early(&self, target: Target, arrived: Instant) -> bool {
        self.windows.iter().any(|it| it.target == target && it.from < arrived && arrived < it.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::instant;

    #[test]
    fn only_calls_within_the_announced_wait_are_early() {
        let (mut announced, sent) = (Announced::default(), instant());
        announced.open(Target::Directory, 2.0, sent);
        let early = |target, millis| announced.is_early(target, sent + Duration::from_millis(millis));
        assert!(!announced.is_early(Target::Directory, sent));
        assert!(!early(Target::Directory, 90));
        assert!(early(Target::Directory, 150));
        assert!(early(Target::Directory, 1999));
        assert!(!early(Target::Directory, 2000));
        assert!(!early(Target::Mailboxes, 1000));
    }
}
