//! The calls that concern one tenant.

mod batch;
mod call;
mod groups;
mod mailbox;
mod organization;
mod round;
mod users;

use std::{fmt, sync::Arc, time::Duration};

use tokio::{sync::watch, time::Instant};

use crate::{Microsoft, TenantId, lane::Lane};

pub use batch::Probe;
pub use round::Round;
pub use users::{DeltaFrom, Next, UsersPage};

/// One tenant, seen with our app-only permissions. Cheap to clone; get it from
/// [`Microsoft::tenant`](crate::Microsoft::tenant).
///
/// Every call fetches its token by itself, waits while the tenant is paused (up to 60 s in all), and tries
/// three times; whoever schedules work needs no retries of its own below a minute. Dropping a call's future
/// abandons it.
#[derive(Clone)]
pub struct Tenant {
    microsoft: Microsoft,
    id: TenantId,
    lane: Arc<Lane>,
}

impl Tenant {
    pub(crate) fn new(microsoft: Microsoft, id: TenantId, lane: Arc<Lane>) -> Self {
        Self { microsoft, id, lane }
    }

    #[must_use]
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// How long Microsoft still asks us to leave this tenant alone; `None` when it does not.
    #[must_use]
    pub fn paused_until(&self) -> Option<Duration> {
        self.lane.gate.left()
    }

    /// Tells of every pause as it begins or is prolonged. The value is when the last pause ends (or ended:
    /// an instant in the past is no pause), `None` before the first.
    #[must_use]
    pub fn on_pause(&self) -> watch::Receiver<Option<Instant>> {
        self.lane.gate.watch()
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
