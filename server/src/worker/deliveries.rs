//! Delivers the outbox: one loop for both destinations. The store says what is due and when it is retried.

mod email;
mod webhook;

use std::{sync::Arc, time::Duration};

use store::{Delivery, DeliveryContent, Destinations, Outcome, Store, StoreError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::{Background, Loop, Next};

pub use email::{MailError, Mailer, RenderedEmail, render};
pub use webhook::WebhookClient;

const DELIVERIES: Loop = Loop { name: "deliveries", period: Duration::from_secs(1) };
/// Webhook receivers that are waited for at once.
const WEBHOOKS: usize = 16;
/// One e-mail at a time, so as not to overload a slow mail server.
const EMAILS: usize = 1;

/// Sends what is due to webhooks and, with a mail server, to e-mail addresses.
#[derive(Clone, Debug)]
pub struct Deliveries {
    store: Store,
    owner: String,
    webhooks: WebhookClient,
    mailer: Option<Mailer>,
    permits: Permits,
}

#[derive(Clone, Debug)]
struct Permits {
    webhooks: Arc<Semaphore>,
    emails: Arc<Semaphore>,
    freed: Arc<Notify>,
}

impl Deliveries {
    /// `owner` names this process in leases. Without `mailer` e-mails wait.
    #[must_use]
    pub fn new(store: Store, owner: String, webhooks: WebhookClient, mailer: Option<Mailer>) -> Self {
        let permits = Permits {
            webhooks: Arc::new(Semaphore::new(WEBHOOKS)),
            emails: Arc::new(Semaphore::new(EMAILS)),
            freed: Arc::default(),
        };
        Self { store, owner, webhooks, mailer, permits }
    }

    /// Starts the loop. After a shutdown, deliveries under way are finished; the rest is delivered by the next process.
    pub fn spawn(self, background: &Background) {
        let (signal, freed) = (Arc::clone(&self.store.deliveries), Arc::clone(&self.permits.freed));
        let wake = move || {
            let (signal, freed) = (Arc::clone(&signal), Arc::clone(&freed));
            async move {
                tokio::select! {
                    () = signal.notified() => {}
                    () = freed.notified() => {}
                }
            }
        };
        let claimed = background.clone();
        background.spawn(DELIVERIES, wake, move || {
            let (this, background) = (self.clone(), claimed.clone());
            async move { this.claim(&background).await.map_err(Into::into) }
        });
    }

    /// Claims one delivery and sends it beside the loop.
    async fn claim(self, background: &Background) -> Result<Next, StoreError> {
        let webhook = Arc::clone(&self.permits.webhooks).try_acquire_owned().ok();
        let email = match self.mailer {
            Some(_) => Arc::clone(&self.permits.emails).try_acquire_owned().ok(),
            None => None,
        };
        let accept = Destinations { webhooks: webhook.is_some(), email: email.is_some() };
        let Some(delivery) = self.store.next_delivery(&self.owner, accept).await? else {
            return Ok(Next::Wait);
        };
        let permit = match delivery.content {
            DeliveryContent::Webhook(_) => webhook,
            DeliveryContent::Email(_) => email,
        };
        background.spawn_claimed(DELIVERIES.name, async move { self.deliver(&delivery, permit).await });
        Ok(Next::Again)
    }

    async fn deliver(&self, delivery: &Delivery, permit: Option<OwnedSemaphorePermit>) {
        let outcome = self.send(&delivery.content).await;
        if let Outcome::Failed { answer, .. } = &outcome {
            tracing::info!(delivery = %delivery.id(), answer, "a notification was not delivered");
        }
        match self.store.settle_delivery(delivery, &outcome).await {
            Ok(()) => {}
            Err(StoreError::Fenced) => {
                tracing::info!(delivery = %delivery.id(), "the lease was lost: another process has taken over, or the destination was removed");
            }
            Err(error) => {
                tracing::warn!(%error, delivery = %delivery.id(), "the outcome of a delivery cannot be written: it is repeated when the lease expires");
            }
        }
        drop(permit);
        self.permits.freed.notify_one();
    }

    async fn send(&self, content: &DeliveryContent) -> Outcome {
        match (content, &self.mailer) {
            (DeliveryContent::Webhook(message), _) => self.webhooks.send(message, self.store.now()).await,
            (DeliveryContent::Email(email), Some(mailer)) => mailer.send(email).await,
            (DeliveryContent::Email(_), None) => {
                Outcome::Failed { answer: "no mail server is configured".to_owned(), retry_after: None }
            }
        }
    }
}
