//! What a run does while the database or Microsoft keeps it waiting: it goes on waiting, keeps its lease if it can,
//! and hears a shutdown.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::runner::Desk;
use crate::store::{Lease, StoreError};

/// Between two tries the database is left alone for so long; each time twice as long, up to the most.
const FIRST: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_secs(2);

impl Desk {
    /// Does something with the database, again and again until the database answers. It must be safe to do twice: an
    /// answer that was lost may have been a yes.
    ///
    /// # Errors
    /// Whatever the database answers; the outage itself once the process is to stop.
    pub(super) async fn persist<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut wait = FIRST;
        loop {
            match attempt().await {
                Err(error) if error.is_outage() && !self.shutdown.is_cancelled() => {
                    tracing::warn!(%error, "the database is away; trying again");
                    tokio::select! {
                        () = tokio::time::sleep(wait) => wait = (wait * 2).min(MOST),
                        () = self.shutdown.cancelled() => {}
                    }
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits for Microsoft and keeps the lease meanwhile. `None` when the process is to stop. The question must not
    /// touch the database: it stands still while the lease is renewed.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost: then the answer is for whoever has it now.
    pub(super) async fn ask<T>(
        &self,
        lease: &Lease,
        question: impl Future<Output = T>,
    ) -> Result<Option<T>, StoreError> {
        tokio::pin!(question);
        let every = self.store.renew_every();
        let mut renew = interval_at(Instant::now() + every, every);
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                answer = &mut question => return Ok(Some(answer)),
                () = self.shutdown.cancelled() => return Ok(None),
                _ = renew.tick() => { self.renewed(lease).await?; }
            }
        }
    }

    /// Renews the lease. Returns whether somebody asked to cancel or to pause; `false` as well when the database is away, as the
    /// next write finds out more.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub(super) async fn renewed(&self, lease: &Lease) -> Result<bool, StoreError> {
        match self.store.renew(lease).await {
            Err(error) if error.is_outage() => {
                tracing::warn!(run.id = %lease.run, %error, "the lease could not be renewed");
                Ok(false)
            }
            outcome => outcome.map(|asked| asked.cancel || asked.pause),
        }
    }
}
