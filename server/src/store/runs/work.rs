//! What is left to do in a run.

use std::collections::HashMap;

use domain::{ids::MailboxId, run::ItemState};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Lease, Work, WorkItem};
use crate::store::{
    Store, StoreError,
    entity::{mailbox, run_item},
};

impl Store {
    /// The next items that are due, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run is gone.
    pub async fn work(&self, lease: &Lease, limit: u64) -> Result<Work, StoreError> {
        let (on, now) = (self.db.read_in(&lease.ctx), self.now());
        let on = &on;
        let pending = || {
            run_item::Entity::find()
                .filter(run_item::Column::WorkspaceId.eq(lease.ctx.workspace.0))
                .filter(run_item::Column::RunId.eq(lease.run.0))
                .filter(run_item::Column::State.eq(ItemState::Pending.as_str()))
        };
        let due = pending()
            .filter(run_item::Column::RetryAt.is_null().or(run_item::Column::RetryAt.lte(now)))
            .order_by_asc(run_item::Column::MailboxId)
            .limit(limit)
            .all(on)
            .await?;
        let mut mailboxes: HashMap<uuid::Uuid, mailbox::Model> = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(lease.ctx.workspace.0))
            .filter(mailbox::Column::Id.is_in(due.iter().map(|item| item.mailbox_id)))
            .all(on)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let mut items = Vec::with_capacity(due.len());
        for item in due {
            let Some(row) = mailboxes.remove(&item.mailbox_id) else { continue };
            items.push(WorkItem {
                mailbox: MailboxId(row.id),
                entra_id: row.entra_id,
                connection: row.connection.parse().map_err(StoreError::corrupt)?,
                licensed: row.licensed,
                on_premises: row.on_premises,
                licensed_at: row.licensed_at,
                attempt: u32::try_from(item.attempt).unwrap_or(0),
            });
        }
        let next_retry = match items.is_empty() {
            true => pending()
                .order_by_asc(run_item::Column::RetryAt)
                .one(on)
                .await?
                .and_then(|item| item.retry_at),
            false => None,
        };
        let run = Self::run_row(on, &lease.ctx, lease.run).await?;
        let over = Self::overdrawn(on, lease, &Self::pools_in(on, &lease.ctx).await?).await?;
        let pause_requested = !run.cancel_requested && run.paused_by.is_some();
        Ok(Work { items, next_retry, cancel_requested: run.cancel_requested, pause_requested, over })
    }
}
