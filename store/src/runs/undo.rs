//! Undoes a disconnect before a process has begun it: every mailbox is as before.

use domain::{
    ids::{DelegationId, RunId},
    live::Change,
    run::{RunKind, RunState, RunView},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::cancel::cancel_pending;
use crate::row_security::ScopedTx;
use crate::{Runs, Store, StoreError, db::in_write, entity::mailbox, events::Log, mailboxes::list::row_view};

impl Runs<'_> {
    /// Undoes a disconnect: every mailbox of it is as before, and keeps its slot. Possible until a process begins the
    /// disconnect. Idempotent.
    ///
    /// # Errors
    /// [`StoreError::Disconnected`] when it is too late; [`StoreError::NotFound`] when the workspace has no such run,
    /// or the run is not a disconnect.
    pub async fn undo_run(self, id: RunId) -> Result<RunView, StoreError> {
        let ctx = self.ctx;
        let known = Store::run_row(&self.db.read_in(ctx), id).await?;
        if known.kind != RunKind::Disconnect.as_str() {
            return Err(StoreError::NotFound);
        }
        let (now, delegation) = (self.now(), DelegationId(known.delegation_id));
        let (head, view) = in_write!(self.db, ctx, |tx| {
            // Claiming holds the same lock: the run is undone or begun, never both.
            let mut log = Log::open(tx, delegation, now).await?;
            let row = Store::run_row(tx, id).await?;
            let before = Store::run_view(row.clone())?;
            if before.state == RunState::Cancelled && before.started_at.is_none() {
                return Ok((None, before));
            }
            if before.undo_until().is_none() {
                return Err(StoreError::Disconnected);
            }
            Store::release_mailboxes(tx, &mut log, id).await?;
            let cancelled = cancel_pending(tx, id, now).await?;
            let cancelled = i32::try_from(cancelled).unwrap_or(i32::MAX);
            let mut model = row.into_active_model();
            model.state = Set(RunState::Cancelled.as_str().to_owned());
            model.cancelled = Set(cancelled);
            model.waiting_until = Set(None);
            model.finished_at = Set(Some(now));
            let view = Store::run_view(model.update(tx).await?)?;
            log.push(&Change::Run(Box::new(view.clone())))?;
            Store::audit(tx, self.sources.id(), now, "run.undo", Some(&id.to_string())).await?;
            Ok((Some(log.close().await?), view))
        })?;
        if let Some(head) = head {
            self.signals.notify(delegation, head);
        }
        Ok(view)
    }
}

impl Store {
    /// Takes the mailboxes out of the run without another change: accepting a disconnect did not change state, reason
    /// or slot.
    async fn release_mailboxes(tx: &ScopedTx<'_>, log: &mut Log<'_>, run: RunId) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::RunId.eq(run.0))
            .order_by_asc(mailbox::Column::Id)
            .all(tx)
            .await?;
        for row in rows {
            let mut model = row.clone().into_active_model();
            model.run_id = Set(None);
            model.rev = Set(log.next().0);
            model.update(tx).await?;
            let mut after = row_view(row)?;
            after.busy = false;
            after.rev = log.next();
            log.push(&Change::Mailbox(Box::new(after)))?;
        }
        Ok(())
    }
}
