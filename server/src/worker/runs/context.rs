//! The context of work on a run. It waits for the database or Microsoft without losing the lease or missing a shutdown.

use std::time::Duration;

use microsoft::Microsoft;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use store::{Lease, Store, StoreError};

/// The first wait between two attempts at the database; each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const MAX_WAIT: Duration = Duration::from_secs(2);

/// The context of work on a run. Clones share it.
#[derive(Clone)]
pub(super) struct RunContext {
    pub(super) store: Store,
    pub(super) microsoft: Microsoft,
    pub(super) shutdown: CancellationToken,
}

impl std::fmt::Debug for RunContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunContext")
    }
}

impl RunContext {
    /// Repeats `attempt` until the database answers. It must be safe to repeat: it may have succeeded although its
    /// answer was lost.
    ///
    /// # Errors
    /// The database's errors other than an outage; an outage only when the process is to stop.
    pub(super) async fn persist<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut wait = FIRST_WAIT;
        loop {
            match attempt().await {
                Err(error) if error.is_outage() && !self.shutdown.is_cancelled() => {
                    tracing::warn!(%error, "the database is unavailable; retrying");
                    tokio::select! {
                        () = tokio::time::sleep(wait) => wait = (wait * 2).min(MAX_WAIT),
                        () = self.shutdown.cancelled() => {}
                    }
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits for an answer of Microsoft, and renews the lease meanwhile. `None` when the process is to stop. The
    /// request must not use the database: it is not polled while the lease is renewed.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost: then its new holder repeats the request.
    pub(super) async fn request<T>(
        &self,
        lease: &Lease,
        request: impl Future<Output = T>,
    ) -> Result<Option<T>, StoreError> {
        tokio::pin!(request);
        let every = self.store.renew_every();
        let mut renew = interval_at(Instant::now() + every, every);
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                answer = &mut request => return Ok(Some(answer)),
                () = self.shutdown.cancelled() => return Ok(None),
                _ = renew.tick() => { self.renewed(lease).await?; }
            }
        }
    }

    /// Renews the lease. Returns whether a cancellation or a pause was requested; `false` also during an outage of the
    /// database, which the next write detects.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub(super) async fn renewed(&self, lease: &Lease) -> Result<bool, StoreError> {
        match self.store.leased(lease).renew().await {
            Err(error) if error.is_outage() => {
                tracing::warn!(run.id = %lease.run, %error, "the lease could not be renewed");
                Ok(false)
            }
            outcome => outcome.map(|requested| requested.cancel || requested.pause),
        }
    }
}
