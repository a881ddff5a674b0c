//! Wake-up signals from writers to waiting readers: live streams, runners, deliveries, retention.
//!
//! A signal carries no data that matters: its receiver reads the database. A lost signal therefore only causes a delay
//! until the next poll. Signals reach other replicas through [`Pending`], which the server empties into PostgreSQL's
//! NOTIFY.

mod pending;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::ids::{DelegationId, Seq, WorkspaceId};
use tokio::sync::{Notify, broadcast, watch};

pub use pending::{Pending, PendingSignals, WorkSignal};

/// Announcements that a slow stream may be behind; it then checks its own session.
const ENDED: usize = 256;

/// The signals of one process. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// The newest sequence number of each delegation that has a reader in this process.
    heads: Arc<Mutex<HashMap<DelegationId, WatchedHead>>>,
    work: Arc<Notify>,
    ended: Ended,
    remote: Arc<Pending>,
}

/// Announces workspaces in which a session has ended, to the streams of this process.
#[derive(Clone, Debug)]
struct Ended(broadcast::Sender<WorkspaceId>);

impl Default for Ended {
    fn default() -> Self {
        Self(broadcast::Sender::new(ENDED))
    }
}

#[derive(Debug)]
struct WatchedHead {
    workspace: WorkspaceId,
    head: watch::Sender<Seq>,
}

impl WatchedHead {
    /// Moves forward only, because signals may arrive out of order.
    fn advance(&self, head: Seq) {
        self.head.send_if_modified(|seq| std::mem::replace(seq, head.max(*seq)) < head);
    }
}

impl Signals {
    /// The signal that there may be work for a runner.
    #[must_use]
    pub fn work(&self) -> WorkSignal {
        WorkSignal::new(Arc::clone(&self.work), Arc::clone(&self.remote))
    }

    /// Signals that are to be sent to other replicas.
    #[must_use]
    pub fn remote(&self) -> &Pending {
        &self.remote
    }

    /// Called after a commit: the log of the delegation has grown up to `head`.
    pub fn notify(&self, delegation: DelegationId, head: Seq) {
        self.notify_local(delegation, head);
        self.remote.add(|signals| _ = signals.delegations.insert(delegation));
    }

    /// The same for this process only: other replicas have their own signal.
    pub fn notify_local(&self, delegation: DelegationId, head: Seq) {
        if let Some(watched) = self.heads().get(&delegation) {
            watched.advance(head);
        }
    }

    /// Wakes a runner of this process only.
    pub fn notify_work_local(&self) {
        self.work.notify_one();
    }

    /// Called after a commit: sessions or API keys of a workspace have ended, or roles changed.
    pub fn sessions_ended(&self, workspace: WorkspaceId) {
        self.sessions_ended_local(workspace);
        self.remote.add(|signals| _ = signals.ended.insert(workspace));
    }

    /// The same for this process only.
    pub fn sessions_ended_local(&self, workspace: WorkspaceId) {
        // An error means that there is no stream.
        _ = self.ended.0.send(workspace);
    }

    /// Announces workspaces in which a session has ended from now on.
    #[must_use]
    pub fn ended_sessions(&self) -> broadcast::Receiver<WorkspaceId> {
        self.ended.0.subscribe()
    }

    /// Subscribes to the head of a delegation's log, which is at least `head` now. End it with
    /// [`unsubscribe`](Self::unsubscribe).
    #[must_use]
    pub fn subscribe(
        &self,
        workspace: WorkspaceId,
        delegation: DelegationId,
        head: Seq,
    ) -> watch::Receiver<Seq> {
        let mut heads = self.heads();
        let watched = heads
            .entry(delegation)
            .or_insert_with(|| WatchedHead { workspace, head: watch::Sender::new(head) });
        watched.advance(head);
        watched.head.subscribe()
    }

    /// Ends all subscriptions to a delegation.
    pub fn unsubscribe(&self, delegation: DelegationId) {
        self.heads().remove(&delegation);
    }

    /// The delegations that have a reader in this process, each with its workspace.
    #[must_use]
    pub fn watched(&self) -> Vec<(WorkspaceId, DelegationId)> {
        self.heads().iter().map(|(id, watched)| (watched.workspace, *id)).collect()
    }

    fn heads(&self) -> MutexGuard<'_, HashMap<DelegationId, WatchedHead>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
