//! What people ask of a run: to cancel it, to pause it, to go on. Whoever works on it hears of it at its next write;
//! a run that nobody works on is put into its new state at once.

use domain::{
    ids::{DelegationId, Millis, RunId},
    live::Change,
    run::{RunKind, RunState, RunView},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::store::{Store, StoreError, WorkspaceCtx, db::in_write, entity::run, events::Log};

/// Whether somebody works on it. A lease that ran out belongs to a process that died.
fn in_hand(row: &run::Model, now: Millis) -> bool {
    row.lease_until.is_some_and(|until| until >= now)
}

impl Store {
    /// Asks for a run to be cancelled: what was not done is given back, and it is finished. A disconnect that was
    /// not begun is undone. Idempotent.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn cancel_run(&self, ctx: &WorkspaceCtx, id: RunId) -> Result<RunView, StoreError> {
        if Self::run_row(&self.db.read_in(ctx), ctx, id).await?.kind == RunKind::Disconnect.as_str() {
            match self.undo_run(ctx, id).await {
                Err(StoreError::Disconnected) => {}
                outcome => return outcome,
            }
        }
        self.ask(ctx, id, "run.cancel", |row, now| {
            if row.cancel_requested {
                return None;
            }
            let idle = !in_hand(row, now);
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

    /// Asks for a run to be put aside: its mailboxes and reservations stay with it, and nobody takes it up before
    /// [`Store::resume_run`]. A sync is not paused, nor one that is being cancelled. Idempotent.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn pause_run(&self, ctx: &WorkspaceCtx, id: RunId) -> Result<RunView, StoreError> {
        self.ask(ctx, id, "run.pause", |row, now| {
            if row.cancel_requested || row.paused_by.is_some() || row.kind == RunKind::Sync.as_str() {
                return None;
            }
            let mut model = row.clone().into_active_model();
            model.paused_by = Set(Some(ctx.who.clone()));
            if !in_hand(row, now) {
                model.state = Set(RunState::Paused.as_str().to_owned());
                model.reason = Set(None);
                model.waiting_until = Set(None);
                // A process that only seems dead is fenced out.
                model.lease_owner = Set(None);
                model.lease_until = Set(None);
            }
            Some(model)
        })
        .await
    }

    /// Lets a paused run go on at once, whoever or whatever paused it: a cause that is still there stops it again.
    /// Idempotent.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn resume_run(&self, ctx: &WorkspaceCtx, id: RunId) -> Result<RunView, StoreError> {
        self.ask(ctx, id, "run.resume", |row, now| {
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

    /// A run of the workspace, as this connection sees it.
    pub(in crate::store) async fn run_row(
        on: &impl ConnectionTrait,
        ctx: &WorkspaceCtx,
        id: RunId,
    ) -> Result<run::Model, StoreError> {
        let found = run::Entity::find_by_id((ctx.workspace.0, id.0)).one(on).await?;
        found.ok_or(StoreError::NotFound)
    }

    /// Changes a run that is not over, with its event and its line in the audit log; `None` leaves it as it is.
    async fn ask(
        &self,
        ctx: &WorkspaceCtx,
        id: RunId,
        what: &str,
        change: impl Fn(&run::Model, Millis) -> Option<run::ActiveModel>,
    ) -> Result<RunView, StoreError> {
        let (now, delegation) =
            (self.now(), DelegationId(Self::run_row(&self.db.read_in(ctx), ctx, id).await?.delegation_id));
        let (head, view) = in_write!(self.db, ctx, |tx| {
            // Claiming, handing back and finishing hold the same lock, so the state read here stays true.
            let mut log = Log::open(tx, ctx, delegation, now).await?;
            let row = Self::run_row(tx, ctx, id).await?;
            let changed = if row.finished_at.is_some() { None } else { change(&row, now) };
            let Some(model) = changed else {
                return Ok((None, Self::run_view(row)?));
            };
            let view = Self::run_view(model.update(tx).await?)?;
            log.push(&Change::Run(Box::new(view.clone())))?;
            Self::audit(tx, ctx, self.sources.id(), now, what, Some(&id.to_string())).await?;
            Ok((Some(log.close().await?), view))
        })?;
        if let Some(head) = head {
            self.hub.ring(delegation, head);
            self.work.notify_one();
        }
        Ok(view)
    }
}
