//! Signals between replicas by PostgreSQL's NOTIFY: which logs have grown, that there may be work, and where sessions
//! have ended.
//!
//! Only a hint. It is sent after the commit on a connection of its own, because NOTIFY inside a transaction takes a
//! lock that all commits of the database queue for. A lost signal is found by `poll` within two seconds.

use std::time::Duration;

use domain::ids::{DelegationId, WorkspaceId};
use sea_orm::sqlx::{self, PgPool, postgres::PgListener};
use store::{Pending, PendingSignals};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const CHANNEL: &str = "dwd_live";
/// A replica notifies at most this often; signals in between share a notification.
const MIN_INTERVAL: Duration = Duration::from_millis(100);
/// PostgreSQL takes less than 8,000 bytes; this many ids are 6,833.
const MAX_IDS: usize = 200;
/// Before the id of a workspace in which a session has ended.
const ENDED: char = '+';
const RECONNECT_AFTER: Duration = Duration::from_millis(500);

/// Sends the signals of this process to the other replicas until `stop`; signals up to then are still sent.
pub(super) async fn send(pool: &PgPool, pending: &Pending, replica: Uuid, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = pending.notified() => {}
            () = stop.cancelled() => {}
        }
        let signals = pending.take();
        if signals != PendingSignals::default() {
            let sent = sqlx::query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload")
                .bind(CHANNEL)
                .bind(payloads(replica, &signals))
                .execute(pool)
                .await;
            if let Err(error) = sent {
                tracing::warn!(%error, "other replicas were not notified; they find out by polling");
            }
        }
        if stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = sleep(MIN_INTERVAL) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Listens to the other replicas, without end. After every reconnect anything may have been missed.
pub(super) async fn listen(pool: &PgPool, received: &Pending, replica: Uuid, missed: impl Fn()) {
    loop {
        if let Err(error) = listen_once(pool, received, replica, &missed).await {
            tracing::warn!(%error, "not listening to other replicas; reconnecting");
        }
        sleep(RECONNECT_AFTER).await;
    }
}

async fn listen_once(
    pool: &PgPool,
    received: &Pending,
    replica: Uuid,
    missed: &impl Fn(),
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    missed();
    loop {
        match listener.try_recv().await? {
            Some(notification) => {
                if let Some(signals) = parse(replica, notification.payload()) {
                    received.add(|all| {
                        all.delegations.extend(signals.delegations);
                        all.work |= signals.work;
                        all.ended.extend(signals.ended);
                    });
                }
            }
            None => missed(),
        }
    }
}

/// The sending replica, then `work`, ids of delegations, and ids of workspaces after a `+`, separated by blanks.
fn payloads(replica: Uuid, signals: &PendingSignals) -> Vec<String> {
    let ids = signals.delegations.iter().map(|id| id.0.simple().to_string());
    let ended = signals.ended.iter().map(|id| format!("{ENDED}{}", id.0.simple()));
    let ids: Vec<String> = ids.chain(ended).collect();
    let mut payloads: Vec<String> =
        ids.chunks(MAX_IDS).map(|some| format!("{} {}", replica.simple(), some.join(" "))).collect();
    if signals.work {
        match payloads.first_mut() {
            Some(first) => first.push_str(" work"),
            None => payloads.push(format!("{} work", replica.simple())),
        }
    }
    payloads
}

/// `None` for a notification of this replica. Unknown words belong to a newer version and are skipped.
fn parse(replica: Uuid, payload: &str) -> Option<PendingSignals> {
    let mut words = payload.split(' ');
    if words.next().and_then(|sender| sender.parse().ok()) == Some(replica) {
        return None;
    }
    let mut signals = PendingSignals::default();
    for word in words {
        signals.work |= word == "work";
        signals.delegations.extend(word.parse().map(DelegationId));
        let ended = word.strip_prefix(ENDED).and_then(|id| id.parse().ok());
        signals.ended.extend(ended.map(WorkspaceId));
    }
    Some(signals)
}

#[cfg(test)]
mod tests;
