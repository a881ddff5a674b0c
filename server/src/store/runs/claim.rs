//! Claiming a run: one owner a delegation at a time, so its in-process limiter is the tenant's budget.

use domain::{
    ids::{DelegationId, Millis, RunId, WorkspaceId},
    live::Change,
    run::RunState,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::Lease;
use crate::store::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::run,
    events::Log,
};

const ACTIVE: [&str; 4] = ["queued", "running", "waiting", "paused"];

impl Store {
    /// Takes the most urgent run that is due and that nobody works on. `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn claim_run(&self, owner: &str) -> Result<Option<Lease>, StoreError> {
        let now = self.now();
        // Looked for without a lock; taken only if it is still free once the delegation is locked.
        let due = run::Entity::find()
            .filter(run::Column::State.is_in(ACTIVE))
            .filter(run::Column::NextWakeAt.lte(now))
            .filter(run::Column::LeaseUntil.is_null().or(run::Column::LeaseUntil.lt(now)))
            .order_by_desc(run::Column::Priority)
            .order_by_asc(run::Column::NextWakeAt)
            .order_by_asc(run::Column::CreatedAt)
            .all(self.db.read())
            .await?;
        for candidate in due {
            if let Some(lease) = self.try_claim(owner, &candidate, now).await? {
                return Ok(Some(lease));
            }
        }
        Ok(None)
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
                && row.finished_at.is_none();
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
    /// Returns whether somebody asked to cancel.
    pub(in crate::store) async fn fence(
        &self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let row = tx
            .query_one_raw(sql(
                tx,
                "UPDATE run SET lease_until = $5 WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND lease_owner = $4 \
                 AND finished_at IS NULL AND (lease_until >= $6 OR NOT EXISTS (SELECT 1 FROM run AS other \
                 WHERE other.delegation_id = run.delegation_id AND other.lease_until >= $6 AND other.lease_owner <> $4)) \
                 RETURNING cancel_requested",
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
        Ok(row.ok_or(StoreError::Fenced)?.try_get("", "cancel_requested")?)
    }

    /// Renews the lease while Microsoft is slow. Returns whether somebody asked to cancel.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it was lost.
    pub async fn renew(&self, lease: &Lease) -> Result<bool, StoreError> {
        in_write!(self.db, |tx| {
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
