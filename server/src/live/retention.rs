//! What is thrown away: old events (whoever resumes from before them takes a snapshot), and the directories of
//! organisations that were taken away.

use std::time::Duration;

use domain::ids::Millis;
use tokio::time::{MissedTickBehavior, interval};

use crate::store::{Store, StoreError};

const KEPT: Millis = 14 * 24 * 60 * 60 * 1_000;
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Sweeps at start, every hour and when something was removed, for ever. When several replicas are at it, one sweeps and the others leave it to
/// that one.
pub(super) async fn keep(store: &Store) {
    let mut hour = interval(EVERY);
    hour.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = hour.tick() => {}
            () = store.tidy.notified() => {}
        }
        match store.purge_removed().await {
            Ok(0) => {}
            Ok(organisations) => {
                tracing::info!(organisations, "forgot the directories of organisations that were removed")
            }
            Err(error) => tracing::warn!(%error, "a directory that is to be forgotten stays for now"),
        }
        match store.forget_messages().await {
            Ok(0) => {}
            Ok(messages) => tracing::info!(messages, "forgot old messages of webhooks"),
            Err(error) => tracing::warn!(%error, "old messages of webhooks stay for now"),
        }
        match store.forget_alerts().await {
            Ok(0) => {}
            Ok(alerts) => tracing::info!(alerts, "forgot alerts that could not be sent for a fortnight"),
            Err(error) => tracing::warn!(%error, "old alerts stay for now"),
        }
        match sweep(store).await {
            Ok(0) => {}
            Ok(events) => tracing::info!(events, "threw away old events"),
            Err(error) => tracing::warn!(%error, "old events stay for now"),
        }
    }
}

/// Throws away what is older than 14 days, in small transactions. Returns how many events went.
///
/// # Errors
/// [`StoreError::Database`]; what is gone by then is gone.
pub async fn sweep(store: &Store) -> Result<u64, StoreError> {
    let (before, mut last, mut gone) = (store.now() - KEPT, None, 0);
    loop {
        let delegations = store.delegations_after(last).await?;
        let Some(end) = delegations.last() else { return Ok(gone) };
        last = Some(*end);
        for delegation in delegations {
            loop {
                match store.forget_events(delegation, before).await? {
                    Some(0) => break,
                    Some(some) => gone += some,
                    None => return Ok(gone),
                }
            }
        }
    }
}
