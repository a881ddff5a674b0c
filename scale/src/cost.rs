//! What each transaction of the server writes: rows (inserted, changed or deleted, events among them) and events.
//!
//! Counted in `server/src/store`: `fence` changes the run's row, and closing the log changes the delegation's.

/// One kind of transaction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) rows: u64,
    pub(crate) events: u64,
}

const fn cost(rows: u64, events: u64) -> Cost {
    Cost { rows, events }
}

impl Cost {
    /// The same with more rows, of which some are events.
    pub(crate) const fn and(self, rows: u64, events: u64) -> Self {
        cost(self.rows + rows + events, self.events + events)
    }
}

/// `look_after_one`: the delegation; a row more for each run that it starts and each old one that goes.
pub(crate) const LOOK: Cost = cost(1, 0);
/// `try_claim`.
pub(crate) const CLAIM: Cost = cost(3, 1);
/// `judge_delegation`.
pub(crate) const JUDGE: Cost = cost(4, 1);
/// `wake_paused`.
pub(crate) const WAKE: Cost = cost(1, 0);
/// `write_page` that brings nothing.
pub(crate) const PAGE: Cost = cost(4, 1);
/// `finish_sync`.
pub(crate) const FINISH_SYNC: Cost = cost(5, 2);
/// `finish_sync_run` of a sync: with the delegation's next time, and its state.
pub(crate) const END_SYNC: Cost = cost(6, 2);
/// `park_run` and `hand_back` of a sync.
pub(crate) const PARK_SYNC: Cost = cost(5, 2);
/// The same of a check, and the end of one that the tenant refused.
pub(crate) const PARK_CHECK: Cost = cost(4, 1);
/// `settle` of a batch in which every mailbox is as it was.
pub(crate) const SETTLE: Cost = cost(3, 0);
/// `advance`.
pub(crate) const ADVANCE: Cost = cost(2, 0);
/// `finish_run` of a check.
pub(crate) const END_CHECK: Cost = cost(4, 1);

/// Transactions of a sync that runs through with one page, the look at the delegation included.
pub(crate) const SYNC: [Cost; 7] = [LOOK, CLAIM, JUDGE, WAKE, PAGE, FINISH_SYNC, END_SYNC];
