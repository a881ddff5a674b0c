//! Notifications of a workspace: written into the outbox in the transaction of the change that they report, delivered
//! to webhooks and e-mail addresses.

pub(crate) mod alerts;
mod content;
mod credential;
mod delivery;
mod outbox;
mod retry;
mod topic;
pub(crate) mod webhooks;

use domain::slots::Pool;
use serde_json::json;

use crate::row_security::ScopedTx;
use crate::{Store, StoreError};

pub use alerts::AlertRequest;
pub use content::{AlertEmail, Delivery, DeliveryContent, Destinations, Outcome, WebhookMessage};
pub use credential::ExpiringCredential;
pub use topic::Topic;
pub use webhooks::{MessageView, NewWebhook, WebhookView};

impl Store {
    /// Queues a notification for each pool of which 80 % or all slots are taken now and were not `before`.
    pub(crate) async fn announce_pools(&self, tx: &ScopedTx<'_>, before: &[Pool]) -> Result<(), StoreError> {
        let now = Self::pools_in(tx).await?;
        for (before, after) in before.iter().zip(&now) {
            let (Some(was), Some(is)) = (before.share(), after.share()) else { continue };
            let topic = match () {
                () if was < 100 && is >= 100 => Topic::SlotsFull,
                () if was < 80 && is >= 80 => Topic::SlotsLow,
                () => continue,
            };
            let data = json!({
                "plan_type_id": after.plan_type_id, "name": after.name, "limit": after.limit, "taken": after.taken(),
            });
            self.announce(tx, topic, data).await?;
        }
        Ok(())
    }
}
