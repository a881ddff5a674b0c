//! Wakes the streams of a delegation when its log has grown.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::ids::{DelegationId, Seq};
use tokio::sync::watch;

/// One bell a delegation. It says how far the log goes and nothing else: the log itself is the only source, so a
/// ring that is missed loses nothing.
#[derive(Clone, Debug, Default)]
pub struct Hub {
    bells: Arc<Mutex<HashMap<DelegationId, watch::Sender<Seq>>>>,
}

impl Hub {
    /// Called after a commit.
    pub fn ring(&self, delegation: DelegationId, head: Seq) {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&delegation) {
            if bell.receiver_count() == 0 {
                bells.remove(&delegation);
            } else {
                bell.send_if_modified(|seq| std::mem::replace(seq, head.max(*seq)) < head);
            }
        }
    }

    /// A receiver that changes whenever the delegation's log has grown.
    #[must_use]
    pub fn listen(&self, delegation: DelegationId) -> watch::Receiver<Seq> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(delegation).or_insert_with(|| watch::channel(Seq(0)).0).subscribe()
    }
}
