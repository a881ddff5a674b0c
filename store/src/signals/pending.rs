//! Signals that have not been sent to other replicas yet, without duplicates.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use domain::ids::{DelegationId, WorkspaceId};
use tokio::sync::Notify;

/// Signals without duplicates.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PendingSignals {
    /// Delegations whose log has grown.
    pub delegations: HashSet<DelegationId>,
    /// Whether there may be work for a runner.
    pub work: bool,
    /// Workspaces in which a session or an API key has ended.
    pub ended: HashSet<WorkspaceId>,
}

/// A buffer of signals that one consumer empties.
#[derive(Debug, Default)]
pub struct Pending {
    /// `None` while there is no consumer.
    signals: Mutex<Option<PendingSignals>>,
    notify: Notify,
}

impl Pending {
    /// Starts to buffer signals for a consumer. Before that, and after [`Self::close`], signals are dropped.
    pub fn open(&self) {
        *self.signals.lock().unwrap_or_else(PoisonError::into_inner) = Some(PendingSignals::default());
    }

    pub fn close(&self) {
        *self.signals.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Adds to the signals and wakes the consumer.
    pub fn add(&self, add: impl FnOnce(&mut PendingSignals)) {
        if let Some(signals) = &mut *self.signals.lock().unwrap_or_else(PoisonError::into_inner) {
            add(signals);
            self.notify.notify_one();
        }
    }

    /// Waits until there are signals, and leaves them there.
    pub async fn notified(&self) {
        self.notify.notified().await;
    }

    /// Takes all signals.
    pub fn take(&self) -> PendingSignals {
        let mut signals = self.signals.lock().unwrap_or_else(PoisonError::into_inner);
        signals.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

/// The signal that there may be work for a runner: at once in this process, through NOTIFY in other replicas.
#[derive(Clone, Debug)]
pub struct WorkSignal {
    local: Arc<Notify>,
    remote: Arc<Pending>,
}

impl WorkSignal {
    pub(super) fn new(local: Arc<Notify>, remote: Arc<Pending>) -> Self {
        Self { local, remote }
    }

    pub fn notify_one(&self) {
        self.local.notify_one();
        self.remote.add(|signals| signals.work = true);
    }

    /// Waits for the signal. One that was sent while no task waited counts.
    pub async fn notified(&self) {
        self.local.notified().await;
    }
}
