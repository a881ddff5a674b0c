//! News on its way out: written in the transaction that it is about, so none is lost and none is untrue. No names and no
//! addresses of people are in it: whoever may know them asks the console.

use domain::ids::{WebhookId, WebhookMessageId, WorkspaceId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{HOST, topics};
use crate::store::{
    Store, StoreError, Topic, WorkspaceCtx,
    db::in_write,
    entity::{webhook, webhook_message},
};

impl Store {
    /// Queues news for every webhook of the workspace that wants it.
    pub(in crate::store) async fn queue_for_webhooks(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        topic: Topic,
        data: &Value,
    ) -> Result<(), StoreError> {
        let hooks = webhook::Entity::find()
            .filter(webhook::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(webhook::Column::Id)
            .lock_exclusive()
            .all(tx)
            .await?;
        for hook in hooks {
            let wanted = topics(&hook.topics)?;
            if wanted.is_empty() || wanted.contains(&topic) {
                self.queue_message(tx, hook, topic, data).await?;
            }
        }
        Ok(())
    }

    async fn queue_message(
        &self,
        tx: &DatabaseTransaction,
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
            state: Set("pending".to_owned()),
            attempts: Set(0),
            created_at: Set(now),
            next_at: Set(Some(now)),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        // Behind those that wait it waits with them.
        let next_at = hook.next_at.unwrap_or(now);
        let mut hook = hook.into_active_model();
        hook.last_seq = Set(seq);
        hook.next_at = Set(Some(next_at));
        hook.update(tx).await?;
        self.post.notify_one();
        Ok(WebhookMessageId(id))
    }

    /// Sends something, to try whether it arrives.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn test_webhook(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
    ) -> Result<WebhookMessageId, StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let hook = Self::webhook_row(tx, ctx, id).await?;
            self.queue_message(tx, hook, Topic::Test, &json!({ "text": "It arrives." })).await
        })
    }

    /// Sends a message again: the same, under the same id, so that a receiver that has it already knows it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn replay(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
        message: WebhookMessageId,
    ) -> Result<(), StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let hook = Self::webhook_row(tx, ctx, id).await?;
            let found = webhook_message::Entity::find_by_id((workspace.0, message.0)).one(tx).await?;
            let found = found.filter(|found| found.webhook_id == id.0).ok_or(StoreError::NotFound)?;
            let now = self.now();
            let mut found = found.into_active_model();
            found.state = Set("pending".to_owned());
            found.attempts = Set(0);
            found.first_tried_at = Set(None);
            found.next_at = Set(Some(now));
            found.settled_at = Set(None);
            found.update(tx).await?;
            let mut hook = hook.into_active_model();
            hook.next_at = Set(Some(now));
            hook.update(tx).await?;
            Ok(())
        })?;
        self.post.notify_one();
        Ok(())
    }
}
