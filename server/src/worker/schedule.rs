//! Starts syncs and checks that are due.

use std::time::Duration;

use domain::schedule::{MAX_STARTS_PER_POLL, POLL_EVERY};

use super::{Background, Loop, Next};
use store::Store;

const SCHEDULE: Loop = Loop { name: "schedule", period: Duration::from_millis(POLL_EVERY.unsigned_abs()) };

/// Starts the loop.
pub fn spawn(background: &Background, store: &Store) {
    let store = store.clone();
    background.spawn(SCHEDULE, std::future::pending, move || {
        let store = store.clone();
        async move {
            let runs = store.start_due(MAX_STARTS_PER_POLL).await?;
            if runs > 0 {
                tracing::debug!(runs, "started scheduled checks");
            }
            Ok(Next::Wait)
        }
    });
}
