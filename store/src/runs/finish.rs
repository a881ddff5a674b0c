//! Ends work on a run: parks it until later, hands it back, or finishes it.

use std::collections::HashMap;

use domain::{
    Reason,
    connection::{Connection, Hold},
    ids::Millis,
    live::Change,
    run::{ItemState, RunKind, RunState, RunView},
    slots::Pool,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{self, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    cancel::cancel_pending,
    transitions::{Answer, Transitions},
};
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{
    LeasedRun, Store, StoreError, Topic,
    db::{in_list, in_write, sql},
    entity::{mailbox, run, run_item},
    events::Log,
    leases::RUNS,
};

impl LeasedRun<'_> {
    /// Parks a run until `until` and releases the lease.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn park_run(
        self,
        state: RunState,
        reason: Option<Reason>,
        until: Millis,
    ) -> Result<(), StoreError> {
        self.end_lease(|row| {
            row.state = Set(state.as_str().to_owned());
            row.reason = Set(reason.map(|r| r.code().to_owned()));
            row.waiting_until = Set((state == RunState::Waiting).then_some(until));
            row.next_wake_at = Set(until);
            row.attempt = Set(row.attempt.as_ref().saturating_add(1));
        })
        .await
    }

    /// Shows that Microsoft has requested a wait, while the lease stays held.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn show_waiting(self, until: Millis) -> Result<(), StoreError> {
        let lease = self.lease;
        let (id, now) = (lease.delegation, self.now());
        let head = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, id, now).await?;
            self.fence(tx, lease, now).await?;
            let row = Store::run_row(tx, lease.run).await?;
            let mut model = row.into_active_model();
            model.state = Set(RunState::Waiting.as_str().to_owned());
            model.reason = Set(Some(Reason::Throttled.code().to_owned()));
            model.waiting_until = Set(Some(until));
            log.push(&Change::Run(Box::new(Store::run_view(model.update(tx).await?)?)))?;
            log.close().await
        })?;
        self.signals.notify(id, head);
        Ok(())
    }

    /// Releases a run, for the next process to continue; paused if a user has requested that.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn release(self) -> Result<(), StoreError> {
        let now = self.now();
        self.end_lease(|row| row.next_wake_at = Set(now)).await?;
        self.work.notify_one();
        Ok(())
    }

    /// Finishes a sync; `reason` is the reason of a failure.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn finish_sync_run(self, reason: Option<Reason>) -> Result<(), StoreError> {
        let now = self.now();
        let state = if reason.is_some() { RunState::Failed } else { RunState::Completed };
        self.end_lease(|row| {
            row.state = Set(state.as_str().to_owned());
            row.reason = Set(reason.map(|r| r.code().to_owned()));
            row.finished_at = Set(Some(now));
        })
        .await
    }

    /// Changes the run and releases the lease.
    async fn end_lease(self, change: impl Fn(&mut run::ActiveModel)) -> Result<(), StoreError> {
        let lease = self.lease;
        let (id, now) = (lease.delegation, self.now());
        let head = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, id, now).await?;
            self.fence(tx, lease, now).await?;
            let row = Store::run_row(tx, lease.run).await?;
            let paused = row.paused_by.is_some() && !row.cancel_requested;
            let mut model = row.into_active_model();
            change(&mut model);
            // A user's pause takes precedence over every other reason to wait.
            if paused && matches!(model.finished_at, ActiveValue::Unchanged(None)) {
                model.state = Set(RunState::Paused.as_str().to_owned());
                model.reason = Set(None);
                model.waiting_until = Set(None);
            }
            let view = Store::run_view(model.update(tx).await?)?;
            RUNS.release(tx, &lease.proof()).await?;
            if lease.kind == RunKind::Sync && view.state.is_over() {
                self.plan_sync(tx, id, view.state == RunState::Failed).await?;
            }
            log.push(&Change::Run(Box::new(view)))?;
            if lease.kind == RunKind::Sync {
                self.log_delegation(tx, id, log).await
            } else {
                log.close().await
            }
        })?;
        self.signals.notify(id, head);
        Ok(())
    }

    /// Finishes a run whose items are all settled; with `cancel`, open items are cancelled first. Returns `None` when
    /// items are still open.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn finish_run(self, cancel: bool) -> Result<Option<RunView>, StoreError> {
        let lease = self.lease;
        let (id, now) = (lease.delegation, self.now());
        let done = in_write!(self.db, &lease.ctx, |tx| {
            let mut pools = Store::lock_pools(tx).await?;
            let mut log = Log::open(tx, id, now).await?;
            self.fence(tx, lease, now).await?;
            if cancel {
                self.cancel_open_items(tx, lease, &mut log, &mut pools).await?;
            }
            let row = Store::run_row(tx, lease.run).await?;
            let settled = row.succeeded + row.failed + row.skipped + row.cancelled;
            if settled < row.total {
                return Ok(None);
            }
            let state = match (row.cancelled > 0 || (cancel && row.total == 0), row.failed > 0) {
                (true, _) => RunState::Cancelled,
                (false, true) => RunState::CompletedWithErrors,
                (false, false) => RunState::Completed,
            };
            let mut model = row.into_active_model();
            model.state = Set(state.as_str().to_owned());
            model.finished_at = Set(Some(now));
            let view = Store::run_view(model.update(tx).await?)?;
            RUNS.release(tx, &lease.proof()).await?;
            if lease.kind == RunKind::Sync {
                self.plan_sync(tx, id, false).await?;
            }
            log.push(&Change::Run(Box::new(view.clone())))?;
            let head = log.close().await?;
            self.announce_end(tx, lease, &view).await?;
            Ok(Some((head, view)))
        })?;
        Ok(done.map(|(head, view)| {
            self.signals.notify(id, head);
            view
        }))
    }

    /// Wakes runs of a delegation that wait for a tenant-wide cause, because it may have gone.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn wake_paused(self) -> Result<(), StoreError> {
        let lease = self.lease;
        let (ctx, delegation, now) = (&lease.ctx, lease.delegation, self.now());
        in_write!(self.db, &lease.ctx, |tx| {
            let _locked = Log::open(tx, delegation, now).await?;
            self.fence(tx, lease, now).await?;
            tx.execute_raw(sql(
                tx,
                &format!(
                    "UPDATE run SET next_wake_at = $3 WHERE workspace_id = $1 AND delegation_id = $2 \
                     AND state IN {} AND paused_by IS NULL AND finished_at IS NULL",
                    in_list([RunState::Paused.as_str(), RunState::Waiting.as_str()]),
                ),
                [ctx.workspace.0.into(), delegation.0.into(), now.into()],
            ))
            .await?;
            Ok(())
        })?;
        self.work.notify_one();
        Ok(())
    }
}

