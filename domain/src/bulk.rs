//! Actions on many mailboxes at once, and their review before they begin.

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    connection::Connection,
    ids::{RowNumber, RunId},
    list::ListQuery,
    run::{ItemState, RunKind},
    sending::SendLimit,
    slots::Pool,
    undo::ExclusionTarget,
};

/// An action on more mailboxes than this is reviewed first.
pub const REVIEW_ABOVE: u32 = 50;

/// A disconnect of more mailboxes than this asks for the name of the organisation.
pub const NAME_ABOVE: u32 = 100;

/// An action on many mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// A run over these rows; for a check, no rows are all connected mailboxes.
    Run {
        kind: RunKind,
        rows: Vec<RowNumber>,
    },
    /// A run over the mailboxes that the list shows, at most [`crate::slots::MAX_PER_RUN`].
    Matching {
        kind: RunKind,
        query: ListQuery,
    },
    /// Another run over the failed mailboxes of a run.
    RetryFailed {
        run: RunId,
    },
    /// Another run over the mailboxes of a run that have this outcome and reason.
    RetryGroup {
        run: RunId,
        outcome: ItemState,
        reason: Option<Reason>,
    },
    Exclude(ExclusionTarget),
    Include(ExclusionTarget),
}

/// The effect of an action on each of its mailboxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkKind {
    Run(RunKind),
    Exclude,
    Include,
}

impl BulkKind {
    /// "Connect", as on a button.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Run(kind) => kind.noun(),
            Self::Exclude => "Exclude",
            Self::Include => "Include",
        }
    }

    /// "connected": what happens to the mailboxes.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Run(RunKind::Connect) => "connected",
            Self::Run(RunKind::Reconnect) => "reconnected",
            Self::Run(RunKind::Disconnect) => "disconnected",
            Self::Run(RunKind::Verify | RunKind::Sync) => "checked",
            Self::Exclude => "excluded",
            Self::Include => "included again",
        }
    }
}

/// The effects of an action on a pool of slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolChange {
    /// The pool as it is before.
    pub pool: Pool,
    /// Slots that are reserved.
    pub takes: u32,
    /// Slots that become free.
    pub frees: u32,
}

impl PoolChange {
    /// Free slots afterwards; `None` is unlimited.
    #[must_use]
    pub fn free_after(&self) -> Option<u32> {
        let mut after = self.pool.clone();
        after.reserved = after.reserved.saturating_add(self.takes);
        after.used = after.used.saturating_sub(self.frees);
        after.free()
    }
}

/// The dry run: the effects that an action would have now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub kind: BulkKind,
    /// Number of mailboxes that it takes.
    pub takes: u32,
    /// Numbers of mailboxes that it leaves out, each with the reason as text.
    pub skipped: Vec<(String, u32)>,
    /// Mailboxes beyond the maximum of one run.
    pub beyond: u32,
    /// The pools of which it takes or frees slots.
    pub pools: Vec<PoolChange>,
    /// Estimated duration in seconds; `None` if it is immediate.
    pub seconds: Option<u32>,
    /// Set if it makes more mailboxes send.
    pub sending: Option<SendLimit>,
}

impl Review {
    /// The number of slots that become free.
    #[must_use]
    pub fn frees(&self) -> u32 {
        self.pools.iter().map(|change| change.frees).sum()
    }
}

/// Why an action leaves out a mailbox in this state; `busy` means that it is in a run.
#[must_use]
pub fn left_because(connection: Connection, busy: bool, reason: Option<Reason>) -> &'static str {
    match connection {
        _ if busy => "Already in another run",
        Connection::Connected => "Already connected",
        Connection::NeedsAttention => "Connected, needs attention",
        Connection::Queued | Connection::Connecting => "Already in another run",
        Connection::Ineligible => reason.map_or("Can’t connect", Reason::title),
        Connection::Excluded => "Excluded",
        Connection::Removed => "Left the organisation",
        Connection::Available | Connection::Failed | Connection::Disconnected => "Not connected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slots::{PlanState, Shortfall};

    fn pool(limit: Option<u32>, used: u32) -> Pool {
        Pool {
            plan_type_id: "standard".into(),
            name: "Standard".into(),
            limit,
            used_elsewhere: 0,
            used,
            reserved: 0,
            plan: PlanState::Active,
        }
    }

    #[test]
    fn the_free_slots_afterwards_follow_from_the_pool_and_the_change() {
        let change = |pool: Pool, takes, frees| PoolChange { pool, takes, frees };
        let after = |limit, used, takes, frees| change(pool(limit, used), takes, frees).free_after();
        assert_eq!(after(Some(500), 200, 85, 0), Some(215));
        assert_eq!(after(Some(500), 200, 0, 85), Some(385));
        assert_eq!(after(None, 200, 0, 85), None);
        // Over the plan: what becomes free is not free before the excess is gone.
        assert_eq!(after(Some(100), 150, 0, 85), Some(35));
        assert_eq!(after(Some(100), 250, 0, 85), Some(0));
        assert_eq!(pool(Some(300), 200).check(130), Err(Shortfall { requested: 130, free: 100 }));
        assert_eq!(pool(Some(300), 200).check(100), Ok(()));
    }
}
