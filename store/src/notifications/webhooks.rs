//! Webhooks of a workspace, managed by the host: destinations of the outbox that receive every message in order, at
//! least once.

pub(crate) mod message;
mod message_state;

use domain::ids::{Millis, WebhookId, WebhookMessageId, WorkspaceId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::json;

use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError, Topic, WorkspaceCtx,
    db::{in_write, sql},
    entity::{webhook, webhook_message},
};

pub(in crate::notifications) use message_state::MessageState;

/// The prefix of secrets in the Standard Webhooks specification.
const PREFIX: &str = "whsec_";
/// How long both secrets sign after a rotation.
pub(crate) const ROTATION: Millis = 24 * 60 * 60 * 1_000;
/// Enough for all systems of a customer; the limit stops a program that creates webhooks in a loop.
const MAX_WEBHOOKS: u32 = 20;
/// Messages of one page.
const PAGE: u64 = 100;
/// The caller's name for requests through the host's interface.
const HOST: &str = "the host";

/// A webhook as the host sees it.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookView {
    pub id: WebhookId,
    pub url: String,
    /// All topics when empty.
    pub topics: Vec<Topic>,
    pub created_at: Millis,
    pub waiting: u64,
    pub failing_since: Option<Millis>,
    pub disabled_at: Option<Millis>,
    pub disabled_why: Option<String>,
}

/// A new webhook, with the secret that is shown once.
#[derive(Clone, Debug, Serialize)]
pub struct NewWebhook {
    #[serde(flatten)]
    pub webhook: WebhookView,
    pub secret: String,
}

/// A message as the host sees it.
#[derive(Clone, Debug, Serialize)]
pub struct MessageView {
    pub id: WebhookMessageId,
    pub seq: i64,
    pub topic: Topic,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    pub attempts: i32,
    pub created_at: Millis,
    pub next_at: Option<Millis>,
    pub settled_at: Option<Millis>,
    /// The receiver's last answer, in words.
    pub answer: Option<String>,
}

/// The place for which a webhook's secret is sealed.
fn sealed_for(column: &str, id: WebhookId) -> String {
    format!("webhook.{column}/{id}")
}

