//! What a transaction does to counters.

use std::collections::BTreeMap;

use domain::{connection::Hold, live::Change, run::RunState, slots::Pool};
use sea_orm::{DatabaseTransaction, FromQueryResult};

use super::{Fate, Lease};
use crate::store::{Store, StoreError, db::sql, entity::run, events::Log};

/// What a transaction does to counters, gathered so that each is written once.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) succeeded: i32,
    pub(super) failed: i32,
    pub(super) cancelled: i32,
    /// By pool: used, reserved.
    pub(super) slots: BTreeMap<String, (i32, i32)>,
    pub(super) moved: bool,
}

impl Ledger {
    pub(super) fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Done => self.succeeded += 1,
            Fate::Failed(_) => self.failed += 1,
            Fate::Retry(_) => {}
        }
    }

    pub(super) fn hold(&mut self, pool: Option<&str>, before: Hold, after: Hold) {
        let Some(pool) = pool else { return };
        let entry = self.slots.entry(pool.to_owned()).or_default();
        for (hold, sign) in [(before, -1), (after, 1)] {
            match hold {
                Hold::Used => entry.0 += sign,
                Hold::Reserved => entry.1 += sign,
                Hold::Nothing => {}
            }
        }
    }

    /// Writes slots and progress, and logs what they are now. `pools` as they were read under their lock; afterwards as
    /// they are now.
    pub(super) async fn write(
        self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        log: &mut Log<'_>,
        pools: &mut [Pool],
    ) -> Result<(), StoreError> {
        let ctx = &lease.ctx;
        let mut slots_moved = false;
        for (pool, (used, reserved)) in &self.slots {
            slots_moved |= (*used, *reserved) != (0, 0);
            Store::move_slots(tx, ctx, pool, *used, *reserved).await?;
            if let Some(known) = pools.iter_mut().find(|known| known.plan_type_id == *pool) {
                known.used = known.used.saturating_add_signed(*used);
                known.reserved = known.reserved.saturating_add_signed(*reserved);
            }
        }
        // Results mean that the wait is over. What failed before was something else: the next wait begins short again.
        let text = "UPDATE run SET succeeded = succeeded + $3, failed = failed + $4, cancelled = cancelled + $5, \
                    attempt = CASE WHEN $3 + $4 > 0 THEN 0 ELSE attempt END, state = $6, reason = NULL, waiting_until = NULL \
                    WHERE workspace_id = $1 AND id = $2 RETURNING *";
        let values = [
            ctx.workspace.0.into(),
            lease.run.0.into(),
            self.succeeded.into(),
            self.failed.into(),
            self.cancelled.into(),
            RunState::Running.as_str().into(),
        ];
        let row = run::Model::find_by_statement(sql(tx, text, values)).one(tx).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        if self.succeeded + self.failed + self.cancelled > 0 {
            log.push(&Change::Run(Box::new(Store::run_view(row)?)))?;
        }
        if slots_moved {
            log.push(&Change::Slots(pools.to_vec()))?;
        }
        if self.moved {
            log.push(&Change::Counts(Store::counts(tx, ctx, lease.delegation).await?))?;
        }
        Ok(())
    }
}
