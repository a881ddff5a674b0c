//! Webhook messages: oldest first, one at a time for each webhook. A message is retried for a day, then the next one is
//! due. A webhook without a delivery for five days is switched off.

use domain::{
    ids::{Millis, WebhookId, WebhookMessageId, WorkspaceId},
    schedule::{DAY, MINUTE},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::{HOST, MessageState, of, sealed_for};
use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError, WorkspaceCtx,
    db::in_write,
    entity::{webhook, webhook_message},
    leases::{LeaseProof, WEBHOOKS},
    notifications::{
        content::{Delivery, DeliveryContent, Outcome, WebhookMessage},
        retry::{DISABLE_AFTER, Failed},
    },
};

/// Longer than the time limit of a receiver (15 s).
pub(crate) const LEASE: Millis = MINUTE;
/// Settled messages are kept this long, to be listed and replayed.
const RETENTION: Millis = 14 * DAY;
const CANDIDATES: u64 = 16;

impl Store {
    pub(in crate::notifications) async fn settle_message(
        &self,
        lease: &LeaseProof,
        sent: &WebhookMessage,
        outcome: &Outcome,
    ) -> Result<(), StoreError> {
        let (id, now) = (sent.webhook, self.now());
        let ctx = &WorkspaceCtx::new(sent.workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            WEBHOOKS.prove(tx, lease).await?;
            let hook = Self::webhook_row(tx, id).await?;
            let message = webhook_message::Entity::find_by_id((sent.workspace.0, sent.id.0)).one(tx).await?;
            let message = message.ok_or(StoreError::NotFound)?;
            let (attempts, first) = (message.attempts, message.first_tried_at.unwrap_or(now));
            let failing_since = hook.failing_since.unwrap_or(now);
            let url = hook.url.clone();
            let (mut message, mut hook) = (message.into_active_model(), hook.into_active_model());
            message.attempts = Set(attempts + 1);
            message.first_tried_at = Set(Some(first));
            let mut settle = |state: MessageState, answer: Option<String>| {
                message.state = Set(state.as_str().to_owned());
                message.settled_at = Set(Some(now));
                message.next_at = Set(None);
                message.answer = Set(answer);
            };
            let mut off = None;
            match outcome {
                Outcome::Delivered => {
                    settle(MessageState::Delivered, None);
                    hook.failing_since = Set(None);
                }
                Outcome::Gone => {
                    settle(MessageState::Failed, Some("410 Gone".to_owned()));
                    off = Some("its receiver answered that it is gone (410)");
                }
                Outcome::Failed { answer, retry_after } => {
                    hook.failing_since = Set(Some(failing_since));
                    let failed = Failed::Webhook { attempts, retry_after: *retry_after };
                    match failed.wait(now - first) {
                        Some(wait) => {
                            message.next_at = Set(Some(now + wait));
                            message.answer = Set(Some(answer.clone()));
                        }
                        None => settle(MessageState::Failed, Some(answer.clone())),
                    }
                    if now - failing_since >= DISABLE_AFTER {
                        off = Some("nothing arrived for five days");
                    }
                }
            }
            message.update(tx).await?;
            if let Some(why) = off {
                hook.disabled_at = Set(Some(now));
                hook.disabled_why = Set(Some(why.to_owned()));
                Self::audit(tx, self.sources.id(), now, "webhook.disabled", Some(&url)).await?;
            }
            let next = first_pending(tx, id).await?.map(|next| next.next_at.unwrap_or(now));
            hook.next_at = Set(next);
            hook.update(tx).await?;
            WEBHOOKS.release(tx, lease).await
        })
    }
}

impl Store {
    pub(in crate::notifications) async fn next_message(
        &self,
        owner: &str,
    ) -> Result<Option<Delivery>, StoreError> {
        use webhook::Column as C;
        let now = self.now();
        let due = webhook::Entity::find()
            .filter(C::NextAt.lte(now))
            .filter(C::DisabledAt.is_null())
            .filter(C::LeaseUntil.is_null().or(C::LeaseUntil.lte(now)))
            .order_by_asc(C::NextAt)
            .limit(CANDIDATES)
            .all(self.db.read())
            .await?;
        for hook in due {
            if let Some(delivery) = self.claim_message(&hook, owner, now).await? {
                return Ok(Some(delivery));
            }
        }
        Ok(None)
    }

    async fn claim_message(
        &self,
        hook: &webhook::Model,
        owner: &str,
        now: Millis,
    ) -> Result<Option<Delivery>, StoreError> {
        let (workspace, id) = (WorkspaceId(hook.workspace_id), WebhookId(hook.id));
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        let claimed = in_write!(self.db, ctx, |tx| {
            let (key, due) = ((workspace.0, id.0), format!("disabled_at IS NULL AND next_at <= {now}"));
            let Some(lease) = WEBHOOKS.claim(tx, key, owner, (now, now + LEASE), &due).await? else {
                return Ok(None);
            };
            let first = first_pending(tx, id).await?;
            if first.is_none() {
                set_next(tx, key, None).await?;
                WEBHOOKS.release(tx, &lease).await?;
            }
            Ok(first.map(|first| (lease, first)))
        })?;
        let Some((lease, message)) = claimed else { return Ok(None) };
        let mut secrets = vec![self.keys.open(&hook.secret, &sealed_for("secret", id))?];
        if let Some(old) =
            hook.old_secret.as_deref().filter(|_| hook.old_until.is_some_and(|until| until > now))
        {
            secrets.push(self.keys.open(old, &sealed_for("old_secret", id))?);
        }
        let message = WebhookMessage {
            workspace,
            webhook: id,
            id: WebhookMessageId(message.id),
            url: hook.url.clone(),
            payload: message.payload,
            secrets,
        };
        Ok(Some(Delivery { content: DeliveryContent::Webhook(message), lease }))
    }

    /// Deletes settled messages that are older than two weeks. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn prune_messages(&self) -> Result<u64, StoreError> {
        let before = self.now() - RETENTION;
        in_write!(self.db, |tx| {
            let gone = webhook_message::Entity::delete_many()
                .filter(webhook_message::Column::CreatedAt.lt(before))
                .filter(webhook_message::Column::State.ne(MessageState::Pending.as_str()))
                .exec(tx)
                .await?;
            Ok(gone.rows_affected)
        })
    }
}

/// The oldest pending message: the later ones wait for it.
async fn first_pending(
    tx: &ScopedTx<'_>,
    id: WebhookId,
) -> Result<Option<webhook_message::Model>, StoreError> {
    let ctx = tx.ctx();
    let pending = of(ctx, id)
        .filter(webhook_message::Column::State.eq(MessageState::Pending.as_str()))
        .order_by_asc(webhook_message::Column::Seq);
    Ok(pending.one(tx).await?)
}

async fn set_next(
    tx: &ScopedTx<'_>,
    (workspace, id): (uuid::Uuid, uuid::Uuid),
    next_at: Option<Millis>,
) -> Result<(), StoreError> {
    let row = webhook::ActiveModel {
        workspace_id: Set(workspace),
        id: Set(id),
        next_at: Set(next_at),
        ..Default::default()
    };
    webhook::Entity::update(row).exec(tx).await?;
    Ok(())
}
