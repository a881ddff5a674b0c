//! The limit on calls in flight to one mailbox: Exchange refuses the fifth
//! ([limits](https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits)), whether the calls are ours
//! or not.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Half of the limit of Exchange: a deployment may have a second process.
const MAX_PER_MAILBOX: usize = 2;

/// Counts the calls in flight by mailbox; empty when there are none.
#[derive(Debug, Default)]
pub(crate) struct Mailboxes {
    in_flight: Mutex<HashMap<String, usize>>,
    released: Notify,
}

/// One permit for each of these mailboxes; released when dropped.
#[derive(Debug)]
pub(crate) struct MailboxPermits<'a> {
    mailboxes: &'a Mailboxes,
    ids: Vec<String>,
}

impl Mailboxes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Waits until each of these mailboxes has a free permit, then acquires all of them at once: two batches that
    /// acquired them one by one could deadlock.
    pub(crate) async fn acquire(&self, ids: Vec<String>) -> MailboxPermits<'_> {
        loop {
            let mut released = std::pin::pin!(self.released.notified());
            // Registered before the check, so that a release in between is not missed.
            released.as_mut().enable();
            if self.try_acquire(&ids) {
                return MailboxPermits { mailboxes: self, ids };
            }
            released.await;
        }
    }

    fn try_acquire(&self, ids: &[String]) -> bool {
        let mut in_flight = self.in_flight();
        let room = ids.iter().all(|id| in_flight.get(id).is_none_or(|calls| *calls < MAX_PER_MAILBOX));
        if room {
            for id in ids {
                *in_flight.entry(id.clone()).or_default() += 1;
            }
        }
        room
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MailboxPermits<'_> {
    fn drop(&mut self) {
        let mut in_flight = self.mailboxes.in_flight();
        for id in &self.ids {
            if let Some(calls) = in_flight.get_mut(id) {
                *calls -= 1;
                if *calls == 0 {
                    in_flight.remove(id);
                }
            }
        }
        drop(in_flight);
        self.mailboxes.released.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;

    use super::*;

    #[tokio::test]
    async fn a_third_call_to_a_mailbox_waits_for_one_to_end_and_holds_no_permit_meanwhile() {
        let mailboxes = Mailboxes::new();
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let first = mailboxes.acquire(ids(&["a", "b"])).await;
        let _second = mailboxes.acquire(ids(&["a"])).await;
        let mut third = Box::pin(mailboxes.acquire(ids(&["a", "c"])));
        assert!(poll!(&mut third).is_pending());
        let _others = (mailboxes.acquire(ids(&["c"])).await, mailboxes.acquire(ids(&["b"])).await);
        drop(first);
        assert!(poll!(&mut third).is_ready());
    }

    #[tokio::test]
    async fn mailboxes_without_calls_in_flight_are_removed() {
        let mailboxes = Mailboxes::new();
        drop(mailboxes.acquire(vec!["a".to_owned()]).await);
        assert!(mailboxes.in_flight().is_empty());
    }
}
