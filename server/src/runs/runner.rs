//! Looks for runs that are due and works on them.

use std::time::Duration;

use domain::run::RunKind;
use microsoft::Microsoft;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    places::{Places, Room, Turn, Work},
    probe, release, schedule, sync,
};
use crate::store::{Lease, Store, StoreError, Urgency, in_bulk};

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
        let (places, tasks) = (Places::new(), TaskTracker::new());
        tasks.spawn(schedule::keep(self.desk.clone()));
        while !self.desk.shutdown.is_cancelled() {
            match self.claim(&places).await {
                Ok(Some(lease)) => {
                    let work = Work::of(&lease);
                    let (place, turn) = (places.take(work), places.turn(work));
                    let desk = self.desk.clone();
                    tasks.spawn(async move {
                        if lease.is_interactive {
                            desk.work(lease, &turn).await;
                        } else {
                            in_bulk(desk.work(lease, &turn)).await;
                        }
                        drop(place);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "cannot look for runs; trying again"),
            }
            tokio::select! {
                () = self.desk.store.work.notified() => {}
                () = places.freed() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = self.desk.shutdown.cancelled() => {}
            }
        }
        tasks.close();
        tasks.wait().await;
    }

    async fn claim(&self, places: &Places) -> Result<Option<Lease>, StoreError> {
        let (store, room) = (&self.desk.store, places.room());
        // A delegation that another process works on is not ours to take, so it crowds nobody here.
        places.set_waiting(room, room != Room::Any && store.is_due(&self.owner).await?);
        match room {
            Room::Any => store.claim_run(&self.owner, Urgency::Any).await,
            Room::Asked => store.claim_run(&self.owner, Urgency::Asked).await,
            Room::OnlyInteractive => store.claim_run(&self.owner, Urgency::Interactive).await,
            Room::None => Ok(None),
        }
    }
}

impl Desk {
    async fn work(&self, lease: Lease, turn: &Turn) {
        let outcome = match lease.kind {
            RunKind::Connect | RunKind::Reconnect | RunKind::Verify => probe::run(self, &lease, turn).await,
            RunKind::Disconnect => release::run(self, &lease, turn).await,
            RunKind::Sync => Box::pin(sync::run(self, &lease, turn)).await,
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
            Err(StoreError::NotFound) => {
                tracing::info!(run.id = %lease.run, "its organisation was removed meanwhile")
            }
            Err(error) => {
                // The lease runs out by itself, and the run is taken up again.
                tracing::error!(run.id = %lease.run, run.kind = %lease.kind, %error, "run interrupted");
            }
        }
    }
}
