//! Deliveries of the outbox: claimed by lease, sent by the server, settled with their outcome.

use super::content::{Delivery, DeliveryContent, Destinations, Outcome};
use crate::{Store, StoreError};

impl Store {
    /// Claims the next delivery that is due for `owner`, which names a process. No other process sends it until the
    /// lease expires: after 1 min for a webhook message, 2 min for an e-mail.
    ///
    /// # Errors
    /// [`StoreError::Database`]; [`StoreError::Keys`] when a webhook's secret does not open.
    pub async fn next_delivery(
        &self,
        owner: &str,
        accept: Destinations,
    ) -> Result<Option<Delivery>, StoreError> {
        if accept.webhooks
            && let Some(delivery) = self.next_message(owner).await?
        {
            return Ok(Some(delivery));
        }
        if accept.email
            && let Some(delivery) = self.next_email(owner).await?
        {
            return Ok(Some(delivery));
        }
        Ok(None)
    }

    /// Writes the outcome of a delivery, the time of the next one, and gives up the lease.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another process has taken the delivery over, or its destination was removed: then
    /// nothing is written. [`StoreError::Database`]: then the delivery is repeated when the lease expires.
    pub async fn settle_delivery(&self, delivery: &Delivery, outcome: &Outcome) -> Result<(), StoreError> {
        match &delivery.content {
            DeliveryContent::Webhook(message) => self.settle_message(&delivery.lease, message, outcome).await,
            DeliveryContent::Email(email) => self.settle_email(&delivery.lease, email, outcome).await,
        }
    }
}
