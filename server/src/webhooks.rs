//! Sends the news of workspaces to their webhooks, as [Standard Webhooks](https://www.standardwebhooks.com) has it:
//! signed, in order, at least once. What is sent, and when it is tried again, is the store's to say.

mod address;
mod post;

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::store::{Outcome, Store};

pub use address::{Refusal, Targets};
pub use post::Post;

/// How often is looked when nothing rings: another replica's news, and messages whose wait is over.
const LOOK: Duration = Duration::from_secs(1);
/// Receivers that are waited for at once.
const AT_ONCE: usize = 16;

/// Until the process stops; what is under way then is sent again by the next one.
pub async fn keep(store: Store, post: Post, shutdown: CancellationToken) {
    let (places, mut tasks) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = shutdown.cancelled() => break,
        };
        match store.next_delivery().await {
            Ok(Some(delivery)) => {
                let (store, post) = (store.clone(), post.clone());
                tasks.spawn(async move {
                    let _place = place;
                    let outcome = post.send(&delivery, store.now()).await;
                    if let Outcome::Failed { answer, .. } = &outcome {
                        tracing::info!(webhook.message = %delivery.message, answer, "a webhook did not take a message");
                    }
                    if let Err(error) = store.delivered(&delivery, &outcome).await {
                        tracing::warn!(%error, "cannot write what came of a webhook's message: it is sent again");
                    }
                    store.post.notify_one();
                });
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "cannot look for webhooks' messages; trying again"),
        }
        drop(place);
        while tasks.try_join_next().is_some() {}
        tokio::select! {
            () = store.post.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = shutdown.cancelled() => break,
        }
    }
    tasks.join_all().await;
}
