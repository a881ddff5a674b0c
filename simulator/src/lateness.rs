//! How late this process is with its own work. On a busy machine a request is read long after it was sent, and then says
//! nothing about its sender.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::entropy::instant;

/// How often the lateness is measured.
const EVERY: Duration = Duration::from_millis(20);
/// An answer is sent late, read late, and followed by a request that is read late.
const TIMES: u32 = 3;

/// The lateness of the last moments, which fades by half in about 0.7 s.
#[derive(Debug)]
struct Lateness {
    /// When the next measurement is due.
    due: Option<Instant>,
    held: Duration,
}

/// Of this process, whatever it simulates.
static LATENESS: Mutex<Lateness> = Mutex::new(Lateness { due: None, held: Duration::ZERO });

impl Lateness {
    fn record(&mut self, now: Instant) {
        self.held = self.overdue(now).max(self.held * 49 / 50);
        self.due = Some(now + EVERY);
    }

    fn overdue(&self, now: Instant) -> Duration {
        self.due.map_or(Duration::ZERO, |due| now.saturating_duration_since(due))
    }

    /// Includes the measurement that is overdue.
    fn at(&self, now: Instant) -> Duration {
        self.held.max(self.overdue(now))
    }
}

/// Measures for as long as it is polled.
pub(crate) async fn measure() {
    loop {
        tokio::time::sleep(EVERY).await;
        lock().record(instant());
    }
}

/// How much later than usual a request may be read that was sent in time.
pub(crate) fn slack() -> Duration {
    lock().at(instant()) * TIMES
}

fn lock() -> std::sync::MutexGuard<'static, Lateness> {
    LATENESS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_process_says_so_at_once_and_forgets_it() {
        let start = instant();
        let at = |millis| start + Duration::from_millis(millis);
        let mut lateness = Lateness { due: None, held: Duration::ZERO };
        assert_eq!(lateness.at(at(500)), Duration::ZERO);
        lateness.record(at(0));
        assert_eq!(lateness.at(at(20)), Duration::ZERO);
        assert_eq!(lateness.at(at(170)), Duration::from_millis(150));
        lateness.record(at(170));
        assert_eq!(lateness.at(at(180)), Duration::from_millis(150));
        for n in 1..=200 {
            lateness.record(at(170 + 20 * n));
        }
        assert!(lateness.at(at(4_170)) < Duration::from_millis(5));
    }
}
