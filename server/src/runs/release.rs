//! Disconnecting: nothing is asked of Microsoft, so it is only written.

use super::{places::Turn, runner::Desk};
use crate::store::{Fate, Lease, Settled, StoreError};

const AT_ONCE: u64 = 200;

pub(super) async fn run(desk: &Desk, lease: &Lease, turn: &Turn) -> Result<(), StoreError> {
    loop {
        if desk.shutdown.is_cancelled() || turn.is_over() {
            return desk.store.hand_back(lease).await;
        }
        let work = desk.store.work(lease, AT_ONCE).await?;
        if work.cancel_requested || work.items.is_empty() {
            desk.store.finish_run(lease, work.cancel_requested).await?;
            return Ok(());
        }
        if work.pause_requested {
            return desk.store.hand_back(lease).await;
        }
        let results: Vec<Settled> =
            work.items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
        desk.store.settle(lease, &results).await?;
    }
}
