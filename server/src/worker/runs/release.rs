//! Disconnects mailboxes: only in the database, without requests to Microsoft.

use super::{concurrency::TimeSlice, context::RunContext};
use store::{ItemOutcome, ItemResult, Lease, StoreError};

/// Mailboxes per transaction.
const AT_ONCE: u64 = 200;

pub(super) async fn run(cx: &RunContext, lease: &Lease, slice: &TimeSlice) -> Result<(), StoreError> {
    loop {
        if cx.shutdown.is_cancelled() || slice.is_over() {
            return cx.store.leased(lease).release().await;
        }
        let work = cx.store.leased(lease).work(AT_ONCE).await?;
        if work.cancel_requested || work.items.is_empty() {
            cx.store.leased(lease).finish_run(work.cancel_requested).await?;
            return Ok(());
        }
        if work.pause_requested {
            return cx.store.leased(lease).release().await;
        }
        let results: Vec<ItemResult> =
            work.items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
        cx.store.leased(lease).settle(&results).await?;
    }
}
