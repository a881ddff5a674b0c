//! Intervals and limits of scheduled syncs and checks. Their cost for Microsoft, the database and us is measured by a
//! simulated year and by `cargo xtask bench scale`.

use crate::ids::Millis;

pub const MINUTE: Millis = 60 * 1_000;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;

/// Interval of the sync of consent, permissions and directory, in milliseconds like all times here.
pub const SYNC_EVERY: Millis = HOUR;
/// Interval of the check of every connected mailbox.
pub const SWEEP_EVERY: Millis = DAY;
/// Waits after failed syncs, and after checks of mailboxes that need attention; the last one repeats.
pub const BACK_OFF: [Millis; 3] = [5 * MINUTE, HOUR, 6 * HOUR];
/// Minimum wait before a mailbox that failed once is checked again: Microsoft moves mailboxes.
pub const RECHECK_AFTER: Millis = 10 * MINUTE;
/// A failure of a sync that one failure does not prove is an alarm when another sync fails at least this much later.
pub const CONFIRM_FAILURE_AFTER: Millis = 15 * MINUTE;
/// Waits are up to 1/`SPREAD_DIVISOR` longer, so that jobs that failed together are not retried together.
pub const SPREAD_DIVISOR: Millis = 4;

/// Mailboxes in one request to Microsoft Graph: as many as it accepts (the server compares that with
/// `microsoft::MAX_BATCH_PARTS` at compile time).
pub const BATCH: usize = 20;
/// Requests of one organisation in flight at once.
pub const IN_FLIGHT: usize = 4;
/// Mailboxes of a run that are read from the database at a time.
pub const PAGE: u64 = 400;

/// Bulk runs that one process works on at once.
pub const PERMITS: usize = 64;
/// Of these, the permits for scheduled runs. After an outage everything is due at once, and all processes together must
/// not exceed Microsoft's limits.
pub const SCHEDULED_PERMITS: usize = 24;
/// The time after which a run yields its permit to another one.
pub const TIME_SLICE: Millis = 2 * 1_000;
/// The interval at which each process looks for delegations that are due.
pub const POLL_EVERY: Millis = 1_000;
/// Delegations for which one poll starts due runs: the next poll takes the others.
pub const MAX_STARTS_PER_POLL: u64 = 50;

/// The wait after this number of failures.
#[must_use]
pub fn back_off(failures: i32) -> Millis {
    let at = usize::try_from(failures).unwrap_or(0).min(BACK_OFF.len() - 1);
    BACK_OFF[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_last_one() {
        let waits: Vec<_> = (0..5).map(back_off).collect();
        assert_eq!(waits, [5 * MINUTE, HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]);
    }
}
