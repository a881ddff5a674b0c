//! Handles to the store that are scoped: to a workspace, one for each aggregate, or to a run that this process has
//! leased.
//!
//! A handle borrows its [`WorkspaceCtx`] (or [`Lease`]) once, so that no call of an aggregate can name another
//! workspace.

use std::ops::Deref;

use domain::{
    ids::{DelegationId, RunId},
    run::RunKind,
};

use crate::{ScheduledCheck, Store, WorkspaceCtx};

macro_rules! handles {
    ($($(#[$doc:meta])* $handle:ident from $method:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $handle<'a> {
                store: &'a Store,
                pub(crate) ctx: &'a WorkspaceCtx,
            }

            impl Deref for $handle<'_> {
                type Target = Store;
                fn deref(&self) -> &Store {
                    self.store
                }
            }
        )*

        impl Store {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $method<'a>(&'a self, ctx: &'a WorkspaceCtx) -> $handle<'a> {
                    $handle { store: self, ctx }
                }
            )*
        }
    };
}

handles! {
    /// Mailboxes of a workspace: list, rows, history, exclusions.
    Mailboxes from mailboxes;
    /// Links to Microsoft 365 tenants, their schedule, rules and event logs.
    Delegations from delegations;
    /// Bulk runs: review, acceptance, commands, results.
    Runs from runs;
    /// Slot pools.
    Slots from slots;
    /// Members, invitations, sessions and API keys.
    People from people;
    /// API clients, and attempts to approve them at Microsoft.
    Consent from consent;
    /// Alert addresses.
    Notifications from notifications;
    /// The audit log.
    Activity from activity;
    /// Facts about the workspace itself.
    WorkspaceFacts from workspace;
}

/// The right to work on a run until the lease is lost: every write proves it by owner and epoch.
#[derive(Clone, Debug)]
pub struct Lease {
    pub ctx: WorkspaceCtx,
    pub run: RunId,
    pub delegation: DelegationId,
    pub kind: RunKind,
    /// The position of a sync.
    pub cursor: Option<String>,
    /// How often the run was parked since its last result.
    pub attempt: u32,
    /// Whether a user is probably waiting for the result.
    pub is_interactive: bool,
    /// The check, for a scheduled run.
    pub scheduled: Option<ScheduledCheck>,
    pub(crate) owner: String,
    pub(crate) epoch: i64,
}

/// A run that this process has leased: every write to it proves the lease.
#[derive(Clone, Copy, Debug)]
pub struct LeasedRun<'a> {
    store: &'a Store,
    pub(crate) lease: &'a Lease,
}

impl Deref for LeasedRun<'_> {
    type Target = Store;
    fn deref(&self) -> &Store {
        self.store
    }
}

impl Store {
    /// The run of a lease.
    #[must_use]
    pub fn leased<'a>(&'a self, lease: &'a Lease) -> LeasedRun<'a> {
        LeasedRun { store: self, lease }
    }
}
