//! What a transaction does to counters.

use std::collections::BTreeMap;

use domain::{connection::Hold, live::Change, run::RunState};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, IntoActiveModel};

use super::{Fate, Lease};
use crate::store::{Store, StoreError, events::Log};

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

    /// Writes slots and progress, and logs what they are now.
    pub(super) async fn write(
        self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        log: &mut Log<'_>,
    ) -> Result<(), StoreError> {
        let ctx = &lease.ctx;
        let mut slots_moved = false;
        for (pool, (used, reserved)) in &self.slots {
            slots_moved |= (*used, *reserved) != (0, 0);
            Store::move_slots(tx, ctx, pool, *used, *reserved).await?;
        }
        let row = Store::run_row(tx, ctx, lease.run).await?;
        let (succeeded, failed, cancelled) =
            (row.succeeded + self.succeeded, row.failed + self.failed, row.cancelled + self.cancelled);
        let mut model = row.into_active_model();
        model.succeeded = Set(succeeded);
        model.failed = Set(failed);
        model.cancelled = Set(cancelled);
        if self.succeeded + self.failed > 0 {
            // What failed before was something else: the next wait begins short again.
            model.attempt = Set(0);
        }
        // Results mean that the wait is over.
        model.state = Set(RunState::Running.as_str().to_owned());
        model.reason = Set(None);
        model.waiting_until = Set(None);
        let row = model.update(tx).await?;
        if self.succeeded + self.failed + self.cancelled > 0 {
            log.push(&Change::Run(Box::new(Store::run_view(row)?)))?;
        }
        if slots_moved {
            log.push(&Change::Slots(Store::pools_in(tx, ctx).await?))?;
        }
        if self.moved {
            log.push(&Change::Counts(Store::counts(tx, ctx, lease.delegation).await?))?;
        }
        Ok(())
    }
}
