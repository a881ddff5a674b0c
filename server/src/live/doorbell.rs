//! Between replicas: PostgreSQL's NOTIFY says which delegations have moved and that there may be work.
//!
//! Only a hint. It is sent after the commit and from outside of it, because a NOTIFY inside a transaction takes a
//! lock that all commits of the server queue for; and whatever gets lost, the net finds within two seconds.

use std::{collections::HashSet, time::Duration};

use domain::ids::DelegationId;
use sea_orm::sqlx::{self, PgPool, postgres::PgListener};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::rings::{Heard, Rings};

const CHANNEL: &str = "dwd_live";
/// A replica rings at most this often; what happens in between shares a ring.
const PACE: Duration = Duration::from_millis(100);
/// PostgreSQL takes less than 8,000 bytes; this many ids are 6,633.
const IDS: usize = 200;
const RECONNECT: Duration = Duration::from_millis(500);

/// Passes on what has rung here, until it is told to stop; what rings up to then is still passed on.
pub(super) async fn send(pool: &PgPool, rings: &Rings, me: Uuid, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = rings.rung() => {}
            () = stop.cancelled() => {}
        }
        let heard = rings.take();
        if heard != Heard::default() {
            let sent = sqlx::query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload")
                .bind(CHANNEL)
                .bind(words(me, &heard))
                .execute(pool)
                .await;
            if let Err(error) = sent {
                tracing::warn!(%error, "other replicas were not told; they find out by themselves");
            }
        }
        if stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = sleep(PACE) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Listens to the other replicas, for ever. After every reconnect anything may have been missed.
pub(super) async fn listen(pool: &PgPool, named: &Rings, me: Uuid, missed: impl Fn()) {
    loop {
        if let Err(error) = listen_once(pool, named, me, &missed).await {
            tracing::warn!(%error, "not listening to other replicas; trying again");
        }
        sleep(RECONNECT).await;
    }
}

async fn listen_once(pool: &PgPool, named: &Rings, me: Uuid, missed: &impl Fn()) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    missed();
    loop {
        match listener.try_recv().await? {
            Some(notification) => {
                if let Some(heard) = read(me, notification.payload()) {
                    named.add(|all| {
                        all.moved.extend(heard.moved);
                        all.work |= heard.work;
                    });
                }
            }
            None => missed(),
        }
    }
}

/// Who says it, then `work` and ids, with blanks between.
fn words(me: Uuid, heard: &Heard) -> Vec<String> {
    let ids: Vec<String> = heard.moved.iter().map(|id| id.0.simple().to_string()).collect();
    let mut payloads: Vec<String> =
        ids.chunks(IDS).map(|some| format!("{} {}", me.simple(), some.join(" "))).collect();
    if heard.work {
        match payloads.first_mut() {
            Some(first) => first.push_str(" work"),
            None => payloads.push(format!("{} work", me.simple())),
        }
    }
    payloads
}

/// `None` for what this replica has said itself. Words that it does not know are a newer version's.
fn read(me: Uuid, payload: &str) -> Option<Heard> {
    let mut words = payload.split(' ');
    if words.next().and_then(|who| who.parse().ok()) == Some(me) {
        return None;
    }
    let (mut moved, mut work) = (HashSet::new(), false);
    for word in words {
        work |= word == "work";
        moved.extend(word.parse().map(DelegationId));
    }
    Some(Heard { moved, work })
}

#[cfg(test)]
mod tests;
