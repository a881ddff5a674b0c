//! Staying connected: what is looked after without anybody asking, and when the next time is.
//!
//! Each delegation is synced every hour, which also proves consent and permissions. Once a day every connected mailbox
//! is checked, and what needs attention more often: after 5 minutes, an hour, and then every 6 hours, anew from the
//! beginning whenever there is news of it. Such a check has no items, and writes nothing of a mailbox that is as it was.

use std::str::FromStr;

use domain::{
    cadence::{BACK_OFF, DAY, SWEEP_EVERY, SYNC_EVERY, back_off},
    connection::Connection,
    delegation::DelegationState,
    ids::{DelegationId, Millis, WorkspaceId},
    run::{RunKind, RunState},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    Store, StoreError, WorkspaceCtx,
    db::in_write,
    delegations::GONE,
    entity::{delegation, mailbox, run},
    events::Log,
};

/// A run that is told to nobody can be looked at by its id for so long.
const UNTOLD: Millis = DAY;
/// Whom the runs that nobody asked for are by.
const WARMY: &str = "Warmy";
/// Behind everything that somebody asked for.
const PRIORITY: i32 = -1;

/// What a run looks after that nobody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Consent, permissions, and the directory.
    Sync,
    /// Mailboxes that need attention or could not be connected, and those that have failed once.
    Attention,
    /// Every mailbox that is connected.
    Everybody,
}

impl Watch {
    pub(in crate::store) const fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Attention => "attention",
            Self::Everybody => "everybody",
        }
    }

    const fn kind(self) -> RunKind {
        match self {
            Self::Sync => RunKind::Sync,
            Self::Attention | Self::Everybody => RunKind::Verify,
        }
    }

    /// The mailboxes that it looks at.
    pub(in crate::store) fn whom(self) -> Condition {
        use mailbox::Column as C;
        let bad =
            C::Connection.is_in([Connection::NeedsAttention, Connection::Failed].map(Connection::as_str));
        let whom = match self {
            Self::Sync => return Condition::any(),
            Self::Attention => Condition::any().add(bad).add(C::SuspectedAt.is_not_null()),
            Self::Everybody => {
                Condition::any().add(bad).add(C::Connection.eq(Connection::Connected.as_str()))
            }
        };
        // Of those who left the directory says when they are back.
        Condition::all().add(whom).add(C::LeftAt.is_null())
    }
}

impl FromStr for Watch {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Sync, Self::Attention, Self::Everybody];
        all.into_iter().find(|one| one.as_str() == text).ok_or_else(|| format!("unknown watch {text:?}"))
    }
}

/// The runs that lists tell of: those that somebody asked for, and those of the others that failed or found something.
pub(in crate::store) fn told() -> Condition {
    Condition::any()
        .add(run::Column::Scheduled.is_null())
        .add(run::Column::State.eq(RunState::Failed.as_str()))
        .add(run::Column::FoundNew.gt(0))
        .add(run::Column::FoundLeft.gt(0))
        .add(run::Column::FoundChanged.gt(0))
}

impl Store {
    /// Starts what is due, of at most `limit` delegations. Returns how many runs it started. Any replica may do it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn look_after(&self, limit: u64) -> Result<usize, StoreError> {
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
            match self.look_after_one(&ctx, DelegationId(id), now).await {
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

    async fn look_after_one(
        &self,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let (started, bells) = in_write!(self.db, ctx, |tx| {
            Self::lock_pools(tx, ctx).await?;
            // Also keeps the other replicas out.
            let mut log = Log::open(tx, ctx, id, now).await?;
            let row = self.delegation_row(tx, ctx, id).await?;
            let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
            let (sync, check, sweep) =
                (is_due(row.next_sync_at), is_due(row.next_check_at), is_due(row.next_sweep_at));
            let state: DelegationState = row.state.parse().map_err(StoreError::corrupt)?;
            let works = matches!(state, DelegationState::Active | DelegationState::Degraded);
            let failures = row.check_failures;
            let mut model = row.into_active_model();
            let (mut started, mut left) = (0, 0);
            if sweep {
                left = self.let_leavers_go(tx, ctx, id, &mut log, now - self.grace).await?;
            }
            if sync {
                // Its end says when the next one is; this is for one that finds no end.
                model.next_sync_at = Set(Some(now + self.sources.spread(SYNC_EVERY)));
                started += usize::from(self.start_watch(tx, ctx, id, Watch::Sync).await?);
            }
            // While the tenant lets nobody in, syncs find out when it does again. A sweep looks at those who need
            // attention as well; while they are being looked at by themselves, it is put off for a few minutes only.
            if sweep {
                let somebody = works && Self::is_anybody(tx, ctx, id, Watch::Everybody).await?;
                let begun = somebody && self.start_watch(tx, ctx, id, Watch::Everybody).await?;
                started += usize::from(begun);
                let wait = if begun || !somebody { SWEEP_EVERY } else { BACK_OFF[0] };
                model.next_sweep_at = Set(Some(now + self.sources.spread(wait)));
            }
            if check {
                let somebody = works && Self::is_anybody(tx, ctx, id, Watch::Attention).await?;
                if somebody {
                    started += usize::from(self.start_watch(tx, ctx, id, Watch::Attention).await?);
                }
                // With nobody left to look at, the next one who needs it says when.
                let over = works && !somebody;
                let again = now + self.sources.spread(back_off(failures));
                model.next_check_at = Set((!over).then_some(again));
                model.check_failures = Set(if over { 0 } else { failures.saturating_add(1) });
            }
            model.update(tx).await?;
            let mut bells = Vec::new();
            if left > 0 {
                bells.push((id, log.close().await?));
                bells.extend(self.tell_slots(tx, ctx).await?);
            }
            Ok((started, bells))
        })?;
        for (delegation, head) in bells {
            self.hub.ring(delegation, head);
        }
        Ok(started)
    }

    async fn is_anybody(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        watch: Watch,
    ) -> Result<bool, StoreError> {
        let whom = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(id.0))
            .filter(watch.whom());
        Ok(whom.one(tx).await?.is_some())
    }

