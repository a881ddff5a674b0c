//! Scheduled checks, and when they are next due.
//!
//! Each delegation is synced every hour, which also verifies consent and permissions. Once a day every connected
//! mailbox is checked. Mailboxes that need attention are checked more often: after 5 minutes, an hour, and then every
//! 6 hours; the waits start again when one of these mailboxes changes. A scheduled check has no items, and does not
//! write mailboxes that have not changed.

use domain::{
    delegation::DelegationState,
    ids::{DelegationId, Millis, WorkspaceId},
    run::RunState,
    schedule::{BACK_OFF, CONFIRM_FAILURE_AFTER, DAY, SWEEP_EVERY, SYNC_EVERY, back_off},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::row_security::ScopedTx;
use crate::{
    Delegations, ScheduledCheck, Store, StoreError, WorkspaceCtx,
    db::in_write,
    entity::{
        delegation::{self, GONE},
        mailbox, run,
    },
    events::Log,
    leases::DELEGATIONS,
};

/// A run that lists hide can be read by its id for this long.
const HIDDEN_RUN_RETENTION: Millis = DAY;
/// The author of scheduled runs.
const WARMY: &str = "Warmy";
/// Lower than the priority of every requested run.
const PRIORITY: i32 = -1;

/// The runs that lists show: all requested runs, and scheduled runs that failed or found a change.
pub(crate) fn visible() -> Condition {
    Condition::any()
        .add(run::Column::Scheduled.is_null())
        .add(run::Column::State.eq(RunState::Failed.as_str()))
        .add(run::Column::FoundNew.gt(0))
        .add(run::Column::FoundLeft.gt(0))
        .add(run::Column::FoundChanged.gt(0))
        .add(run::Column::FoundUnreadable.gt(0))
}

impl Delegations<'_> {
    async fn start_due_checks(self, id: DelegationId, now: Millis) -> Result<usize, StoreError> {
        let ctx = self.ctx;
        let (started, signals) = in_write!(self.db, ctx, |tx| {
            Store::lock_pools(tx).await?;
            // Another replica has locked this delegation and starts its checks.
            if !DELEGATIONS.try_lock(tx, (ctx.workspace.0, id.0)).await? {
                return Ok((0, Vec::new()));
            }
            let mut log = Log::open(tx, id, now).await?;
            let row = self.delegation_row(tx, id).await?;
            let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
            let (sync, check, sweep) =
                (is_due(row.next_sync_at), is_due(row.next_check_at), is_due(row.next_sweep_at));
            let state: DelegationState = row.state.parse().map_err(StoreError::corrupt)?;
            let works = matches!(state, DelegationState::Active | DelegationState::Degraded);
            let failures = row.check_failures;
            let mut model = row.into_active_model();
            let (mut started, mut left) = (0, 0);
            if sweep {
                left = self.remove_departed(tx, id, &mut log, now - self.grace).await?;
            }
            if sync {
                // The end of the sync sets the time of the next one; this time is for a sync that does not end.
                model.next_sync_at = Set(Some(now + self.sources.spread(SYNC_EVERY)));
                started += usize::from(self.start_scheduled(tx, id, ScheduledCheck::Sync).await?);
            }
            // While the tenant refuses access, only syncs run, and find out when it works again. A sweep also checks
            // mailboxes that need attention; while another check of these runs, the sweep is deferred by a few minutes.
            if sweep {
                let needed = works && Store::has_mailboxes(tx, id, ScheduledCheck::AllMailboxes).await?;
                let begun = needed && self.start_scheduled(tx, id, ScheduledCheck::AllMailboxes).await?;
                started += usize::from(begun);
                let wait = if begun || !needed { SWEEP_EVERY } else { BACK_OFF[0] };
                model.next_sweep_at = Set(Some(now + self.sources.spread(wait)));
            }
            if check {
                let needed = works && Store::has_mailboxes(tx, id, ScheduledCheck::Attention).await?;
                if needed {
                    started += usize::from(self.start_scheduled(tx, id, ScheduledCheck::Attention).await?);
                }
                // Without a mailbox to check, the next one that needs attention schedules the next check.
                let over = works && !needed;
                let again = now + self.sources.spread(back_off(failures));
                model.next_check_at = Set((!over).then_some(again));
                model.check_failures = Set(if over { 0 } else { failures.saturating_add(1) });
            }
            model.update(tx).await?;
            let mut signals = Vec::new();
            if left > 0 {
                signals.push((id, log.close().await?));
                signals.extend(self.log_pools(tx).await?);
            }
            Ok((started, signals))
        })?;
        for (delegation, head) in signals {
            self.signals.notify(delegation, head);
        }
        Ok(started)
    }

    /// Makes the next sync of a delegation due now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn sync_now(self, id: DelegationId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        let now = self.now();
        in_write!(self.db, ctx, |tx| {
            let mut row = self.delegation_row(tx, id).await?.into_active_model();
            row.next_sync_at = Set(Some(now));
            row.update(tx).await?;
            Ok(())
        })
    }
}

