//! How often what is connected is looked after, and how patiently. What this costs Microsoft, the database and us is
//! measured by a simulated year and by `cargo xtask bench scale`.

use crate::ids::Millis;

pub const MINUTE: Millis = 60 * 1_000;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;

/// Consent, permissions and the news of the directory, in milliseconds, as all times here.
pub const SYNC_EVERY: Millis = HOUR;
/// Every connected mailbox is asked for.
pub const SWEEP_EVERY: Millis = DAY;
/// Waits after syncs that failed, and after checks of what needs attention; the last one for ever.
pub const BACK_OFF: [Millis; 3] = [5 * MINUTE, HOUR, 6 * HOUR];
/// A mailbox that failed once is asked for again no sooner than this: Microsoft moves mailboxes.
pub const SUSPICION: Millis = 10 * MINUTE;
/// Waits are up to so many parts of themselves longer, so that what failed together does not come back together.
pub const SPREAD: Millis = 4;

/// Mailboxes of one request to Microsoft Graph, which takes no more.
pub const BATCH: usize = 20;
/// Requests of one organisation that are under way at once.
pub const IN_FLIGHT: usize = 4;
/// Mailboxes of a run that are read from the database at a time.
pub const PAGE: u64 = 400;

/// Bulk runs that one process works on at once.
pub const PLACES: usize = 64;
/// Of these, those for what nobody asked for. After an outage everything is due at once, and the fleet as a whole must
/// not ask Microsoft for more than it allows.
pub const WATCH_PLACES: usize = 24;
/// How long a run works before it lets another one have its place.
pub const TURN: Millis = 2 * 1_000;
/// How often each process looks for delegations that are due.
pub const LOOK_EVERY: Millis = 1_000;
/// Of so many delegations a look starts what is due: the next one takes the others.
pub const STARTS: u64 = 50;

/// The wait after so many failures.
#[must_use]
pub fn back_off(failures: i32) -> Millis {
    let at = usize::try_from(failures).unwrap_or(0).min(BACK_OFF.len() - 1);
    BACK_OFF[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_then_stay() {
        let waits: Vec<_> = (0..5).map(back_off).collect();
        assert_eq!(waits, [5 * MINUTE, HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]);
    }
}