    /// Makes the run, unless one like it is under way. Those of before that are told to nobody go: there is one an hour.
    async fn start_watch(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        watch: Watch,
    ) -> Result<bool, StoreError> {
        let mut alike = run::Entity::find()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::DelegationId.eq(id.0))
            .filter(run::Column::Kind.eq(watch.kind().as_str()))
            .filter(run::Column::FinishedAt.is_null());
        if watch != Watch::Sync {
            alike = alike.filter(run::Column::Scheduled.is_not_null());
        }
        if alike.one(tx).await?.is_some() {
            return Ok(false);
        }
        run::Entity::delete_many()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::DelegationId.eq(id.0))
            .filter(run::Column::FinishedAt.lt(self.now() - UNTOLD))
            .filter(told().not())
            .exec(tx)
            .await?;
        run::ActiveModel {
            workspace_id: Set(ctx.workspace.0),
            id: Set(self.sources.id()),
            delegation_id: Set(id.0),
            kind: Set(watch.kind().as_str().to_owned()),
            state: Set(RunState::Queued.as_str().to_owned()),
            priority: Set(PRIORITY),
            next_wake_at: Set(self.now()),
            started_by: Set(ctx.who.clone()),
            created_at: Set(self.now()),
            scheduled: Set(Some(watch.as_str().to_owned())),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        Ok(true)
    }

    /// A sync has ended: says when the next one is. Failures come again later and later.
    pub(in crate::store) async fn plan_sync(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        failed: bool,
    ) -> Result<(), StoreError> {
        let (now, row) = (self.now(), self.delegation_row(tx, ctx, id).await?);
        let (failures, swept) = (row.sync_failures, row.next_sweep_at);
        let mut model = row.into_active_model();
        let wait = if failed { back_off(failures) } else { SYNC_EVERY };
        model.next_sync_at = Set(Some(now + self.sources.spread(wait)));
        model.sync_failures = Set(if failed { failures.saturating_add(1) } else { 0 });
        if swept.is_none() {
            model.next_sweep_at = Set(Some(now + self.sources.spread(SWEEP_EVERY)));
        }
        model.update(tx).await?;
        Ok(())
    }

    /// The delegation is synced as soon as somebody looks what is due.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn sync_now(&self, ctx: &WorkspaceCtx, id: DelegationId) -> Result<(), StoreError> {
        let now = self.now();
        in_write!(self.db, ctx, |tx| {
            let mut row = self.delegation_row(tx, ctx, id).await?.into_active_model();
            row.next_sync_at = Set(Some(now));
            row.update(tx).await?;
            Ok(())
        })
    }

    /// There is news of mailboxes that need attention: they are checked anew from the beginning, first after `wait`.
    pub(in crate::store) async fn plan_check(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        wait: Millis,
    ) -> Result<(), StoreError> {
        let row = self.delegation_row(tx, ctx, id).await?;
        let at = self.now() + self.sources.spread(wait);
        let at = row.next_check_at.map_or(at, |planned| Ord::min(planned, at));
        let mut model = row.into_active_model();
        model.next_check_at = Set(Some(at));
        model.check_failures = Set(0);
        model.update(tx).await?;
        Ok(())
    }

    /// When a delegation that does not work is looked at again, unless something else says sooner.
    pub(in crate::store) fn soon(&self) -> Millis {
        self.now() + self.sources.spread(BACK_OFF[0])
    }
}
