//! What is left to do in a run.

use std::collections::HashMap;

use domain::{ids::MailboxId, run::ItemState};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{Lease, Work, WorkItem};
use crate::store::{
    Store, StoreError, Watch,
    db::{in_write, sql},
    entity::{mailbox, run_item},
    events::Log,
};

impl Store {
    /// The next items that are due, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run is gone.
    pub async fn work(&self, lease: &Lease, limit: u64) -> Result<Work, StoreError> {
        if let Some(watch) = lease.watch {
            return self.watched(lease, watch, limit).await;
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
        let run = Self::run_row(on, &lease.ctx, lease.run).await?;
        let over = Self::overdrawn(on, lease, &Self::pools_in(on, &lease.ctx).await?).await?;
        let pause_requested = !run.cancel_requested && run.paused_by.is_some();
        let cursor = None;
        Ok(Work { items, next_retry, cancel_requested: run.cancel_requested, pause_requested, over, cursor })
    }

    /// The next mailboxes of a check that nobody asked for, in the order of their rows. It has no items: where it stands
    /// is all that is written of it.
    async fn watched(&self, lease: &Lease, watch: Watch, limit: u64) -> Result<Work, StoreError> {
        let on = self.db.read_in(&lease.ctx);
        let run = Self::run_row(&on, &lease.ctx, lease.run).await?;
        let after: i32 = run.cursor.as_deref().map_or(Ok(0), str::parse).map_err(StoreError::corrupt)?;
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(lease.ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(lease.delegation.0))
            .filter(mailbox::Column::RowNo.gt(after))
            .filter(mailbox::Column::RunId.is_null())
            .filter(watch.whom())
            .order_by_asc(mailbox::Column::RowNo)
            .limit(limit)
            .all(&on)
            .await?;
        let cursor = rows.last().map(|row| row.row_no.to_string());
        let items = rows.into_iter().map(|row| work_item(row, 0)).collect::<Result<_, _>>()?;
        Ok(Work {
            items,
            next_retry: None,
            cancel_requested: run.cancel_requested,
            pause_requested: false,
            over: None,
            cursor,
        })
    }

    /// Remembers how far such a check has come.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn advance(&self, lease: &Lease, cursor: &str) -> Result<(), StoreError> {
        in_write!(self.db, &lease.ctx, |tx| {
            let now = self.now();
            let _locked = Log::open(tx, &lease.ctx, lease.delegation, now).await?;
            self.fence(tx, lease, now).await?;
            Self::put_cursor(tx, lease, Some(cursor)).await
        })
    }

    /// Where a run without items stands: a process that takes it up goes on there.
    pub(in crate::store) async fn put_cursor(
        tx: &DatabaseTransaction,
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
