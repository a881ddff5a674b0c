//! Deletes what is older than its retention: events (a stream that resumes from before them takes a snapshot), settled
//! webhook messages, alerts that were never sent, addresses that nobody confirmed, and the directories of removed organisations.

use std::{sync::Arc, time::Duration};

use domain::ids::Millis;

use super::{Background, Loop, Next};
use store::{Store, StoreError};

const RETENTION: Loop = Loop { name: "retention", period: Duration::from_secs(60 * 60) };
/// The retention of events, in milliseconds.
const EVENTS: Millis = 14 * 24 * 60 * 60 * 1_000;

/// Starts the loop: it runs at start, every hour, and when an organisation was removed. With several replicas, only
/// one of them deletes at a time.
pub fn spawn(background: &Background, store: &Store) {
    let (store, signal) = (store.clone(), Arc::clone(&store.retention));
    let wake = move || {
        let signal = Arc::clone(&signal);
        async move { signal.notified().await }
    };
    background.spawn(RETENTION, wake, move || {
        let store = store.clone();
        async move { run(&store).await.map(|()| Next::Wait).map_err(Into::into) }
    });
}

/// Every step is tried, also after another one has failed; the first failure is the answer.
async fn run(store: &Store) -> Result<(), StoreError> {
    let steps = [
        ("directories of removed organisations", store.purge_removed().await.map(|n| n as u64)),
        ("settled webhook messages", store.prune_messages().await),
        ("alerts that were never sent", store.prune_alerts().await),
        ("alert addresses that nobody confirmed", store.prune_unconfirmed().await),
        ("counts of requests", store.prune_rate_limits().await),
        ("old events", prune_events(store).await),
    ];
    let mut outcome = Ok(());
    for (what, deleted) in steps {
        match deleted {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "deleted {what}"),
            Err(error) => {
                tracing::warn!(%error, "{what} stay until the next sweep");
                outcome = outcome.and(Err(error));
            }
        }
    }
    outcome
}

/// Deletes events that are older than 14 days, in small transactions. Returns how many.
///
/// # Errors
/// [`StoreError::Database`]; what was deleted by then stays deleted.
pub async fn prune_events(store: &Store) -> Result<u64, StoreError> {
    let (before, mut last, mut deleted) = (store.now() - EVENTS, None, 0);
    loop {
        let delegations = store.delegations_after(last).await?;
        let Some(end) = delegations.last() else { return Ok(deleted) };
        last = Some(*end);
        for delegation in delegations {
            loop {
                match store.prune_events(delegation, before).await? {
                    Some(0) => break,
                    Some(some) => deleted += some,
                    // Another replica is at it.
                    None => return Ok(deleted),
                }
            }
        }
    }
}
