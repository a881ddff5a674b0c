//! Which mailboxes of a selection a run takes, and which it leaves out and why: the same for the dry run and for the
//! run.

use std::collections::BTreeMap;

use domain::{
    Reason,
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

    /// The numbers of mailboxes that are left out, by the displayed reason.
    pub(super) fn skipped_by_reason(&self) -> Vec<(String, u32)> {
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

/// The pool for new connections: the first one with an active plan, by name; without one, the first pool.
pub(crate) fn pool_for_connections(pools: &[Pool]) -> Option<&Pool> {
    pools.iter().find(|pool| pool.plan == domain::slots::PlanState::Active).or_else(|| pools.first())
}
