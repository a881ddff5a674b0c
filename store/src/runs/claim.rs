//! Claims runs: one process per delegation at a time, so that its in-process limits are the tenant's limits.

use domain::{
    ids::{DelegationId, Millis, RunId, WorkspaceId},
    live::Change,
    run::RunState,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Query,
};

use super::{INTERACTIVE, StopRequest, Urgency};
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{
    LeasedRun, Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::run,
    events::Log,
    leases::{ALERT_ADDRESSES, LeaseProof, RUNS, WEBHOOKS},
};

/// Due runs of one read; a later call finds the others.
const CANDIDATES: u64 = 32;

const ACTIVE: [&str; 4] = ["queued", "running", "waiting", "paused"];

impl LeasedRun<'_> {
    /// Renews the lease while Microsoft is slow. Returns whether users have requested to stop the run.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn renew(self) -> Result<StopRequest, StoreError> {
        let lease = self.lease;
        in_write!(self.db, &lease.ctx, |tx| {
            let now = self.now();
            let _locked = Log::open(tx, lease.delegation, now).await?;
            self.fence(tx, lease, now).await
        })
    }
}

impl Store {
    /// Claims the most urgent due run that no process works on; among equals the one that has waited longest. `None`
    /// when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn claim_run(&self, owner: &str, urgency: Urgency) -> Result<Option<Lease>, StoreError> {
        let now = self.now();
        // Read without a lock; claimed only if the run is still free once the delegation is locked.
        for candidate in self.due(owner, urgency, now).all(self.db.read()).await? {
            if let Some(lease) = self.try_claim(owner, &candidate, now).await? {
                return Ok(Some(lease));
            }
        }
        Ok(None)
    }

    /// Whether a run is due that this process could claim.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_due(&self, owner: &str) -> Result<bool, StoreError> {
        Ok(self.due(owner, Urgency::Any, self.now()).one(self.db.read()).await?.is_some())
    }

    /// Due runs without a lease, of delegations in which no other process has a lease.
    fn due(&self, owner: &str, urgency: Urgency, now: Millis) -> Select<run::Entity> {
        let elsewhere = Query::select()
            .column(run::Column::DelegationId)
            .from(run::Entity)
            .and_where(run::Column::LeaseUntil.gt(now))
            .and_where(run::Column::LeaseOwner.ne(owner))
            .to_owned();
        let least = match urgency {
            Urgency::Any => i32::MIN,
            Urgency::Requested => 0,
            Urgency::Interactive => INTERACTIVE,
        };
        run::Entity::find()
            .filter(run::Column::State.is_in(ACTIVE))
            .filter(run::Column::NextWakeAt.lte(now))
            .filter(run::Column::Priority.gte(least))
            .filter(run::Column::LeaseUntil.is_null().or(run::Column::LeaseUntil.lte(now)))
            // A run that a user has paused is not due. One whose process died before the pause is claimed, to be
            // paused.
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
        let claimed = in_write!(self.db, &ctx, |tx| {
            let mut log = Log::open(tx, delegation, now).await?;
            let owned_elsewhere = run::Entity::find()
                .filter(run::Column::DelegationId.eq(delegation.0))
                .filter(run::Column::LeaseUntil.gt(now))
                .filter(run::Column::LeaseOwner.ne(owner))
                .one(tx)
                .await?
                .is_some();
            let Some(row) = run::Entity::find_by_id((candidate.workspace_id, candidate.id)).one(tx).await?
            else {
                return Ok(None);
            };
            let due = row.next_wake_at <= now
                && row.finished_at.is_none()
                && (row.paused_by.is_none() || row.state != RunState::Paused.as_str());
            if owned_elsewhere || !due {
                return Ok(None);
            }
            let (key, until) = ((row.workspace_id, row.id), self.lease_end());
            let Some(LeaseProof { epoch, .. }) = RUNS.claim(tx, key, owner, (now, until), "1 = 1").await?
            else {
                return Ok(None);
            };
            let started = row.started_at.unwrap_or(now);
            let mut model = row.into_active_model();
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
                scheduled: row
                    .scheduled
                    .as_deref()
                    .map(str::parse)
                    .transpose()
                    .map_err(StoreError::corrupt)?,
                owner: owner.to_owned(),
                epoch,
            };
            log.push(&Change::Run(Box::new(Self::run_view(row)?)))?;
            Ok(Some((log.close().await?, lease)))
        })?;
        Ok(claimed.map(|(head, lease)| {
            self.signals.notify(delegation, head);
            lease
        }))
    }

    /// The expiry of a lease that is claimed or renewed now. To be called after waiting for a lock, not before.
    fn lease_end(&self) -> Millis {
        self.now() + Millis::try_from(self.lease.as_millis()).unwrap_or(Millis::MAX / 2)
    }

    /// Proves the lease and renews it, inside a transaction that has locked the delegation. An expired lease is still
    /// valid while no other process works on the delegation, so that results need not be fetched again. Returns whether
    /// users have requested to stop the run.
    pub(crate) async fn fence(
        &self,
        tx: &ScopedTx<'_>,
        lease: &Lease,
        now: Millis,
    ) -> Result<StopRequest, StoreError> {
        let unclaimed = " AND finished_at IS NULL AND (lease_until > $6 OR NOT EXISTS (SELECT 1 FROM run AS other \
                         WHERE other.delegation_id = run.delegation_id AND other.lease_until > $6 \
                         AND other.lease_owner <> $3))";
        let (until, proof) = (self.lease_end(), lease.proof());
        let columns = "cancel_requested, paused_by";
        let row = RUNS.renew(tx, &proof, until, (unclaimed, &[now.into()]), columns).await?;
        let cancel = row.try_get("", "cancel_requested")?;
        let paused_by: Option<String> = row.try_get("", "paused_by")?;
        Ok(StopRequest { cancel, pause: !cancel && paused_by.is_some() })
    }

    /// Frees the leases of a former process on SQLite, whose file only one process can use. Does nothing on PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn clear_stale_leases(&self) -> Result<(), StoreError> {
        if self.db.is_postgres() {
            return Ok(());
        }
        in_write!(self.db, |tx| {
            let text =
                "UPDATE run SET next_wake_at = $1 WHERE finished_at IS NULL AND lease_owner IS NOT NULL";
            tx.execute_raw(sql(tx, text, [self.now().into()])).await?;
            for leasable in [RUNS, WEBHOOKS, ALERT_ADDRESSES] {
                leasable.free_all(tx).await?;
            }
            Ok(())
        })
    }
}

impl Lease {
    pub(crate) fn proof(&self) -> LeaseProof {
        LeaseProof { key: (self.ctx.workspace.0, self.run.0), owner: self.owner.clone(), epoch: self.epoch }
    }
}
