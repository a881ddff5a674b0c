//! Commands of users on a run: cancel, pause, resume. The worker of a leased run receives the command at its next
//! write; a run without a lease changes its state at once.

use domain::{
    ids::{DelegationId, Millis, RunId},
    live::Change,
    run::{RunKind, RunState, RunView},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

use crate::row_security::InWorkspace;
use crate::{Runs, Store, StoreError, db::in_write, entity::run, events::Log, leases::RUNS};

/// Whether a process works on the run. An expired lease belongs to a process that has died.
fn is_leased(row: &run::Model, now: Millis) -> bool {
    row.lease_until.is_some_and(|until| until > now)
}

impl Runs<'_> {
    /// Requests the cancellation of a run: open items are cancelled, and the run is finished. A disconnect that has not
    /// begun is undone. Idempotent.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn cancel_run(self, id: RunId) -> Result<RunView, StoreError> {
        let ctx = self.ctx;
        if Store::run_row(&self.db.read_in(ctx), id).await?.kind == RunKind::Disconnect.as_str() {
            match self.undo_run(id).await {
                Err(StoreError::Disconnected) => {}
                outcome => return outcome,
            }
        }
        self.command(id, "run.cancel", |row, now| {
            if row.cancel_requested {
                return None;
            }
            let idle = !is_leased(row, now);
            let mut model = row.clone().into_active_model();
            model.cancel_requested = Set(true);
            model.paused_by = Set(None);
            model.next_wake_at = Set(now);
            if idle {
                model.state = Set(RunState::Queued.as_str().to_owned());
                model.reason = Set(None);
                model.waiting_until = Set(None);
            }
            Some(model)
        })
        .await
    }

    /// Requests a pause of a run: it keeps its mailboxes and reservations, and no process continues it before
    /// [`resume_run`](Self::resume_run). A sync or a run that is being cancelled is not paused. Idempotent.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn pause_run(self, id: RunId) -> Result<RunView, StoreError> {
        let ctx = self.ctx;
        self.command(id, "run.pause", |row, now| {
            if row.cancel_requested || row.paused_by.is_some() || row.kind == RunKind::Sync.as_str() {
                return None;
            }
            let mut model = row.clone().into_active_model();
            model.paused_by = Set(Some(ctx.who.clone()));
            if !is_leased(row, now) {
                model.state = Set(RunState::Paused.as_str().to_owned());
                model.reason = Set(None);
                model.waiting_until = Set(None);
            }
            Some(model)
        })
        .await
    }

    /// Resumes a paused run at once, whether a user or a cause has paused it; a cause that persists pauses it again.
    /// Idempotent.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn resume_run(self, id: RunId) -> Result<RunView, StoreError> {
        self.command(id, "run.resume", |row, now| {
            let paused = row.state == RunState::Paused.as_str();
            if row.paused_by.is_none() && !paused {
                return None;
            }
            let mut model = row.clone().into_active_model();
            model.paused_by = Set(None);
            if paused {
                model.state = Set(RunState::Queued.as_str().to_owned());
                model.reason = Set(None);
                model.next_wake_at = Set(now);
            }
            Some(model)
        })
        .await
    }

    /// Changes a run that is not over, with its event and its entry in the audit log; `None` leaves it as it is.
    async fn command(
        self,
        id: RunId,
        what: &str,
        change: impl Fn(&run::Model, Millis) -> Option<run::ActiveModel>,
    ) -> Result<RunView, StoreError> {
        let ctx = self.ctx;
        let (now, delegation) =
            (self.now(), DelegationId(Store::run_row(&self.db.read_in(ctx), id).await?.delegation_id));
        let (head, view) = in_write!(self.db, ctx, |tx| {
            // Claiming, handing back and finishing hold the same lock, so the state read here stays valid.
            let mut log = Log::open(tx, delegation, now).await?;
            let row = Store::run_row(tx, id).await?;
            let changed = if row.finished_at.is_some() { None } else { change(&row, now) };
            let Some(model) = changed else {
                return Ok((None, Store::run_view(row)?));
            };
            if matches!(model.paused_by, Set(Some(_))) && !is_leased(&row, now) {
                // A stalled process that continues must not work on a paused run.
                RUNS.revoke(tx, (row.workspace_id, row.id)).await?;
            }
            let view = Store::run_view(model.update(tx).await?)?;
            log.push(&Change::Run(Box::new(view.clone())))?;
            Store::audit(tx, self.sources.id(), now, what, Some(&id.to_string())).await?;
            Ok((Some(log.close().await?), view))
        })?;
        if let Some(head) = head {
            self.signals.notify(delegation, head);
            self.work.notify_one();
        }
        Ok(view)
    }
}

impl Store {
    /// A run of the connection's workspace.
    pub(crate) async fn run_row(on: &impl InWorkspace, id: RunId) -> Result<run::Model, StoreError> {
        let ctx = on.ctx();
        let found = run::Entity::find_by_id((ctx.workspace.0, id.0)).one(on).await?;
        found.ok_or(StoreError::NotFound)
    }
}
