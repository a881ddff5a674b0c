//! Slot accounts: one row per pool, locked before held slots are counted.

mod push;
mod recount;
mod repair;

use domain::{
    Reason,
    connection::Hold,
    ids::{DelegationId, Seq, WorkspaceId},
    live::Change,
    slots::{PlanState, Pool},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

pub use push::SlotPush;
pub use recount::{Recount, recount};

use crate::row_security::{InWorkspace, ScopedTx};
use crate::{
    Lease, NewPool, Slots, Store, StoreError,
    db::{connections, for_update, sql, stored},
    entity::{
        delegation::{self, GONE},
        slot_account,
    },
    events::Log,
};

fn count(n: i32) -> u32 {
    u32::try_from(n).unwrap_or(0)
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

impl Slots<'_> {
    /// The workspace's pools, ordered by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn pools(self) -> Result<Vec<Pool>, StoreError> {
        let ctx = self.ctx;
        Store::pools_in(&self.db.read_in(ctx)).await
    }
}

impl Store {
    pub(crate) async fn insert_pool(
        tx: &impl ConnectionTrait,
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

    pub(crate) async fn pools_in(on: &impl InWorkspace) -> Result<Vec<Pool>, StoreError> {
        let ctx = on.ctx();
        let rows = slot_account::Entity::find()
            .filter(slot_account::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(slot_account::Column::Name)
            .all(on)
            .await?;
        Ok(rows.into_iter().map(pool).collect())
    }

    /// Locks every pool of the workspace, then reads it. Two statements, because a statement that waits for a lock
    /// reads values from before the wait.
    pub(crate) async fn lock_pools(tx: &ScopedTx<'_>) -> Result<Vec<Pool>, StoreError> {
        let ctx = tx.ctx();
        let lock = for_update(tx);
        // On SQLite a write transaction has locked the whole database.
        if !lock.is_empty() {
            let text = format!(
                "SELECT plan_type_id FROM slot_account WHERE workspace_id = $1 ORDER BY plan_type_id{lock}"
            );
            tx.query_all_raw(sql(tx, &text, [ctx.workspace.0.into()])).await?;
        }
        Self::pools_in(tx).await
    }

    /// Why a run must stop connecting although its slots are reserved: the plan has shrunk below the number of taken
    /// slots, or has ended. Only pools in which the run still holds a reservation count.
    pub(crate) async fn overdrawn(
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
                &format!(
                    "SELECT DISTINCT pool FROM mailbox WHERE workspace_id = $1 AND run_id = $2 \
                     AND connection IN {} AND pool IS NOT NULL",
                    connections(Hold::Reserved)
                ),
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

    /// Changes a pool's counters by `used` and `reserved`. The caller has locked the pool.
    pub(crate) async fn move_slots(
        tx: &ScopedTx<'_>,
        pool: &str,
        used: i32,
        reserved: i32,
    ) -> Result<(), StoreError> {
        let ctx = tx.ctx();
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

    /// Logs the pools in every delegation of the workspace, because they share them. The caller has locked the pools,
    /// so that concurrent calls run one after another. Returns the heads to signal after the commit.
    pub(crate) async fn log_pools(&self, tx: &ScopedTx<'_>) -> Result<Vec<(DelegationId, Seq)>, StoreError> {
        let ctx = tx.ctx();
        let delegations: Vec<uuid::Uuid> = delegation::Entity::find()
            .select_only()
            .column(delegation::Column::Id)
            .filter(delegation::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(delegation::Column::State.is_not_in(GONE))
            .order_by_asc(delegation::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        let pools = Self::pools_in(tx).await?;
        let mut signals = Vec::with_capacity(delegations.len());
        for id in delegations.into_iter().map(DelegationId) {
            let mut log = Log::open(tx, id, self.now()).await?;
            log.push(&Change::Slots(pools.clone()))?;
            signals.push((id, log.close().await?));
        }
        Ok(signals)
    }
}
