//! Webhooks: where the news of a workspace is sent. The host makes them; news is written in the transaction that it is
//! about ([`outbox`]) and delivered afterwards, in order, at least once ([`delivery`]).

mod delivery;
mod outbox;

use domain::ids::{Millis, WebhookId, WebhookMessageId, WorkspaceId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;

use super::{
    Store, StoreError, Topic, WorkspaceCtx,
    db::{in_write, sql},
    entity::{webhook, webhook_message},
};

pub use delivery::{Delivery, Outcome};

/// As the specification writes secrets.
const PREFIX: &str = "whsec_";
/// For so long both secrets sign after a rotation.
const ROTATION: Millis = 24 * 60 * 60 * 1_000;
/// Enough for every system of a customer, and few enough that nobody makes them in a circle.
const MOST: u64 = 20;
/// Messages of one page.
const PAGE: u64 = 100;
/// Whoever is behind the host's interface.
const HOST: &str = "the host";

/// A webhook as the host sees it.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookView {
    pub id: WebhookId,
    pub url: String,
    /// All of them when empty.
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
    /// What the receiver answered last, in words.
    pub answer: Option<String>,
}

/// Where a secret is sealed for.
fn place(column: &str, id: WebhookId) -> String {
    format!("webhook.{column}/{id}")
}

impl Store {
    /// All of the workspace, the oldest first.
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
                .filter(webhook_message::Column::State.eq("pending"))
                .count(&self.db.read_in(ctx))
                .await?;
            views.push(view(row, waiting)?);
        }
        Ok(views)
    }

    /// A new one, at an address that was looked at already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such workspace; [`StoreError::TooMany`].
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
            super::entity::workspace::Entity::find_by_id(workspace.0)
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            let all = webhook::Entity::find()
                .filter(webhook::Column::WorkspaceId.eq(workspace.0))
                .count(tx)
                .await?;
            if all >= MOST {
                return Err(StoreError::TooMany { requested: 1, limit: 20 });
            }
            let row = webhook::ActiveModel {
                workspace_id: Set(workspace.0),
                id: Set(id.0),
                url: Set(url.to_owned()),
                topics: Set(names.join(" ")),
                secret: Set(self.keys.seal(&secret, &place("secret", id))),
                created_at: Set(self.now()),
                last_seq: Set(0),
                ..Default::default()
            }
            .insert(tx)
            .await?;
            Self::audit(tx, ctx, self.sources.id(), self.now(), "webhook.made", Some(url)).await?;
            Ok(row)
        })?;
        Ok(NewWebhook { webhook: view(row, 0)?, secret })
    }

    fn webhook_secret(&self) -> String {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        format!("{PREFIX}{}", STANDARD.encode(self.sources.bytes::<32>()))
    }

    /// Another secret. Both sign for a day, so that receivers have the time to change it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn rotate_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<String, StoreError> {
        let (ctx, secret) = (&WorkspaceCtx::new(workspace, HOST), self.webhook_secret());
        in_write!(self.db, ctx, |tx| {
            let row = Self::webhook_row(tx, ctx, id).await?;
            let old = self.keys.open(&row.secret, &place("secret", id))?;
            let (url, mut row) = (row.url.clone(), row.into_active_model());
            row.old_secret = Set(Some(
                self.keys.seal(secrecy::ExposeSecret::expose_secret(&old), &place("old_secret", id)),
            ));
            row.old_until = Set(Some(self.now() + ROTATION));
            row.secret = Set(self.keys.seal(&secret, &place("secret", id)));
            row.update(tx).await?;
            Self::audit(tx, ctx, self.sources.id(), self.now(), "webhook.secret_changed", Some(&url)).await
        })?;
        Ok(secret)
    }

    /// Takes it away, with what waits for it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<(), StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let row = Self::webhook_row(tx, ctx, id).await?;
            webhook_message::Entity::delete_many()
                .filter(webhook_message::Column::WorkspaceId.eq(workspace.0))
                .filter(webhook_message::Column::WebhookId.eq(id.0))
                .exec(tx)
                .await?;
            let url = row.url.clone();
            webhook::Entity::delete_by_id((workspace.0, id.0)).exec(tx).await?;
            Self::audit(tx, ctx, self.sources.id(), self.now(), "webhook.removed", Some(&url)).await
        })
    }

    /// Tries again from now on, beginning with what waits: after it was switched off, or because its receiver works
    /// again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn enable_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<(), StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let row = Self::webhook_row(tx, ctx, id).await?;
            let now = self.now();
            let text = "UPDATE webhook_message SET next_at = $3, first_tried_at = NULL, attempts = 0 \
                        WHERE workspace_id = $1 AND webhook_id = $2 AND state = 'pending'";
            let waiting =
                tx.execute_raw(sql(tx, text, [workspace.0.into(), id.0.into(), now.into()])).await?;
            let (url, mut row) = (row.url.clone(), row.into_active_model());
            row.disabled_at = Set(None);
            row.disabled_why = Set(None);
            row.failing_since = Set(None);
            row.next_at = Set((waiting.rows_affected() > 0).then_some(now));
            row.update(tx).await?;
            Self::audit(tx, ctx, self.sources.id(), now, "webhook.enabled", Some(&url)).await
        })?;
        self.post.notify_one();
        Ok(())
    }

    /// The newest messages, the newest first.
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

    /// The row, locked: news and deliveries write it as well.
    async fn webhook_row(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: WebhookId,
    ) -> Result<webhook::Model, StoreError> {
        let row = webhook::Entity::find_by_id((ctx.workspace.0, id.0)).lock_exclusive();
        row.one(tx).await?.ok_or(StoreError::NotFound)
    }
}

fn of(ctx: &WorkspaceCtx, id: WebhookId) -> sea_orm::Select<webhook_message::Entity> {
    webhook_message::Entity::find()
        .filter(webhook_message::Column::WorkspaceId.eq(ctx.workspace.0))
        .filter(webhook_message::Column::WebhookId.eq(id.0))
}

fn topics(text: &str) -> Result<Vec<Topic>, StoreError> {
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
