//! Claims runs that are due and works on them.

use std::{sync::Arc, time::Duration};

use domain::run::RunKind;
use microsoft::Microsoft;
use store::{Lease, Store, StoreError, Urgency, in_bulk};
use tokio_util::sync::CancellationToken;

use super::{
    concurrency::{Capacity, Permits, Priority, TimeSlice},
    context::RunContext,
    probe, release, sync,
};
use crate::worker::{Background, Loop, Next, schedule};

const RUNS: Loop = Loop { name: "runs", period: Duration::from_secs(1) };

/// Works on runs until the process stops.
#[derive(Clone, Debug)]
pub struct Runner {
    cx: RunContext,
    owner: String,
    permits: Arc<Permits>,
}

impl Runner {
    /// `owner` names this process in leases; it must be new for every process.
    #[must_use]
    pub fn new(store: Store, microsoft: Microsoft, owner: String, shutdown: CancellationToken) -> Self {
        Self { cx: RunContext { store, microsoft, shutdown }, owner, permits: Arc::new(Permits::new()) }
    }

    /// Starts the loop. After a shutdown every claimed run is handed back.
    pub fn spawn(self, background: &Background) {
        let (work, permits) = (self.cx.store.work.clone(), Arc::clone(&self.permits));
        let wake = move || {
            let (work, permits) = (work.clone(), Arc::clone(&permits));
            async move {
                tokio::select! {
                    () = work.notified() => {}
                    () = permits.freed() => {}
                }
            }
        };
        let claimed = background.clone();
        background.spawn(RUNS, wake, move || {
            let (this, background) = (self.clone(), claimed.clone());
            async move { this.start_next(&background).await.map_err(Into::into) }
        });
    }

    /// This loop and the schedule alone, until the shutdown: a process without deliveries and retention.
    pub async fn run(self) {
        let background = Background::new(self.cx.store.clone(), self.owner.clone(), self.cx.shutdown.clone());
        schedule::spawn(&background, &self.cx.store);
        self.spawn(&background);
        background.stopped().await;
    }

    /// Claims one run and works on it beside the loop.
    async fn start_next(&self, background: &Background) -> Result<Next, StoreError> {
        let Some(lease) = self.claim().await? else { return Ok(Next::Wait) };
        let priority = Priority::of(&lease);
        let (permit, slice) = (self.permits.take(priority), self.permits.slice(priority));
        let cx = self.cx.clone();
        background.spawn_claimed(RUNS.name, async move {
            if lease.is_interactive {
                work(&cx, lease, &slice).await;
            } else {
                in_bulk(work(&cx, lease, &slice)).await;
            }
            drop(permit);
        });
        Ok(Next::Again)
    }

    async fn claim(&self) -> Result<Option<Lease>, StoreError> {
        let (store, capacity) = (&self.cx.store, self.permits.capacity());
        // A delegation that another process works on cannot be claimed here, so it does not crowd this process.
        let waiting = capacity != Capacity::Any && store.is_due(&self.owner).await?;
        self.permits.set_waiting(capacity, waiting);
        match capacity {
            Capacity::Any => store.claim_run(&self.owner, Urgency::Any).await,
            Capacity::Requested => store.claim_run(&self.owner, Urgency::Requested).await,
            Capacity::OnlyInteractive => store.claim_run(&self.owner, Urgency::Interactive).await,
            Capacity::None => Ok(None),
        }
    }
}

async fn work(cx: &RunContext, lease: Lease, slice: &TimeSlice) {
    let outcome = match lease.kind {
        RunKind::Connect | RunKind::Reconnect | RunKind::Verify => {
            Box::pin(probe::run(cx, &lease, slice)).await
        }
        RunKind::Disconnect => release::run(cx, &lease, slice).await,
        RunKind::Sync => Box::pin(sync::run(cx, &lease, slice)).await,
    };
    let outcome = match outcome {
        // Handed back at once, so that the run does not wait for the lease to expire. After a shutdown there is one
        // attempt.
        Err(error) if error.is_outage() => {
            tracing::warn!(run.id = %lease.run, %error, "run interrupted by the database");
            cx.persist(|| cx.store.leased(&lease).release()).await.map(|()| {
                tracing::info!(run.id = %lease.run, "the database is back, and the run continues");
                cx.store.work.notify_one();
            })
        }
        outcome => outcome,
    };
    match outcome {
        Ok(()) => {}
        Err(StoreError::Fenced) => {
            tracing::info!(run.id = %lease.run, "lease lost; its new holder continues")
        }
        Err(StoreError::NotFound) => {
            tracing::info!(run.id = %lease.run, "its organisation was removed meanwhile")
        }
        Err(error) => {
            // The lease expires, and the run is claimed again.
            tracing::error!(run.id = %lease.run, run.kind = %lease.kind, %error, "run interrupted");
        }
    }
}
