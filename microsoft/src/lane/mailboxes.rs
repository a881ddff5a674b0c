//! How many calls to one mailbox may be in flight: Exchange refuses the fifth
//! ([limits](https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits)), ours or anybody's.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Half of what Exchange allows: a deployment may have a second process.
const AT_ONCE: usize = 2;

/// Counts the calls in flight by mailbox; empty when there are none.
#[derive(Debug, Default)]
pub(crate) struct Mailboxes {
    busy: Mutex<HashMap<String, usize>>,
    left: Notify,
}

/// Permission to call these mailboxes, once each.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    mailboxes: &'a Mailboxes,
    ids: Vec<String>,
}

impl Mailboxes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Waits until every one of these mailboxes has room, then takes a place in all of them at once: taking
    /// them one by one, two batches could wait for each other for ever.
    pub(crate) async fn enter(&self, ids: Vec<String>) -> Entered<'_> {
        loop {
            let mut left = std::pin::pin!(self.left.notified());
            // Before looking: whoever leaves in between wakes us.
            left.as_mut().enable();
            if self.try_enter(&ids) {
                return Entered { mailboxes: self, ids };
            }
            left.await;
        }
    }

    fn try_enter(&self, ids: &[String]) -> bool {
        let mut busy = self.busy();
        let room = ids.iter().all(|id| busy.get(id).is_none_or(|calls| *calls < AT_ONCE));
        if room {
            for id in ids {
                *busy.entry(id.clone()).or_default() += 1;
            }
        }
        room
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let mut busy = self.mailboxes.busy();
        for id in &self.ids {
            if let Some(calls) = busy.get_mut(id) {
                *calls -= 1;
                if *calls == 0 {
                    busy.remove(id);
                }
            }
        }
        drop(busy);
        self.mailboxes.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;

    use super::*;

    #[tokio::test]
    async fn a_third_call_to_a_mailbox_waits_for_one_to_end_and_holds_nothing_meanwhile() {
        let mailboxes = Mailboxes::new();
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let first = mailboxes.enter(ids(&["a", "b"])).await;
        let _second = mailboxes.enter(ids(&["a"])).await;
        let mut third = Box::pin(mailboxes.enter(ids(&["a", "c"])));
        assert!(poll!(&mut third).is_pending());
        let _others = (mailboxes.enter(ids(&["c"])).await, mailboxes.enter(ids(&["b"])).await);
        drop(first);
        assert!(poll!(&mut third).is_ready());
    }

    #[tokio::test]
    async fn nothing_is_remembered_of_calls_that_ended() {
        let mailboxes = Mailboxes::new();
        drop(mailboxes.enter(vec!["a".to_owned()]).await);
        assert!(mailboxes.busy().is_empty());
    }
}
