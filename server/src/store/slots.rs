//! Slot accounts: one row a pool, locked before anything that holds is counted.

use domain::{
    Reason,
    ids::WorkspaceId,
    slots::{PlanState, Pool},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    QueryFilter, QueryOrder,
};

use super::{
    Db, Lease, NewPool, Store, StoreError, WorkspaceCtx,
    db::{for_update, in_write, sql},
    entity::slot_account,
};

fn count(n: i32) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

fn stored(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn pool(row: slot_account::Model) -> Pool {
    Pool {
        plan_type_id: row.plan_type_id,
        name: row.name,
        limit: row.slot_limit.map(count),
        used_elsewhere: count(row.used_elsewhere),
        used: count(row.used),
        reserved: count(row.reserved),
        plan: if row.inactive { PlanState::Inactive } else { PlanState::Active },
    }
}

/// A pool's counters beside what the mailbox rows say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recount {
    pub workspace: WorkspaceId,
    pub plan_type_id: String,
    /// Used and reserved, by the account.
    pub account: (i64, i64),
    /// Used and reserved, by the rows that hold.
    pub rows: (i64, i64),
}

impl Recount {
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.account == self.rows
    }
}

/// Counts every pool again from the mailboxes. Reads only.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn recount(db: &Db) -> Result<Vec<Recount>, StoreError> {
    let on = db.read();
    let rows = on
        .query_all_raw(sql(
            on,
            "SELECT a.workspace_id, a.plan_type_id, a.used, a.reserved, \
             (SELECT COUNT(*) FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.pool = a.plan_type_id \
              AND m.connection IN ('connected', 'needs_attention')) AS rows_used, \
             (SELECT COUNT(*) FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.pool = a.plan_type_id \
              AND m.connection IN ('queued', 'connecting')) AS rows_reserved \
             FROM slot_account a ORDER BY a.workspace_id, a.plan_type_id",
            [],
        ))
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Recount {
                workspace: WorkspaceId(row.try_get("", "workspace_id")?),
                plan_type_id: row.try_get("", "plan_type_id")?,
                account: (row.try_get::<i32>("", "used")?.into(), row.try_get::<i32>("", "reserved")?.into()),
                rows: (row.try_get("", "rows_used")?, row.try_get("", "rows_reserved")?),
            })
        })
        .collect()
}

impl Store {
    pub(in crate::store) async fn insert_pool(
        tx: &DatabaseTransaction,
        workspace: WorkspaceId,
        new: &NewPool,
    ) -> Result<(), StoreError> {
        slot_account::ActiveModel {
            workspace_id: Set(workspace.0),
            plan_type_id: Set(new.plan_type_id.clone()),
            name: Set(new.name.clone()),
            slot_limit: Set(new.limit.map(stored)),
            used_elsewhere: Set(stored(new.used_elsewhere)),
            used: Set(0),
            reserved: Set(0),
            version: Set(0),
            inactive: Set(false),
        }
        .insert(tx)
        .await?;
        Ok(())
    }

    /// The workspace's pools, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn pools(&self, ctx: &WorkspaceCtx) -> Result<Vec<Pool>, StoreError> {
        Self::pools_in(self.db.read(), ctx).await
    }

    pub(in crate::store) async fn pools_in(
        on: &impl ConnectionTrait,
        ctx: &WorkspaceCtx,
    ) -> Result<Vec<Pool>, StoreError> {
        let rows = slot_account::Entity::find()
            .filter(slot_account::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(slot_account::Column::Name)
            .all(on)
            .await?;
        Ok(rows.into_iter().map(pool).collect())
    }

    /// Locks every pool of the workspace and reads it, in that order and as two statements: a count taken in the
    /// statement that waits for the lock would be one from before the wait.
    pub(in crate::store) async fn lock_pools(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
    ) -> Result<Vec<Pool>, StoreError> {
        let text = format!(
            "SELECT plan_type_id FROM slot_account WHERE workspace_id = $1 ORDER BY plan_type_id{}",
            for_update(tx)
        );
        tx.query_all_raw(sql(tx, &text, [ctx.workspace.0.into()])).await?;
        Self::pools_in(tx, ctx).await
    }

    /// Why a run must not go on connecting although its slots are reserved: the plan behind them has shrunk below
    /// what is taken, or ended. Only pools of which the run still holds a reservation count.
    pub(in crate::store) async fn overdrawn(
        on: &impl ConnectionTrait,
        lease: &Lease,
        pools: &[Pool],
    ) -> Result<Option<Reason>, StoreError> {
        if pools.iter().all(|pool| pool.over() == 0 && pool.plan == PlanState::Active) {
            return Ok(None);
        }
        let held = on
            .query_all_raw(sql(
                on,
                "SELECT DISTINCT pool FROM mailbox WHERE workspace_id = $1 AND run_id = $2 \
                 AND connection IN ('queued', 'connecting') AND pool IS NOT NULL",
                [lease.ctx.workspace.0.into(), lease.run.0.into()],
            ))
            .await?;
        for row in held {
            let held: String = row.try_get("", "pool")?;
            match pools.iter().find(|pool| pool.plan_type_id == held) {
                Some(pool) if pool.plan == PlanState::Inactive => return Ok(Some(Reason::PlanInactive)),
                Some(pool) if pool.over() > 0 => return Ok(Some(Reason::SlotsExhausted)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Moves a pool's counters. The caller has locked it.
    pub(in crate::store) async fn move_slots(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        pool: &str,
        used: i32,
        reserved: i32,
    ) -> Result<(), StoreError> {
        if used == 0 && reserved == 0 {
            return Ok(());
        }
        tx.execute_raw(sql(
            tx,
            "UPDATE slot_account SET used = used + $3, reserved = reserved + $4 WHERE workspace_id = $1 AND plan_type_id = $2",
            [ctx.workspace.0.into(), pool.into(), used.into(), reserved.into()],
        ))
        .await?;
        Ok(())
    }

    /// Takes the host's word on a pool. An older version than the newest known is ignored. Returns whether it was
    /// taken.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such pool.
    pub async fn push_slots(
        &self,
        workspace: WorkspaceId,
        plan_type_id: &str,
        limit: Option<u32>,
        used_elsewhere: u32,
        version: i64,
    ) -> Result<bool, StoreError> {
        let taken = in_write!(self.db, |tx| {
            let known =
                slot_account::Entity::find_by_id((workspace.0, plan_type_id.to_owned())).one(tx).await?;
            if known.is_none() {
                return Err(StoreError::NotFound);
            }
            let done = tx
                .execute_raw(sql(
                    tx,
                    "UPDATE slot_account SET slot_limit = $3, used_elsewhere = $4, version = $5 \
                     WHERE workspace_id = $1 AND plan_type_id = $2 AND version < $5",
                    [
                        workspace.0.into(),
                        plan_type_id.into(),
                        limit.map(stored).into(),
                        stored(used_elsewhere).into(),
                        version.into(),
                    ],
                ))
                .await?;
            // Whoever waits for slots looks again; if there are still too few, they wait on.
            tx.execute_raw(sql(
                tx,
                "UPDATE run SET next_wake_at = $2 WHERE workspace_id = $1 AND state = 'paused' \
                 AND reason IN ('slots_exhausted', 'plan_inactive') AND finished_at IS NULL",
                [workspace.0.into(), self.now().into()],
            ))
            .await?;
            Ok(done.rows_affected() == 1)
        })?;
        self.work.notify_one();
        Ok(taken)
    }
}
