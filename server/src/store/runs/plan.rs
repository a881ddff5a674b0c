//! What a run would take of a selection, and what it would leave and why: the same answer for the dry run and for
//! the run.

use std::collections::BTreeMap;

use domain::{
    Reason,
    connection::{Connection, Hold},
    run::RunKind,
    slots::Pool,
};

use crate::store::{StoreError, entity::mailbox};

/// A selection, sorted out.
pub(super) struct Plan {
    pub(super) taken: Vec<(mailbox::Model, Connection)>,
    pub(super) left: Vec<(mailbox::Model, &'static str)>,
    /// Slots that must be reserved.
    pub(super) slots: u32,
}

impl Plan {
    pub(super) fn of(kind: RunKind, rows: Vec<mailbox::Model>) -> Result<Self, StoreError> {
        let mut plan = Self { taken: Vec::new(), left: Vec::new(), slots: 0 };
        for row in rows {
            let connection: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
            if row.run_id.is_some() {
                plan.left.push((row, "Already in another run"));
            } else if connection.accepts(kind) {
                if matches!(kind, RunKind::Connect | RunKind::Reconnect)
                    && connection.holds() == Hold::Nothing
                {
                    plan.slots += 1;
                }
                plan.taken.push((row, connection));
            } else {
                let reason = row.reason.as_deref().and_then(|code| code.parse().ok());
                plan.left.push((row, left_because(connection, reason)));
            }
        }
        Ok(plan)
    }

    /// What is left out, by the words that say why.
    pub(super) fn left_by_words(&self) -> Vec<(String, u32)> {
        let mut by_words = BTreeMap::new();
        for (_, words) in &self.left {
            *by_words.entry((*words).to_owned()).or_insert(0) += 1;
        }
        by_words.into_iter().collect()
    }
}

fn left_because(connection: Connection, reason: Option<Reason>) -> &'static str {
    match connection {
        Connection::Connected => "Already connected",
        Connection::NeedsAttention => "Connected, needs attention",
        Connection::Queued | Connection::Connecting => "Already in another run",
        Connection::Ineligible => reason.map_or("Can’t connect", Reason::title),
        Connection::Excluded => "Excluded",
        Connection::Removed => "Left the organisation",
        Connection::Available | Connection::Failed | Connection::Disconnected => "Not connected",
    }
}

/// The pool that pays for new connections: the first one of an active plan, by name.
pub(in crate::store) fn paying(pools: &[Pool]) -> Option<&Pool> {
    pools.iter().find(|pool| pool.plan == domain::slots::PlanState::Active).or_else(|| pools.first())
}