impl Store {
    /// All webhooks of the workspace, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn webhooks(&self, workspace: WorkspaceId) -> Result<Vec<WebhookView>, StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        let rows = webhook::Entity::find()
            .filter(webhook::Column::WorkspaceId.eq(workspace.0))
            .order_by_asc(webhook::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let waiting = of(ctx, WebhookId(row.id))
                .filter(webhook_message::Column::State.eq(MessageState::Pending.as_str()))
                .count(&self.db.read_in(ctx))
                .await?;
            views.push(view(row, waiting)?);
        }
        Ok(views)
    }

    /// Creates a webhook. The caller has validated the address.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such workspace; [`StoreError::LimitExceeded`].
    pub async fn new_webhook(
        &self,
        workspace: WorkspaceId,
        url: &str,
        topics: &[Topic],
    ) -> Result<NewWebhook, StoreError> {
        let (ctx, id) = (&WorkspaceCtx::new(workspace, HOST), WebhookId(self.sources.id()));
        let secret = self.webhook_secret();
        let names: Vec<&str> = topics.iter().map(|topic| topic.as_str()).collect();
        let row = in_write!(self.db, ctx, |tx| {
            crate::entity::workspace::Entity::find_by_id(workspace.0)
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            let all = webhook::Entity::find()
                .filter(webhook::Column::WorkspaceId.eq(workspace.0))
                .count(tx)
                .await?;
            if all >= u64::from(MAX_WEBHOOKS) {
                return Err(StoreError::LimitExceeded { requested: 1, limit: MAX_WEBHOOKS });
            }
            let row = webhook::ActiveModel {
                workspace_id: Set(workspace.0),
                id: Set(id.0),
                url: Set(url.to_owned()),
                topics: Set(names.join(" ")),
                secret: Set(self.keys.seal(&secret, &sealed_for("secret", id))),
                created_at: Set(self.now()),
                last_seq: Set(0),
                ..Default::default()
            }
            .insert(tx)
            .await?;
            Self::audit(tx, self.sources.id(), self.now(), "webhook.made", Some(url)).await?;
            Ok(row)
        })?;
        Ok(NewWebhook { webhook: view(row, 0)?, secret })
    }

    fn webhook_secret(&self) -> String {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        format!("{PREFIX}{}", STANDARD.encode(self.sources.bytes::<32>()))
    }

    /// Replaces the secret and returns the new one. Both sign for a day, so that receivers have time to change it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn rotate_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<String, StoreError> {
        let (ctx, secret) = (&WorkspaceCtx::new(workspace, HOST), self.webhook_secret());
        in_write!(self.db, ctx, |tx| {
            let row = Self::webhook_row(tx, id).await?;
            let old = self.keys.open(&row.secret, &sealed_for("secret", id))?;
            let (url, mut row) = (row.url.clone(), row.into_active_model());
            row.old_secret = Set(Some(
                self.keys.seal(secrecy::ExposeSecret::expose_secret(&old), &sealed_for("old_secret", id)),
            ));
            row.old_until = Set(Some(self.now() + ROTATION));
            row.secret = Set(self.keys.seal(&secret, &sealed_for("secret", id)));
            row.update(tx).await?;
            Self::audit(tx, self.sources.id(), self.now(), "webhook.secret_changed", Some(&url)).await
        })?;
        Ok(secret)
    }

    /// Removes a webhook, with its messages.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<(), StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let row = Self::webhook_row(tx, id).await?;
            webhook_message::Entity::delete_many()
                .filter(webhook_message::Column::WorkspaceId.eq(workspace.0))
                .filter(webhook_message::Column::WebhookId.eq(id.0))
                .exec(tx)
                .await?;
            let url = row.url.clone();
            webhook::Entity::delete_by_id((workspace.0, id.0)).exec(tx).await?;
            Self::audit(tx, self.sources.id(), self.now(), "webhook.removed", Some(&url)).await
        })
    }

    /// Switches a webhook on again, or retries at once because its receiver works again. Pending messages are sent
    /// first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn enable_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<(), StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let row = Self::webhook_row(tx, id).await?;
            let now = self.now();
            let text = format!(
                "UPDATE webhook_message SET next_at = $3, first_tried_at = NULL, attempts = 0 \
                 WHERE workspace_id = $1 AND webhook_id = $2 AND state = '{}'",
                MessageState::Pending
            );
            let waiting =
                tx.execute_raw(sql(tx, &text, [workspace.0.into(), id.0.into(), now.into()])).await?;
            let (url, mut row) = (row.url.clone(), row.into_active_model());
            row.disabled_at = Set(None);
            row.disabled_why = Set(None);
            row.failing_since = Set(None);
            row.next_at = Set((waiting.rows_affected() > 0).then_some(now));
            row.update(tx).await?;
            Self::audit(tx, self.sources.id(), now, "webhook.enabled", Some(&url)).await
        })?;
        self.deliveries.notify_one();
        Ok(())
    }

    /// The last 100 messages, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn webhook_messages(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
    ) -> Result<Vec<MessageView>, StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        let on = self.db.read_in(ctx);
        webhook::Entity::find_by_id((workspace.0, id.0)).one(&on).await?.ok_or(StoreError::NotFound)?;
        let rows = of(ctx, id).order_by_desc(webhook_message::Column::Seq).limit(PAGE).all(&on).await?;
        rows.into_iter().map(message_view).collect()
    }

    /// Queues a test message.
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
            let hook = Self::webhook_row(tx, id).await?;
            self.queue_message(tx, hook, Topic::Test, &json!({ "text": "It arrives." })).await
        })
    }

    /// Sends a message again under the same id, so that a receiver can recognise a duplicate.
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
            let hook = Self::webhook_row(tx, id).await?;
            let found = webhook_message::Entity::find_by_id((workspace.0, message.0)).one(tx).await?;
            let found = found.filter(|found| found.webhook_id == id.0).ok_or(StoreError::NotFound)?;
            let now = self.now();
            let mut found = found.into_active_model();
            found.state = Set(MessageState::Pending.as_str().to_owned());
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
        self.deliveries.notify_one();
        Ok(())
    }

    /// The row, locked: the outbox and deliveries write it as well.
    pub(super) async fn webhook_row(tx: &ScopedTx<'_>, id: WebhookId) -> Result<webhook::Model, StoreError> {
        let ctx = tx.ctx();
        let row = webhook::Entity::find_by_id((ctx.workspace.0, id.0)).lock_exclusive();
        row.one(tx).await?.ok_or(StoreError::NotFound)
    }
}

fn of(ctx: &WorkspaceCtx, id: WebhookId) -> sea_orm::Select<webhook_message::Entity> {
    webhook_message::Entity::find()
        .filter(webhook_message::Column::WorkspaceId.eq(ctx.workspace.0))
        .filter(webhook_message::Column::WebhookId.eq(id.0))
}

pub(super) fn topics(text: &str) -> Result<Vec<Topic>, StoreError> {
    text.split_whitespace().map(|topic| topic.parse().map_err(StoreError::corrupt)).collect()
}

fn view(row: webhook::Model, waiting: u64) -> Result<WebhookView, StoreError> {
    Ok(WebhookView {
        id: WebhookId(row.id),
        topics: topics(&row.topics)?,
        url: row.url,
        created_at: row.created_at,
        waiting,
        failing_since: row.failing_since,
        disabled_at: row.disabled_at,
        disabled_why: row.disabled_why,
    })
}

fn message_view(row: webhook_message::Model) -> Result<MessageView, StoreError> {
    Ok(MessageView {
        id: WebhookMessageId(row.id),
        seq: row.seq,
        topic: row.topic.parse().map_err(StoreError::corrupt)?,
        state: row.state,
        attempts: row.attempts,
        created_at: row.created_at,
        next_at: row.next_at,
        settled_at: row.settled_at,
        answer: row.answer,
    })
}