impl Store {
    /// Starts the due checks of at most `limit` delegations. Returns how many runs it started. Any replica may do it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn start_due(&self, limit: u64) -> Result<usize, StoreError> {
        use delegation::Column as C;
        let now = self.now();
        let due = Condition::any()
            .add(C::NextSyncAt.lte(now))
            .add(C::NextCheckAt.lte(now))
            .add(C::NextSweepAt.lte(now));
        let found: Vec<(uuid::Uuid, uuid::Uuid)> = delegation::Entity::find()
            .select_only()
            .columns([C::WorkspaceId, C::Id])
            .filter(due)
            .filter(C::State.is_not_in(GONE))
            .order_by_asc(C::NextSyncAt)
            .limit(limit)
            .into_tuple()
            .all(self.db.read())
            .await?;
        let mut started = 0;
        for (workspace, id) in found {
            let ctx = WorkspaceCtx::new(WorkspaceId(workspace), WARMY);
            match self.delegations(&ctx).start_due_checks(DelegationId(id), now).await {
                Ok(runs) => started += runs,
                // Removed meanwhile.
                Err(StoreError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        if started > 0 {
            self.work.notify_one();
        }
        Ok(started)
    }

    /// Whether the delegation has mailboxes for a check.
    async fn has_mailboxes(
        tx: &ScopedTx<'_>,
        id: DelegationId,
        scheduled: ScheduledCheck,
    ) -> Result<bool, StoreError> {
        let ctx = tx.ctx();
        let target = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(id.0))
            .filter(scheduled.mailboxes());
        Ok(target.one(tx).await?.is_some())
    }

    /// Creates a scheduled run, unless a similar one is active. Deletes earlier runs that lists hide, because there is
    /// one every hour. Returns whether it created the run.
    async fn start_scheduled(
        &self,
        tx: &ScopedTx<'_>,
        id: DelegationId,
        scheduled: ScheduledCheck,
    ) -> Result<bool, StoreError> {
        let ctx = tx.ctx();
        let mut active = run::Entity::find()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::DelegationId.eq(id.0))
            .filter(run::Column::Kind.eq(scheduled.kind().as_str()))
            .filter(run::Column::FinishedAt.is_null());
        if scheduled != ScheduledCheck::Sync {
            active = active.filter(run::Column::Scheduled.is_not_null());
        }
        if active.one(tx).await?.is_some() {
            return Ok(false);
        }
        run::Entity::delete_many()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::DelegationId.eq(id.0))
            .filter(run::Column::FinishedAt.lt(self.now() - HIDDEN_RUN_RETENTION))
            .filter(visible().not())
            .exec(tx)
            .await?;
        run::ActiveModel {
            workspace_id: Set(ctx.workspace.0),
            id: Set(self.sources.id()),
            delegation_id: Set(id.0),
            kind: Set(scheduled.kind().as_str().to_owned()),
            state: Set(RunState::Queued.as_str().to_owned()),
            priority: Set(PRIORITY),
            next_wake_at: Set(self.now()),
            started_by: Set(ctx.who.clone()),
            created_at: Set(self.now()),
            scheduled: Set(Some(scheduled.as_str().to_owned())),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        Ok(true)
    }

    /// Schedules the next sync after the end of one. The waits grow with consecutive failures.
    pub(crate) async fn plan_sync(
        &self,
        tx: &ScopedTx<'_>,
        id: DelegationId,
        failed: bool,
    ) -> Result<(), StoreError> {
        let (now, row) = (self.now(), self.delegation_row(tx, id).await?);
        let (failures, swept) = (row.sync_failures, row.next_sweep_at);
        let wait = match (failed, row.suspected_at) {
            (false, _) => SYNC_EVERY,
            // The next sync is late enough to confirm the failure.
            (true, Some(_)) => back_off(failures).max(CONFIRM_FAILURE_AFTER),
            (true, None) => back_off(failures),
        };
        let mut model = row.into_active_model();
        model.next_sync_at = Set(Some(now + self.sources.spread(wait)));
        model.sync_failures = Set(if failed { failures.saturating_add(1) } else { 0 });
        if swept.is_none() {
            model.next_sweep_at = Set(Some(now + self.sources.spread(SWEEP_EVERY)));
        }
        model.update(tx).await?;
        Ok(())
    }

    /// Schedules a check of mailboxes that need attention after `wait`, because one of them has changed. The waits
    /// between checks start again with the shortest.
    pub(crate) async fn plan_check(
        &self,
        tx: &ScopedTx<'_>,
        id: DelegationId,
        wait: Millis,
    ) -> Result<(), StoreError> {
        let row = self.delegation_row(tx, id).await?;
        let at = self.now() + self.sources.spread(wait);
        let at = row.next_check_at.map_or(at, |planned| Ord::min(planned, at));
        let mut model = row.into_active_model();
        model.next_check_at = Set(Some(at));
        model.check_failures = Set(0);
        model.update(tx).await?;
        Ok(())
    }

    /// The time of the next sync of a delegation that does not work.
    pub(crate) fn soon(&self) -> Millis {
        self.now() + self.sources.spread(BACK_OFF[0])
    }
}
