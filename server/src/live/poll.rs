//! Compares the heads of the logs with what this process knows, in case a signal was lost.

use std::time::Duration;

use domain::ids::DelegationId;
use store::{Pending, Store};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use super::Hub;

/// Two failures with this pause between them count as an outage; a single one does not.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// A database that does not answer within this time counts as failed: a pool tries to connect for longer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Signals delegations whose log has grown: those that other replicas have named, and every `poll` all that have a
/// reader. When the database is unavailable, all streams end: the browsers show it and reconnect.
pub(super) async fn run(store: &Store, hub: &Hub, received: &Pending, poll: Option<Duration>) {
    let every = poll.unwrap_or(Duration::from_secs(2));
    let mut tick = interval_at(Instant::now() + every, every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let answered = tokio::select! {
            () = received.notified() => {
                let signals = received.take();
                if signals.work {
                    store.signals.notify_work_local();
                }
                for workspace in signals.ended {
                    store.signals.sessions_ended_local(workspace);
                }
                compare(store, |id| signals.delegations.contains(&id)).await
            }
            _ = tick.tick(), if poll.is_some() => compare(store, |_| true).await,
        };
        if answered {
            continue;
        }
        sleep(RETRY_AFTER).await;
        if !compare(store, |_| true).await {
            tracing::warn!("the database does not answer; live streams end");
            hub.close_all(store);
        }
    }
}

/// Signals those whose log has grown. Returns whether the database answered.
async fn compare(store: &Store, wanted: impl Fn(DelegationId) -> bool) -> bool {
    let mut watched = store.signals.watched();
    watched.retain(|(_, id)| wanted(*id));
    match timeout(TIMEOUT, store.heads(&watched)).await {
        Ok(Ok(heads)) => {
            for (delegation, head) in heads {
                store.signals.notify_local(delegation, head);
            }
            true
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "cannot read the heads of the logs");
            false
        }
        Err(_) => false,
    }
}
