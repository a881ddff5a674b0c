//! Which mailboxes of a selection a run takes, and which it leaves out and why: the same for the dry run and for the
//! run.

use std::collections::BTreeMap;

use domain::{
    bulk::{PoolChange, left_because},
    connection::{Connection, Hold},
    run::RunKind,
    slots::Pool,
};

use crate::{StoreError, entity::mailbox};

/// The plan of a run over a selection.
pub(super) struct Plan {
    pub(super) taken: Vec<(mailbox::Model, Connection)>,
    pub(super) left: Vec<(mailbox::Model, &'static str)>,
    /// Slots that the run must reserve.
    pub(super) slots: u32,
}

impl Plan {
    pub(super) fn of(kind: RunKind, rows: Vec<mailbox::Model>) -> Result<Self, StoreError> {
        let mut plan = Self { taken: Vec::new(), left: Vec::new(), slots: 0 };
        for row in rows {
            let connection: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
            if row.run_id.is_none() && connection.accepts(kind) {
                if matches!(kind, RunKind::Connect | RunKind::Reconnect)
                    && connection.holds() == Hold::Nothing
                {
                    plan.slots += 1;
                }
                plan.taken.push((row, connection));
            } else {
                let reason = row.reason.as_deref().and_then(|code| code.parse().ok());
                let words = left_because(connection, row.run_id.is_some(), reason);
                plan.left.push((row, words));
            }
        }
        Ok(plan)
    }

    /// The pools of which a run of this kind takes or frees slots. For a connect that is always the pool for new
    /// connections.
    pub(super) fn pool_changes(&self, kind: RunKind, pools: &[Pool]) -> Vec<PoolChange> {
        let mut frees: BTreeMap<&str, u32> = BTreeMap::new();
        if kind == RunKind::Disconnect {
            for (row, _) in self.taken.iter().filter(|(_, connection)| connection.holds() == Hold::Used) {
                *frees.entry(row.pool.as_deref().unwrap_or_default()).or_insert(0) += 1;
            }
        }
        let target = pool_for_connections(pools).map(|pool| &pool.plan_type_id);
        let changes = pools.iter().map(|pool| PoolChange {
            pool: pool.clone(),
            takes: if Some(&pool.plan_type_id) == target { self.slots } else { 0 },
            frees: frees.get(pool.plan_type_id.as_str()).copied().unwrap_or(0),
        });
        let connects = |pool: &Pool| kind == RunKind::Connect && Some(&pool.plan_type_id) == target;
        changes.filter(|change| change.takes > 0 || change.frees > 0 || connects(&change.pool)).collect()
    }

    /// The numbers of mailboxes that are left out, by the displayed reason.
    pub(super) fn skipped_by_reason(&self) -> Vec<(String, u32)> {
        let mut by_words = BTreeMap::new();
        for (_, words) in &self.left {
            *by_words.entry((*words).to_owned()).or_insert(0) += 1;
        }
        by_words.into_iter().collect()
    }
}

/// The pool for new connections: the first one with an active plan, by name; without one, the first pool.
pub(crate) fn pool_for_connections(pools: &[Pool]) -> Option<&Pool> {
    pools.iter().find(|pool| pool.plan == domain::slots::PlanState::Active).or_else(|| pools.first())
}
