//! Looks for runs that are due and works on them.

use std::{sync::Arc, time::Duration};

use domain::run::RunKind;
use microsoft::Microsoft;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{probe, release, sync};
use crate::store::{Lease, Store, StoreError};

/// Runs worked on at the same time by one process.
const AT_ONCE: usize = 8;
/// How often the database is asked when nothing rings.
const LOOK: Duration = Duration::from_secs(1);

/// Works on runs until the process stops.
#[derive(Debug)]
pub struct Runner {
    desk: Desk,
    owner: String,
}

/// What working on a run needs.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) microsoft: Microsoft,
    pub(super) shutdown: CancellationToken,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

impl Runner {
    /// `owner` names this process in leases; it must be new for every process.
    #[must_use]
    pub fn new(store: Store, microsoft: Microsoft, owner: String, shutdown: CancellationToken) -> Self {
        Self { desk: Desk { store, microsoft, shutdown }, owner }
    }

    /// Ends when the shutdown token is cancelled, after every run in hand was handed back.
    pub async fn run(self) {
        let (permits, tasks) = (Arc::new(Semaphore::new(AT_ONCE)), TaskTracker::new());
        while !self.desk.shutdown.is_cancelled() {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { break };
            match self.desk.store.claim_run(&self.owner).await {
                Ok(Some(lease)) => {
                    let desk = self.desk.clone();
                    tasks.spawn(async move {
                        desk.work(lease).await;
                        drop(permit);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "cannot look for runs; trying again"),
            }
            drop(permit);
            tokio::select! {
                () = self.desk.store.work.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = self.desk.shutdown.cancelled() => {}
            }
        }
        tasks.close();
        tasks.wait().await;
    }
}

impl Desk {
    async fn work(&self, lease: Lease) {
        let outcome = match lease.kind {
            RunKind::Connect | RunKind::Reconnect | RunKind::Verify => probe::run(self, &lease).await,
            RunKind::Disconnect => release::run(self, &lease).await,
            RunKind::Sync => Box::pin(sync::run(self, &lease)).await,
        };
        let outcome = match outcome {
            // Nobody has to wait for the lease to run out. After a shutdown there is one try.
            Err(error) if error.is_outage() => {
                tracing::warn!(run.id = %lease.run, %error, "run interrupted by the database");
                self.persist(|| self.store.hand_back(&lease)).await.map(|()| {
                    tracing::info!(run.id = %lease.run, "the database is back, and the run goes on");
                    self.store.work.notify_one();
                })
            }
            outcome => outcome,
        };
        match outcome {
            Ok(()) => {}
            Err(StoreError::Fenced) => {
                tracing::info!(run.id = %lease.run, "lease lost; whoever has it goes on")
            }
            Err(error) => {
                // The lease runs out by itself, and the run is taken up again.
                tracing::error!(run.id = %lease.run, run.kind = %lease.kind, %error, "run interrupted");
            }
        }
    }
}
