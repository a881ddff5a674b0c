//! The net below the bells: looks how far the logs go, whatever was rung or lost.

use std::time::Duration;

use domain::ids::DelegationId;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use super::rings::Rings;
use crate::store::Store;

/// A database that fails twice with this pause between is gone; once may be a hiccup.
const AGAIN: Duration = Duration::from_millis(500);
/// No answer is a failure as well: a pool goes on trying to connect for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Rings for delegations whose log has grown: those that other replicas have named, and every `poll` all that are
/// watched. When the database is gone, all streams end: their browsers say so and come again.
pub(super) async fn watch(store: &Store, named: &Rings, poll: Option<Duration>) {
    let every = poll.unwrap_or(Duration::from_secs(2));
    let mut tick = interval_at(Instant::now() + every, every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let looked = tokio::select! {
            () = named.rung() => {
                let heard = named.take();
                if heard.work {
                    store.hub.work_here();
                }
                look(store, |id| heard.moved.contains(&id)).await
            }
            _ = tick.tick(), if poll.is_some() => look(store, |_| true).await,
        };
        if looked {
            continue;
        }
        sleep(AGAIN).await;
        if !look(store, |_| true).await {
            tracing::warn!("the database does not answer; live streams end");
            store.hub.close_all();
        }
    }
}

/// Rings for those whose log has grown. Returns whether the database answered.
async fn look(store: &Store, wanted: impl Fn(DelegationId) -> bool) -> bool {
    let mut watched = store.hub.watched();
    watched.retain(|(_, id)| wanted(*id));
    match timeout(PATIENCE, store.heads(&watched)).await {
        Ok(Ok(heads)) => {
            for (delegation, head) in heads {
                store.hub.ring_here(delegation, head);
            }
            true
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "cannot look how far the logs go");
            false
        }
        Err(_) => false,
    }
}
