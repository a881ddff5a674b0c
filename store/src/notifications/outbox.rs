//! The outbox: a notification is written in the transaction of the change that it reports, so none is lost and none
//! reports a change that was rolled back. It goes to two destinations, webhooks and e-mail addresses.
//!
//! A webhook message contains no names and no addresses of people; receivers read them in the console.

use domain::{
    ids::{Millis, WebhookMessageId},
    schedule::{DAY, HOUR},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Topic,
    webhooks::{MessageState, topics},
};
use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError,
    entity::{alert, alert_address, webhook, webhook_message},
};

/// The topic of the e-mail that asks the owner of an address.
pub(super) const CONFIRM: &str = "confirm";

/// How long an alert may wait for others, so that one e-mail reports them all; `None` for a topic without e-mail.
fn email_delay(topic: Topic, data: &Value) -> Option<Millis> {
    match topic {
        Topic::OrganisationBroken
        | Topic::OrganisationRecovered
        | Topic::SlotsFull
        | Topic::CredentialExpiring => Some(0),
        Topic::SlotsLow => Some(HOUR),
        Topic::MailboxesAttention => Some(DAY),
        Topic::DirectoryChanged => (data["new"].as_u64() > Some(0)).then_some(7 * DAY),
        Topic::RunEnded | Topic::Test => None,
    }
}

/// When an alert that was queued at `created_at` is due.
pub(super) fn due(topic: &str, data: &Value, created_at: Millis) -> Millis {
    let delay = topic.parse().ok().and_then(|topic| email_delay(topic, data));
    created_at + delay.unwrap_or(0)
}

impl Store {
    /// Queues a notification for every destination that subscribes to its topic. Call it last in a transaction: other
    /// rows are locked before the destinations.
    pub(crate) async fn announce(
        &self,
        tx: &ScopedTx<'_>,
        topic: Topic,
        data: Value,
    ) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        let hooks = webhook::Entity::find()
            .filter(webhook::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(webhook::Column::Id)
            .lock_exclusive()
            .all(tx)
            .await?;
        for hook in hooks {
            let subscribed = topics(&hook.topics)?;
            if subscribed.is_empty() || subscribed.contains(&topic) {
                self.queue_message(tx, hook, topic, &data).await?;
            }
        }
        let Some(delay) = email_delay(topic, &data) else { return Ok(()) };
        let addresses = alert_address::Entity::find()
            .filter(alert_address::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(alert_address::Column::ConfirmedAt.is_not_null())
            .order_by_asc(alert_address::Column::Id)
            .lock_exclusive()
            .all(tx)
            .await?;
        for row in addresses {
            self.queue_alert(tx, row, topic.as_str(), data.to_string(), delay).await?;
        }
        Ok(())
    }

    pub(super) async fn queue_message(
        &self,
        tx: &ScopedTx<'_>,
        hook: webhook::Model,
        topic: Topic,
        data: &Value,
    ) -> Result<WebhookMessageId, StoreError> {
        let (id, now, seq) = (self.sources.id(), self.now(), hook.last_seq + 1);
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(now) * 1_000_000)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_default();
        let payload = json!({
            "type": topic, "timestamp": at, "sequence": seq, "workspace": hook.workspace_id, "data": data,
        });
        webhook_message::ActiveModel {
            workspace_id: Set(hook.workspace_id),
            id: Set(id),
            webhook_id: Set(hook.id),
            seq: Set(seq),
            topic: Set(topic.as_str().to_owned()),
            payload: Set(payload.to_string()),
            state: Set(MessageState::Pending.as_str().to_owned()),
            attempts: Set(0),
            created_at: Set(now),
            next_at: Set(Some(now)),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        // A new message waits until those before it are settled.
        let next_at = hook.next_at.unwrap_or(now);
        let mut hook = hook.into_active_model();
        hook.last_seq = Set(seq);
        hook.next_at = Set(Some(next_at));
        hook.update(tx).await?;
        self.deliveries.notify_one();
        Ok(WebhookMessageId(id))
    }

    pub(super) async fn queue_alert(
        &self,
        tx: &ScopedTx<'_>,
        row: alert_address::Model,
        topic: &str,
        data: String,
        delay: Millis,
    ) -> Result<(), StoreError> {
        let now = self.now();
        alert::ActiveModel {
            workspace_id: Set(row.workspace_id),
            id: Set(self.sources.id()),
            address_id: Set(row.id),
            topic: Set(topic.to_owned()),
            data: Set(data),
            created_at: Set(now),
        }
        .insert(tx)
        .await?;
        let next_at = match (row.next_at, row.failing_since) {
            // The mail server gets no mail until its wait is over.
            (Some(planned), Some(_)) => planned,
            (Some(planned), None) => planned.min(now + delay),
            (None, _) => now + delay,
        };
        let mut row = row.into_active_model();
        row.next_at = Set(Some(next_at));
        row.update(tx).await?;
        self.deliveries.notify_one();
        Ok(())
    }
}
