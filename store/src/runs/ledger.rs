//! Changes of counters in one transaction.

use std::collections::BTreeMap;

use domain::{connection::Hold, live::Change, run::RunState, slots::Pool};
use sea_orm::FromQueryResult;

use super::ItemOutcome;
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{Store, StoreError, db::sql, entity::run, events::Log};

/// Changes of counters in one transaction, gathered so that each counter is written once.
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
    pub(super) fn count(&mut self, outcome: ItemOutcome) {
        match outcome {
            ItemOutcome::Done => self.succeeded += 1,
            ItemOutcome::Failed(_) => self.failed += 1,
            ItemOutcome::Retry(_) => {}
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

    /// Writes and logs slots and progress. `pools` are the pools as read under their lock; they are updated.
    pub(super) async fn write(
        self,
        tx: &ScopedTx<'_>,
        lease: &Lease,
        log: &mut Log<'_>,
        pools: &mut [Pool],
    ) -> Result<(), StoreError> {
        let ctx = &lease.ctx;
        let mut slots_moved = false;
        for (pool, (used, reserved)) in &self.slots {
            slots_moved |= (*used, *reserved) != (0, 0);
            Store::move_slots(tx, pool, *used, *reserved).await?;
            if let Some(known) = pools.iter_mut().find(|known| known.plan_type_id == *pool) {
                known.used = known.used.saturating_add_signed(*used);
                known.reserved = known.reserved.saturating_add_signed(*reserved);
            }
        }
        // Results end a wait, and reset the number of attempts: the next wait is short again.
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
            log.push(&Change::Counts(Store::counts(tx, lease.delegation).await?))?;
        }
        Ok(())
    }
}
