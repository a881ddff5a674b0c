//! Claiming a run: one owner a delegation at a time, so its in-process limiter is the tenant's budget.

use domain::{
    ids::{DelegationId, Millis, RunId, WorkspaceId},
    live::Change,
    run::RunState,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Query,
};

use super::{Asked, INTERACTIVE, Lease, Urgency};
use crate::store::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::run,
    events::Log,
};

/// How many are looked at; the others have their chance when these are taken.
const CANDIDATES: u64 = 32;

const ACTIVE: [&str; 4] = ["queued", "running", "waiting", "paused"];

impl Store {
    /// Takes the most urgent run that is due and that nobody works on; among equals the one that has waited
    /// longest. `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn claim_run(&self, owner: &str, urgency: Urgency) -> Result<Option<Lease>, StoreError> {
        let now = self.now();
        // Looked for without a lock; taken only if it is still free once the delegation is locked.
        for candidate in self.due(owner, urgency, now).all(self.db.read()).await? {
            if let Some(lease) = self.try_claim(owner, &candidate, now).await? {
                return Ok(Some(lease));
            }
        }
        Ok(None)
    }

    /// Whether a run is due that this process could take.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_due(&self, owner: &str) -> Result<bool, StoreError> {
        Ok(self.due(owner, Urgency::Any, self.now()).one(self.db.read()).await?.is_some())
    }

    /// Runs that nobody works on, of delegations that no other process has in hand.
    fn due(&self, owner: &str, urgency: Urgency, now: Millis) -> Select<run::Entity> {
        let elsewhere = Query::select()
            .column(run::Column::DelegationId)
            .from(run::Entity)
            .and_where(run::Column::LeaseUntil.gte(now))
            .and_where(run::Column::LeaseOwner.ne(owner))
            .to_owned();
        let least = match urgency {
            Urgency::Any => i32::MIN,
            Urgency::Asked => 0,
            Urgency::Interactive => INTERACTIVE,
        };
        run::Entity::find()
            .filter(run::Column::State.is_in(ACTIVE))
            .filter(run::Column::NextWakeAt.lte(now))
            .filter(run::Column::Priority.gte(least))
            .filter(run::Column::LeaseUntil.is_null().or(run::Column::LeaseUntil.lt(now)))
            // What a person paused stays so. One that was only asked to pause when its process died is taken, to be
            // put aside properly.
            .filter(run::Column::PausedBy.is_null().or(run::Column::State.ne(RunState::Paused.as_str())))
            .filter(run::Column::DelegationId.not_in_subquery(elsewhere))
            .order_by_desc(run::Column::Priority)
            .order_by_asc(run::Column::NextWakeAt)
            .order_by_asc(run::Column::CreatedAt)
            .limit(CANDIDATES)
    }

    async fn try_claim(
        &self,
        owner: &str,
        candidate: &run::Model,
        now: Millis,
    ) -> Result<Option<Lease>, StoreError> {
        let ctx = WorkspaceCtx::new(WorkspaceId(candidate.workspace_id), candidate.started_by.clone());
        let delegation = DelegationId(candidate.delegation_id);
        let claimed = in_write!(self.db, |tx| {
            let mut log = Log::open(tx, &ctx, delegation, now).await?;
            let owned_elsewhere = run::Entity::find()
                .filter(run::Column::DelegationId.eq(delegation.0))
                .filter(run::Column::LeaseUntil.gte(now))
                .filter(run::Column::LeaseOwner.ne(owner))
                .one(tx)
                .await?
                .is_some();
            let Some(row) = run::Entity::find_by_id((candidate.workspace_id, candidate.id)).one(tx).await?
            else {
                return Ok(None);
            };
            let free = row.lease_until.is_none_or(|until| until < now)
                && row.next_wake_at <= now
                && row.finished_at.is_none()
                && (row.paused_by.is_none() || row.state != RunState::Paused.as_str());
            if owned_elsewhere || !free {
                return Ok(None);
            }
            let (epoch, started) = (row.epoch + 1, row.started_at.unwrap_or(now));
            let mut model = row.into_active_model();
            model.lease_owner = Set(Some(owner.to_owned()));
            model.lease_until = Set(Some(self.lease_end()));
            model.epoch = Set(epoch);
            model.started_at = Set(Some(started));
            model.state = Set(RunState::Running.as_str().to_owned());
            model.reason = Set(None);
            model.waiting_until = Set(None);
            let row = model.update(tx).await?;
            let lease = Lease {
                ctx: ctx.clone(),
                run: RunId(row.id),
                delegation,
                kind: row.kind.parse().map_err(StoreError::corrupt)?,
                cursor: row.cursor.clone(),
                attempt: u32::try_from(row.attempt).unwrap_or(0),
                is_interactive: row.priority >= INTERACTIVE,
                watch: row.scheduled.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
                owner: owner.to_owned(),
                epoch,
            };
            log.push(&Change::Run(Box::new(Self::run_view(row)?)))?;
            Ok(Some((log.close().await?, lease)))
        })?;
        Ok(claimed.map(|(head, lease)| {
            self.hub.ring(delegation, head);
            lease
        }))
    }

    /// When a lease that is taken or renewed now runs out. Never reckoned from before a lock was waited for.
    fn lease_end(&self) -> Millis {
        self.now() + Millis::try_from(self.lease.as_millis()).unwrap_or(Millis::MAX / 2)
    }

    /// Proves the lease and renews it, inside a transaction that has locked the delegation. A lease that has run out
    /// still stands while nobody else works on the delegation: what was found out need not be found out again.
    /// Returns what people asked of the run.
    pub(in crate::store) async fn fence(
        &self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        now: Millis,
    ) -> Result<Asked, StoreError> {
        let row = tx
            .query_one_raw(sql(
                tx,
                "UPDATE run SET lease_until = $5 WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND lease_owner = $4 \
                 AND finished_at IS NULL AND (lease_until >= $6 OR NOT EXISTS (SELECT 1 FROM run AS other \
                 WHERE other.delegation_id = run.delegation_id AND other.lease_until >= $6 AND other.lease_owner <> $4)) \
                 RETURNING cancel_requested, paused_by",
                [
                    lease.ctx.workspace.0.into(),
                    lease.run.0.into(),
                    lease.epoch.into(),
                    lease.owner.clone().into(),
                    self.lease_end().into(),
                    now.into(),
                ],
            ))
            .await?;
        let row = row.ok_or(StoreError::Fenced)?;
        let cancel = row.try_get("", "cancel_requested")?;
        let paused_by: Option<String> = row.try_get("", "paused_by")?;
        Ok(Asked { cancel, pause: !cancel && paused_by.is_some() })
    }

    /// Renews the lease while Microsoft is slow. Returns what people asked of the run.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it was lost.
    pub async fn renew(&self, lease: &Lease) -> Result<Asked, StoreError> {
        in_write!(self.db, &lease.ctx, |tx| {
            let now = self.now();
            let _locked = Log::open(tx, &lease.ctx, lease.delegation, now).await?;
            self.fence(tx, lease, now).await
        })
    }

    /// A single process owns its SQLite file, so whatever a former process held is free again at once.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn clear_stale_leases(&self) -> Result<(), StoreError> {
        if self.db.is_postgres() {
            return Ok(());
        }
        in_write!(self.db, |tx| {
            tx.execute_raw(sql(
                tx,
                "UPDATE run SET lease_owner = NULL, lease_until = NULL, next_wake_at = $1 WHERE finished_at IS NULL AND lease_owner IS NOT NULL",
                [self.now().into()],
            ))
            .await?;
            Ok(())
        })
    }
}
