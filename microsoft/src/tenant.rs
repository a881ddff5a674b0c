//! The calls to one tenant.

mod batch;
mod call;
mod following;
mod groups;
mod mailbox;
mod organization;
mod round;
mod users;

use std::{fmt, sync::Arc, time::Duration};

use tokio::{sync::watch, time::Instant};

use crate::{Microsoft, TenantId, limits::TenantLimits};

pub use batch::{MAX_BATCH_PARTS, Probe};
pub use round::Round;
pub use users::{DeltaFrom, Next, UsersPage};

/// A handle for one tenant, with our app-only permissions. Cheap to clone; created by
/// [`Microsoft::tenant`](crate::Microsoft::tenant).
///
/// Every call fetches its own token, waits while the tenant is paused (up to 60 s in all), and makes up to
/// three attempts; callers need no retries of their own within a minute. Dropping a call's future cancels it.
#[derive(Clone)]
pub struct Tenant {
    microsoft: Microsoft,
    id: TenantId,
    limits: Arc<TenantLimits>,
}

impl Tenant {
    pub(crate) fn new(microsoft: Microsoft, id: TenantId, limits: Arc<TenantLimits>) -> Self {
        Self { microsoft, id, limits }
    }

    #[must_use]
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// The time left until the end of the pause of this tenant; `None` when it is not paused.
    #[must_use]
    pub fn pause_left(&self) -> Option<Duration> {
        self.limits.gate.left()
    }

    /// A receiver that is notified when a pause begins or is prolonged. Its value is the end of the last pause (an
    /// instant in the past is no pause), `None` before the first.
    #[must_use]
    pub fn watch_pauses(&self) -> watch::Receiver<Option<Instant>> {
        self.limits.gate.watch()
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tenant").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The readers of answers, for `fuzz.rs`.
#[cfg(test)]
pub(crate) mod fuzzed {
    use crate::http::Answer;

    pub(crate) use super::batch::read_any as batch;

    pub(crate) fn page(answer: &Answer) {
        super::users::read_any(answer);
    }
}
