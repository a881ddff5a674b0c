//! Starts what is due without anybody asking: syncs and checks.

use std::time::Duration;

use domain::cadence::{LOOK_EVERY, STARTS};

use super::runner::Desk;

/// A question by an index that mostly finds nobody.
const LOOK: Duration = Duration::from_millis(LOOK_EVERY.unsigned_abs());

/// Until the process stops.
pub(super) async fn keep(desk: Desk) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = desk.shutdown.cancelled() => return,
        }
        match desk.store.look_after(STARTS).await {
            Ok(0) => {}
            Ok(runs) => tracing::debug!(runs, "started what was due"),
            Err(error) => tracing::warn!(%error, "cannot look for delegations that are due; trying again"),
        }
    }
}
