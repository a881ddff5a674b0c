//! The store: the only place that knows tables. What goes in and out are `domain` types.
//!
//! - Every function of a workspace takes its [`WorkspaceCtx`] first and looks only inside it; a context is made by
//!   signing in, by a one-time link, by a consent state or by claiming a run, and by nothing else.
//! - Everything that writes goes through `in_write!`: one transaction, no network inside. With a context it says so
//!   (`in_write!(db, ctx, …)`, `db.read_in(ctx)`), and PostgreSQL then shows it no other workspace's rows ([`wall`]).
//! - Locks are taken in one order: slot account, delegation, run, mailboxes by id.
//! - A change and its event are one transaction; after the commit the hub rings for the delegation.

mod alerts;
mod api_clients;
mod api_keys;
mod attempts;
mod audit;
mod causes;
mod ctx;
mod db;
mod delegations;
mod directory;
pub(crate) mod entity;
mod error;
mod events;
mod exclude;
mod history;
mod include;
mod invitations;
mod leavers;
mod link_facts;
mod list;
mod news;
mod people;
mod rules;
mod runs;
mod sign_in;
mod slots;
mod wall;
mod watch;
mod webhooks;
mod workspaces;

pub use alerts::Letter;
pub use attempts::{AttemptStep, NewAttempt};
pub use ctx::{Origin, WorkspaceCtx};
pub use db::Db;
pub(crate) use db::in_bulk;
pub use delegations::{Delegation, Verdict};
pub use directory::{DirectoryEntry, SyncPage};
pub use error::StoreError;
pub use events::{LogEvent, Since};
pub use exclude::NewExclusion;
pub use invitations::Invitation;
pub use news::{Ending, Topic};
pub use people::Asked as AskedToJoin;
pub use rules::{Newcomer, Rule};
pub(crate) use runs::FEW;
pub use runs::{Asked, Fate, Lease, NewRun, Pulse, Settled, Urgency, Work, WorkItem};
pub use sign_in::{Account, Arrival, Browser, LIFE_IN_HOST, Launch, Membership, SignInSecrets, SignedIn};
pub use slots::{Recount, SlotPush, recount};
pub use watch::Watch;
pub use webhooks::{Delivery, MessageView, NewWebhook, Outcome, WebhookView};
pub use workspaces::NewPool;

use std::{sync::Arc, time::Duration};

use domain::ids::Millis;
use sea_orm::DbErr;
use tokio::sync::Notify;

use crate::{
    keys::KeyRing,
    live::{Hub, WorkBell},
    sources::Sources,
};

/// How long leases are unless configured.
pub const LEASE: Duration = Duration::from_secs(30);
/// Longer than this and a database counts as away.
const PING: Duration = Duration::from_secs(2);

/// The store with what its functions need: database, bell and clock.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) hub: Hub,
    pub(crate) sources: Sources,
    /// Rings when there may be work for a runner, here or in another replica.
    pub work: WorkBell,
    /// Rings when something is to be thrown away before the next hour.
    pub(crate) tidy: Arc<Notify>,
    /// Rings when there is news for webhooks.
    pub post: Arc<Notify>,
    /// Rings when there is something to say by e-mail.
    pub letters: Arc<Notify>,
    /// A lease that is not renewed for this long is lost.
    lease: Duration,
    /// How long those who left keep their slots.
    grace: Millis,
    facets: list::FacetCache,
    /// Seals what must not be read in the database.
    keys: KeyRing,
}

impl Store {
    #[must_use]
    pub fn new(db: Db, hub: Hub, sources: Sources) -> Self {
        let (work, keys) = (hub.work(), KeyRing::ephemeral(&sources));
        Self {
            db,
            hub,
            sources,
            work,
            tidy: Arc::default(),
            post: Arc::default(),
            letters: Arc::default(),
            lease: LEASE,
            grace: leavers::GRACE,
            facets: list::FacetCache::default(),
            keys,
        }
    }

    /// The keys that all servers on this database have; without them secrets are this process's alone.
    #[must_use]
    pub fn with_keys(self, keys: KeyRing) -> Self {
        Self { keys, ..self }
    }

    /// Another length of leases. Every replica must have the same.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How often a lease must be renewed: two renewals may fail before it is lost.
    pub(crate) fn renew_every(&self) -> Duration {
        self.lease / 3
    }

    /// The time, from the same clock that stamps the rows.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.sources.now()
    }

    /// Whether the database answers, and soon: who asks has other servers to send people to.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        tokio::time::timeout(PING, self.db.read().ping())
            .await
            .unwrap_or_else(|_| Err(DbErr::Custom(format!("no answer in {PING:?}"))))
            .map_err(StoreError::from)
    }
}
