//! The store: the only place that knows tables. What goes in and out are `domain` types.
//!
//! - Every function of a workspace takes its [`WorkspaceCtx`] first and looks only inside it; a context is made by
//!   signing in, by a one-time link, by a consent state or by claiming a run, and by nothing else.
//! - Everything that writes goes through `in_write!`: one transaction, no network inside.
//! - Locks are taken in one order: slot account, delegation, run, mailboxes by id.
//! - A change and its event are one transaction; after the commit the hub rings for the delegation.

mod api_clients;
mod attempts;
mod audit;
mod ctx;
mod db;
mod delegations;
mod directory;
pub(crate) mod entity;
mod error;
mod events;
mod list;
mod members;
mod runs;
mod slots;

pub use attempts::{AttemptStep, NewAttempt};
pub use ctx::WorkspaceCtx;
pub use db::Db;
pub use delegations::{Delegation, Verdict};
pub use directory::{DirectoryEntry, SyncPage};
pub use error::StoreError;
pub use events::{LogEvent, Since};
pub use members::NewPool;
pub use runs::{Fate, Lease, NewRun, Pulse, Settled, Work, WorkItem};
pub use slots::{Recount, recount};

use crate::{
    live::{Hub, WorkBell},
    sources::Sources,
};

/// The store with what its functions need: database, bell and clock.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) hub: Hub,
    pub(crate) sources: Sources,
    /// Rings when there may be work for a runner, here or in another replica.
    pub work: WorkBell,
}

impl Store {
    #[must_use]
    pub fn new(db: Db, hub: Hub, sources: Sources) -> Self {
        let work = hub.work();
        Self { db, hub, sources, work }
    }

    /// The time, from the same clock that stamps the rows.
    #[must_use]
    pub fn now(&self) -> domain::ids::Millis {
        self.sources.now()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.db.read().ping().await?)
    }
}
