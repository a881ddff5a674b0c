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

    /// Whether a request to `target` that was read at this moment, at most `slack` later than usual, was too early.
    pub(crate) fn is_early(&self, target: Target, read: Instant, slack: Duration) -> bool {
        self.windows.iter().any(|it| it.target == target && it.from + slack < read && read < it.until)
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
        let read = |millis| sent + Duration::from_millis(millis);
        let early = |target, millis| announced.is_early(target, read(millis), Duration::ZERO);
        assert!(!early(Target::Directory, 0));
        assert!(!early(Target::Directory, 90));
        assert!(early(Target::Directory, 150));
        assert!(early(Target::Directory, 1999));
        assert!(!early(Target::Directory, 2000));
        assert!(!early(Target::Mailboxes, 1000));
        // In a process that is late with everything.
        let late = |millis| announced.is_early(Target::Directory, read(millis), Duration::from_millis(300));
        assert!(!late(390) && late(410) && late(1999) && !late(2000));
    }
}
