//! What has rung and was not passed on yet: each thing once, however often it rang.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use domain::ids::DelegationId;
use tokio::sync::Notify;

/// What others are to hear.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// Delegations whose log has grown.
    pub(super) moved: HashSet<DelegationId>,
    /// Whether there may be work for a runner.
    pub(super) work: bool,
}

/// A heap of rings that somebody empties.
#[derive(Debug, Default)]
pub(super) struct Rings {
    heard: Mutex<Option<Heard>>,
    bell: Notify,
}

impl Rings {
    /// From now on somebody empties it. Before that, and after [`Self::close`], nothing is kept.
    pub(super) fn open(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Heard::default());
    }

    pub(super) fn close(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn add(&self, note: impl FnOnce(&mut Heard)) {
        if let Some(heard) = &mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner) {
            note(heard);
            self.bell.notify_one();
        }
    }

    /// Waits until something has rung, and leaves it there.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    pub(super) fn take(&self) -> Heard {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

/// Rings for runners when there may be work: in this process at once, in other replicas by the doorbell.
#[derive(Clone, Debug)]
pub struct WorkBell {
    here: Arc<Notify>,
    elsewhere: Arc<Rings>,
}

impl WorkBell {
    pub(super) fn new(here: Arc<Notify>, elsewhere: Arc<Rings>) -> Self {
        Self { here, elsewhere }
    }

    pub fn notify_one(&self) {
        self.here.notify_one();
        self.elsewhere.add(|heard| heard.work = true);
    }

    /// Waits for a ring. One that came while nobody waited counts.
    pub async fn notified(&self) {
        self.here.notified().await;
    }
}
