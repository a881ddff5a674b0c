//! Delivering: the oldest message first, one at a time for each webhook, again and again for a day, then the next one.
//! A webhook to which nothing came through for five days is switched off.

use domain::{
    cadence::{DAY, HOUR, MINUTE},
    ids::{Millis, WebhookId, WebhookMessageId, WorkspaceId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use secrecy::SecretString;

use super::{HOST, of, place};
use crate::store::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::{webhook, webhook_message},
};

/// The waits between tries, as the specification recommends them; together a day.
const WAITS: [Millis; 7] =
    [5 * 1_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 6 * HOUR, 10 * HOUR + 25 * MINUTE];
/// Without success for so long, it is switched off.
const HOPELESS: Millis = 5 * DAY;
/// For so long a process has it in hand: longer than a receiver may take.
const IN_HAND: Millis = MINUTE;
/// Messages are kept for so long, to look at and to send again.
const KEPT: Millis = 14 * DAY;
const CANDIDATES: u64 = 16;

/// A message to be sent, and by what it is signed.
#[derive(Debug)]
pub struct Delivery {
    workspace: WorkspaceId,
    webhook: WebhookId,
    pub message: WebhookMessageId,
    pub url: String,
    pub payload: String,
    /// The newest first; two of them during a rotation.
    pub secrets: Vec<SecretString>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// With the receiver's answer in words, and when it wants to be asked again, in milliseconds.
    Failed {
        answer: String,
        retry_after: Option<Millis>,
    },
    /// The receiver says that there is nothing any more (410): switched off at once.
    Gone,
}

impl Store {
    /// Takes the next message that is due, so that no other process sends it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`]; [`StoreError::Keys`] when its secret does not open.
    pub async fn next_delivery(&self) -> Result<Option<Delivery>, StoreError> {
        use webhook::Column as C;
        let now = self.now();
        let due = webhook::Entity::find()
            .filter(C::NextAt.lte(now))
            .filter(C::DisabledAt.is_null())
            .filter(C::BusyUntil.is_null().or(C::BusyUntil.lte(now)))
            .order_by_asc(C::NextAt)
            .limit(CANDIDATES)
            .all(self.db.read())
            .await?;
        for hook in due {
            if let Some(delivery) = self.take(&hook, now).await? {
                return Ok(Some(delivery));
            }
        }
        Ok(None)
    }

    async fn take(&self, hook: &webhook::Model, now: Millis) -> Result<Option<Delivery>, StoreError> {
        let (workspace, id) = (WorkspaceId(hook.workspace_id), WebhookId(hook.id));
        let ctx = &WorkspaceCtx::new(workspace, HOST);
        let message = in_write!(self.db, ctx, |tx| {
            let text = "UPDATE webhook SET busy_until = $3 WHERE workspace_id = $1 AND id = $2 \
                        AND disabled_at IS NULL AND (busy_until IS NULL OR busy_until <= $4) AND next_at <= $4";
            let values = [workspace.0.into(), id.0.into(), (now + IN_HAND).into(), now.into()];
            if tx.execute_raw(sql(tx, text, values)).await?.rows_affected() == 0 {
                return Ok(None);
            }
            let first = first_waiting(tx, ctx, id).await?;
            if first.is_none() {
                release(tx, ctx, id, None).await?;
            }
            Ok(first)
        })?;
        let Some(message) = message else { return Ok(None) };
        let mut secrets = vec![self.keys.open(&hook.secret, &place("secret", id))?];
        if let Some(old) =
            hook.old_secret.as_deref().filter(|_| hook.old_until.is_some_and(|until| until > now))
        {
            secrets.push(self.keys.open(old, &place("old_secret", id))?);
        }
        Ok(Some(Delivery {
            workspace,
            webhook: id,
            message: WebhookMessageId(message.id),
            url: hook.url.clone(),
            payload: message.payload,
            secrets,
        }))
    }

    /// Writes what came of a delivery, and when the next one is due.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn delivered(&self, delivery: &Delivery, outcome: &Outcome) -> Result<(), StoreError> {
        let (id, now) = (delivery.webhook, self.now());
        let ctx = &WorkspaceCtx::new(delivery.workspace, HOST);
        in_write!(self.db, ctx, |tx| {
            let key = (delivery.workspace.0, delivery.message.0);
            let Some(message) = webhook_message::Entity::find_by_id(key).one(tx).await? else {
                return Ok(());
            };
            let Ok(hook) = Self::webhook_row(tx, ctx, id).await else { return Ok(()) };
            let (attempts, first) = (message.attempts, message.first_tried_at.unwrap_or(now));
            let failing_since = hook.failing_since.unwrap_or(now);
            let url = hook.url.clone();
            let (mut message, mut hook) = (message.into_active_model(), hook.into_active_model());
            message.attempts = Set(attempts + 1);
            message.first_tried_at = Set(Some(first));
            let mut settle = |state: &str, answer: Option<String>| {
                message.state = Set(state.to_owned());
                message.settled_at = Set(Some(now));
                message.next_at = Set(None);
                message.answer = Set(answer);
            };
            let mut off = None;
            match outcome {
                Outcome::Delivered => {
                    settle("delivered", None);
                    hook.failing_since = Set(None);
                }
                Outcome::Gone => {
                    settle("failed", Some("410 Gone".to_owned()));
                    off = Some("its receiver answered that it is gone (410)");
                }
                Outcome::Failed { answer, retry_after } => {
                    hook.failing_since = Set(Some(failing_since));
                    let wait = usize::try_from(attempts).ok().and_then(|n| WAITS.get(n)).copied();
                    let wait =
                        wait.map(|wait| Ord::clamp(retry_after.unwrap_or(0), wait, Ord::max(wait, DAY)));
                    match wait.filter(|_| now - first < DAY) {
                        Some(wait) => {
                            message.next_at = Set(Some(now + wait));
                            message.answer = Set(Some(answer.clone()));
                        }
                        None => settle("failed", Some(answer.clone())),
                    }
                    if now - failing_since >= HOPELESS {
                        off = Some("nothing arrived for five days");
                    }
                }
            }
            message.update(tx).await?;
            if let Some(why) = off {
                hook.disabled_at = Set(Some(now));
                hook.disabled_why = Set(Some(why.to_owned()));
                Self::audit(tx, ctx, self.sources.id(), now, "webhook.disabled", Some(&url)).await?;
            }
            hook.update(tx).await?;
            let next = first_waiting(tx, ctx, id).await?.map(|next| next.next_at.unwrap_or(now));
            release(tx, ctx, id, next).await
        })
    }

    /// Forgets messages that are older than a fortnight. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn forget_messages(&self) -> Result<u64, StoreError> {
        let before = self.now() - KEPT;
        in_write!(self.db, |tx| {
            let gone = webhook_message::Entity::delete_many()
                .filter(webhook_message::Column::CreatedAt.lt(before))
                .filter(webhook_message::Column::State.ne("pending"))
                .exec(tx)
                .await?;
            Ok(gone.rows_affected)
        })
    }
}

/// The oldest message that waits: those behind it wait for it.
async fn first_waiting(
    tx: &DatabaseTransaction,
    ctx: &WorkspaceCtx,
    id: WebhookId,
) -> Result<Option<webhook_message::Model>, StoreError> {
    let waiting = of(ctx, id)
        .filter(webhook_message::Column::State.eq("pending"))
        .order_by_asc(webhook_message::Column::Seq);
    Ok(waiting.one(tx).await?)
}

async fn release(
    tx: &DatabaseTransaction,
    ctx: &WorkspaceCtx,
    id: WebhookId,
    next_at: Option<Millis>,
) -> Result<(), StoreError> {
    let text = "UPDATE webhook SET busy_until = NULL, next_at = $3 WHERE workspace_id = $1 AND id = $2";
    tx.execute_raw(sql(tx, text, [ctx.workspace.0.into(), id.0.into(), next_at.into()])).await?;
    Ok(())
}
