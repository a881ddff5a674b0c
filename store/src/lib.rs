//! The store: the only crate that knows tables. Its interface speaks in `domain` types.
//!
//! - Everything about a workspace goes through a handle that is scoped to it ([`Store::mailboxes`], [`Store::runs`],
//!   …), made from a [`WorkspaceCtx`]. Only a session, a one-time link, a consent state, an API key or a claimed run
//!   yields a context.
//! - Every write goes through `in_write!`: one transaction, no network inside. With a context
//!   (`in_write!(db, ctx, …)`, `db.read_in(ctx)`) PostgreSQL hides the rows of other workspaces (`row_security`).
//! - Locks are taken in one order: slot account, delegation, run, mailboxes by id.
//! - A change and its event are one transaction; after the commit [`Signals`] wakes the readers of the delegation.
//!
//! Folders are aggregates: `mailboxes`, `delegations`, `runs`, `slots`, `people`, `consent`, `sessions`,
//! `notifications`, `events`.

mod background;
mod backup;
pub mod clock;
mod consent;
mod ctx;
mod db;
mod delegations;
mod due_times;
mod entity;
mod error;
mod events;
mod leases;
mod mailboxes;
mod notifications;
mod people;
mod rate_limits;
mod ready;
mod restored;
mod row_security;
mod runs;
mod schedule;
mod scheduled_check;
mod scoped;
pub mod secrets;
mod sessions;
mod signals;
mod slots;
mod workspaces;

pub use background::{LoopReport, LoopState};
pub use backup::{BackupFacts, KEYS_PLACE, RestoredFile, write_backup};
pub use consent::{ApprovalRequest, AttemptStep, NewAttempt};
pub use ctx::{Browser, Origin, WorkspaceCtx};
pub use db::{Db, in_bulk};
pub use delegations::{Delegation, Newcomer, Rule, Verdict};
pub use error::StoreError;
pub use events::{LogEvent, Since};
pub use mailboxes::{DirectoryEntry, NewExclusion, PurposeAnswer, SyncPage, UnclearMailbox};
pub use notifications::{
    AlertEmail, AlertRequest, Delivery, DeliveryContent, Destinations, ExpiringCredential, MessageView,
    NewWebhook, Outcome, Topic, WebhookMessage, WebhookView,
};
pub use people::JoinRequest;
pub use restored::{Ended, RestoredMember};
pub use runs::{
    ItemOutcome, ItemPage, ItemResult, MAX_INTERACTIVE, NewRun, SettleReply, StopRequest, Urgency, WorkItem,
};
pub use scheduled_check::ScheduledCheck;
pub use scoped::{
    Activity, Consent, Delegations, Lease, LeasedRun, Mailboxes, Notifications, People, Runs, Slots,
    WorkspaceFacts,
};
pub use sessions::{
    Account, Arrival, EMBEDDED_LIFE, EnterRequest, Launch, Membership, SignInSecrets, SignedIn,
};
pub use signals::{Pending, PendingSignals, Signals, WorkSignal};
pub use slots::{Recount, SlotPush, recount};
pub use workspaces::NewPool;

use std::{sync::Arc, time::Duration};

use domain::ids::Millis;
use tokio::sync::Notify;

use crate::{clock::Sources, secrets::KeyRing};

/// How long leases are unless configured.
pub const LEASE: Duration = Duration::from_secs(30);
/// The store: database, signals, clock and keys. Clones share them.
#[derive(Clone, Debug)]
pub struct Store {
    pub db: Db,
    pub signals: Signals,
    pub sources: Sources,
    /// Signals that there may be work for a runner, here or in another replica.
    pub work: WorkSignal,
    /// Signals that rows are to be deleted before the next hourly sweep.
    pub retention: Arc<Notify>,
    /// Signals that a delivery may be due.
    pub deliveries: Arc<Notify>,
    /// A lease that is not renewed for this long is lost.
    lease: Duration,
    /// How long mailboxes of departed users keep their slots.
    grace: Millis,
    facets: mailboxes::list::FacetCache,
    /// Encrypts secrets in the database.
    keys: KeyRing,
    last_write: ready::LastWrite,
}

impl Store {
    #[must_use]
    pub fn new(db: Db, signals: Signals, sources: Sources) -> Self {
        let (work, keys) = (signals.work(), KeyRing::ephemeral(&sources));
        Self {
            db,
            signals,
            sources,
            work,
            retention: Arc::default(),
            deliveries: Arc::default(),
            lease: LEASE,
            grace: mailboxes::departures::GRACE,
            facets: mailboxes::list::FacetCache::default(),
            keys,
            last_write: ready::LastWrite::default(),
        }
    }

    /// Uses the keys that all servers on this database share. Without them only this process can open its secrets.
    #[must_use]
    pub fn with_keys(self, keys: KeyRing) -> Self {
        Self { keys, ..self }
    }

    /// Sets the length of leases. Every replica must have the same.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How often a lease must be renewed: two renewals may fail before it is lost.
    pub fn renew_every(&self) -> Duration {
        self.lease / 3
    }

    /// The time, from the same clock that stamps the rows.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.sources.now()
    }
}
