//! Starts what is due without anybody asking: syncs and checks.

use std::time::Duration;

use super::runner::Desk;

/// How often is looked for delegations that are due. A question by an index that mostly finds nobody.
const LOOK: Duration = Duration::from_secs(1);
/// Of so many at a time: the next look takes the others.
const DELEGATIONS: u64 = 50;

/// Until the process stops.
pub(super) async fn keep(desk: Desk) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = desk.shutdown.cancelled() => return,
        }
        match desk.store.look_after(DELEGATIONS).await {
            Ok(0) => {}
            Ok(runs) => tracing::debug!(runs, "started what was due"),
            Err(error) => tracing::warn!(%error, "cannot look for delegations that are due; trying again"),
        }
    }
}
