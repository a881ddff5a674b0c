//! The open items of a run.

use std::collections::HashMap;

use domain::{ids::MailboxId, run::ItemState};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{ItemPage, WorkItem};
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{
    LeasedRun, ScheduledCheck, Store, StoreError,
    db::{in_write, sql},
    entity::{mailbox, run_item},
    events::Log,
};

impl LeasedRun<'_> {
    /// The next items that are due, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run is gone.
    pub async fn work(self, limit: u64) -> Result<ItemPage, StoreError> {
        let lease = self.lease;
        if let Some(check) = lease.scheduled {
            return self.scheduled_work(check, limit).await;
        }
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
            items.push(work_item(row, item.attempt)?);
        }
        let next_retry = match items.is_empty() {
            true => pending()
                .order_by_asc(run_item::Column::RetryAt)
                .one(on)
                .await?
                .and_then(|item| item.retry_at),
            false => None,
        };
        let run = Store::run_row(on, lease.run).await?;
        let over = Store::overdrawn(on, lease, &Store::pools_in(on).await?).await?;
        let pause_requested = !run.cancel_requested && run.paused_by.is_some();
        let cursor = None;
        Ok(ItemPage {
            items,
            next_retry,
            cancel_requested: run.cancel_requested,
            pause_requested,
            over,
            cursor,
        })
    }

    /// The next mailboxes of a scheduled check, in the order of their rows. It has no items: only its position is
    /// stored.
    async fn scheduled_work(self, check: ScheduledCheck, limit: u64) -> Result<ItemPage, StoreError> {
        let lease = self.lease;
        let on = self.db.read_in(&lease.ctx);
        let run = Store::run_row(&on, lease.run).await?;
        let after: i32 = run.cursor.as_deref().map_or(Ok(0), str::parse).map_err(StoreError::corrupt)?;
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(lease.ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(lease.delegation.0))
            .filter(mailbox::Column::RowNo.gt(after))
            .filter(mailbox::Column::RunId.is_null())
            .filter(check.mailboxes())
            .order_by_asc(mailbox::Column::RowNo)
            .limit(limit)
            .all(&on)
            .await?;
        let cursor = rows.last().map(|row| row.row_no.to_string());
        let items = rows.into_iter().map(|row| work_item(row, 0)).collect::<Result<_, _>>()?;
        Ok(ItemPage {
            items,
            next_retry: None,
            cancel_requested: run.cancel_requested,
            pause_requested: false,
            over: None,
            cursor,
        })
    }

    /// Stores the position of a scheduled check.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn advance(self, cursor: &str) -> Result<(), StoreError> {
        let lease = self.lease;
        in_write!(self.db, &lease.ctx, |tx| {
            let now = self.now();
            let _locked = Log::open(tx, lease.delegation, now).await?;
            self.fence(tx, lease, now).await?;
            Store::put_cursor(tx, lease, Some(cursor)).await
        })
    }
}

impl Store {
    /// Stores the position of a sync or a scheduled check: the next process that claims the run continues there.
    pub(crate) async fn put_cursor(
        tx: &ScopedTx<'_>,
        lease: &Lease,
        cursor: Option<&str>,
    ) -> Result<(), StoreError> {
        let text = "UPDATE run SET cursor = $3 WHERE workspace_id = $1 AND id = $2";
        let values = [lease.ctx.workspace.0.into(), lease.run.0.into(), cursor.map(str::to_owned).into()];
        tx.execute_raw(sql(tx, text, values)).await?;
        Ok(())
    }
}

fn work_item(row: mailbox::Model, attempt: i32) -> Result<WorkItem, StoreError> {
    Ok(WorkItem {
        mailbox: MailboxId(row.id),
        entra_id: row.entra_id,
        connection: row.connection.parse().map_err(StoreError::corrupt)?,
        licensed: row.licensed,
        on_premises: row.on_premises,
        licensed_at: row.licensed_at,
        attempt: u32::try_from(attempt).unwrap_or(0),
    })
}
