//! The tenant's gate: one pause for every call of a tenant.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// A gate that is closed until an instant by any answer that requests a pause. A longer pause replaces a shorter one,
/// never the other way round.
///
/// If each request waited separately instead, a thousand other calls would continue meanwhile, and each of them
/// counts against the tenant ([throttling](https://learn.microsoft.com/graph/throttling)).
#[derive(Debug)]
pub(crate) struct Gate {
    until: watch::Sender<Option<Instant>>,
}

impl Gate {
    pub(crate) fn open() -> Self {
        Self { until: watch::Sender::new(None) }
    }

    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        self.until.send_if_modified(|current| {
            let longer = current.is_none_or(|current| current < until);
            if longer {
                *current = Some(until);
            }
            longer
        });
    }

    /// The time until the gate opens; `None` when it is open.
    pub(crate) fn left(&self) -> Option<Duration> {
        let until = (*self.until.borrow())?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Waits until it is open. Fails at once, with the time left, if that would be after `deadline`.
    pub(crate) async fn pass(&self, deadline: Instant) -> Result<(), Duration> {
        while let Some(left) = self.left() {
            let until = Instant::now() + left;
            if until > deadline {
                return Err(left);
            }
            // Another answer may have closed it for longer meanwhile, hence the loop.
            sleep_until(until).await;
        }
        Ok(())
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Option<Instant>> {
        self.until.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_waits_until_the_end_of_a_prolonged_pause() {
        let (gate, start) = (Gate::open(), Instant::now());
        assert_eq!(gate.left(), None);
        gate.pause(seconds(10));
        gate.pause(seconds(2));
        let prolong = async {
            tokio::time::sleep(seconds(5)).await;
            gate.pause(seconds(20));
        };
        let (passed, ()) = tokio::join!(gate.pass(start + seconds(60)), prolong);
        assert_eq!(passed, Ok(()));
        assert_eq!(start.elapsed().as_secs(), 25);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_beyond_the_deadline_is_not_waited_for() {
        let (gate, start) = (Gate::open(), Instant::now());
        gate.pause(seconds(90));
        assert_eq!(gate.pass(start + seconds(60)).await, Err(seconds(90)));
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn watchers_are_notified_of_longer_pauses_only() {
        let gate = Gate::open();
        let mut watch = gate.watch();
        gate.pause(seconds(10));
        assert!(watch.has_changed().unwrap() && watch.borrow_and_update().is_some());
        gate.pause(seconds(1));
        assert!(!watch.has_changed().unwrap());
    }
}
