//! The remaining time of a run.

use domain::run::{RunState, RunView};

/// Seconds left at the pace so far; `None` until a tenth is done.
pub(crate) fn time_left(run: &RunView, now: i64) -> Option<u32> {
    let counts = run.counts;
    let (settled, total) = (i64::from(counts.settled()), i64::from(counts.total));
    if run.state != RunState::Running || settled == 0 || settled * 10 < total {
        return None;
    }
    let elapsed = (now - run.started_at?).max(0);
    u32::try_from(elapsed * (total - settled) / settled / 1_000).ok()
}
