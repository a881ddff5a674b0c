//! Writes of each transaction of the server: rows (inserted, changed or deleted, including events) and events.
//!
//! Counted in `store/src`: `fence` changes the run's row, and closing the log changes the delegation's.

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
    /// The same with further rows and further events, which are rows as well.
    pub(crate) const fn and(self, rows: u64, events: u64) -> Self {
        cost(self.rows + rows + events, self.events + events)
    }
}

/// `start_due_checks`: the delegation; one more row for each run that it starts and each old one that it deletes.
pub(crate) const POLL: Cost = cost(1, 0);
/// `try_claim`.
pub(crate) const CLAIM: Cost = cost(3, 1);
/// `judge_delegation`.
pub(crate) const JUDGE: Cost = cost(4, 1);
/// `wake_paused`.
pub(crate) const WAKE: Cost = cost(1, 0);
/// `write_page` without changes.
pub(crate) const PAGE: Cost = cost(4, 1);
/// `finish_sync`.
pub(crate) const FINISH_SYNC: Cost = cost(5, 2);
/// `finish_sync_run` of a sync: with the delegation's next due time, and its state.
pub(crate) const END_SYNC: Cost = cost(6, 2);
/// `park_run` and `release` of a sync.
pub(crate) const PARK_SYNC: Cost = cost(5, 2);
/// The same for a check, and the end of a check that the tenant refused.
pub(crate) const PARK_CHECK: Cost = cost(4, 1);
/// `settle` of a batch in which every mailbox is unchanged.
pub(crate) const SETTLE: Cost = cost(3, 0);
/// `advance`.
pub(crate) const ADVANCE: Cost = cost(2, 0);
/// `finish_run` of a check.
pub(crate) const END_CHECK: Cost = cost(4, 1);

/// Transactions of an uninterrupted sync with one page, including the one that starts it.
pub(crate) const SYNC: [Cost; 7] = [POLL, CLAIM, JUDGE, WAKE, PAGE, FINISH_SYNC, END_SYNC];