impl Store {
    /// Queues a notification about the end of a requested run, or about mailboxes that need attention after a scheduled
    /// check.
    async fn announce_end(&self, tx: &ScopedTx<'_>, lease: &Lease, view: &RunView) -> Result<(), StoreError> {
        if lease.scheduled.is_none() {
            let data = json!({
                "organisation": lease.delegation, "run": view.id, "kind": view.kind, "state": view.state,
                "counts": view.counts, "reason": view.reason,
            });
            return self.announce(tx, Topic::RunEnded, data).await;
        }
        // Unchanged mailboxes were not written, so these are new.
        let text = "SELECT reason, COUNT(*) AS n FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2 \
                    AND connection = $4 AND checked_at >= $3 GROUP BY reason";
        let values = [
            lease.ctx.workspace.0.into(),
            lease.delegation.0.into(),
            view.created_at.into(),
            Connection::NeedsAttention.as_str().into(),
        ];
        let (mut all, mut reasons) = (0, serde_json::Map::new());
        for row in tx.query_all_raw(sql(tx, text, values)).await? {
            let (reason, n): (Option<String>, i64) = (row.try_get("", "reason")?, row.try_get("", "n")?);
            all += n;
            reasons.insert(reason.unwrap_or_default(), n.into());
        }
        if all == 0 {
            return Ok(());
        }
        let data = json!({ "organisation": lease.delegation, "mailboxes": all, "reasons": reasons });
        self.announce(tx, Topic::MailboxesAttention, data).await
    }

    /// Cancels open items: their mailboxes return to their former states, and their slots are free.
    async fn cancel_open_items(
        &self,
        tx: &ScopedTx<'_>,
        lease: &Lease,
        log: &mut Log<'_>,
        pools: &mut [Pool],
    ) -> Result<(), StoreError> {
        use run_item::Column as C;
        type Found = (Uuid, Option<String>, Option<String>);
        let ctx = &lease.ctx;
        let cancelled = cancel_pending(tx, lease.run, self.now()).await?;
        let found: Vec<Found> = run_item::Entity::find()
            .select_only()
            .columns([C::MailboxId, C::FoundConnection, C::FoundReason])
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::RunId.eq(lease.run.0))
            .filter(C::State.eq(ItemState::Cancelled.as_str()))
            .into_tuple()
            .all(tx)
            .await?;
        let mut found: HashMap<Uuid, _> = found.into_iter().map(|(id, was, why)| (id, (was, why))).collect();
        let mut moves = Transitions::without_answers(self.now());
        moves.ledger.cancelled = i32::try_from(cancelled).unwrap_or(i32::MAX);
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::RunId.eq(lease.run.0))
            .order_by_asc(mailbox::Column::Id)
            .all(tx)
            .await?;
        for row in rows {
            let mut connection: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
            let mut reason = row.reason.clone();
            if connection.holds() == Hold::Reserved {
                let (was, why) = found.remove(&row.id).unwrap_or_default();
                connection = was.as_deref().unwrap_or("available").parse().map_err(StoreError::corrupt)?;
                reason = why;
            }
            let reason = reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?;
            moves.push(log, row, connection, reason, Answer::default())?;
        }
        moves.write(tx, lease, log, pools).await
    }
}
