//! Runs in the store: accepting, claiming, settling, parking, cancelling, looking at them.

mod accept;
mod ask;
mod claim;
mod doubts;
mod items;
mod ledger;
mod moves;
mod plan;
mod retry;
mod settle;
mod take;
mod undo;
mod view;
mod wind_up;
mod work;

use domain::{
    Reason,
    connection::Connection,
    ids::{DelegationId, MailboxId, Millis, RunId},
    run::RunKind,
};

pub use accept::NewRun;
pub(in crate::store) use plan::paying;

/// The priority of a small run that somebody is waiting for. Bulk work has none.
const INTERACTIVE: i32 = 10;
/// Up to so many mailboxes a run is for somebody who waits for it.
pub(crate) const FEW: usize = 20;

use super::{Watch, WorkspaceCtx};

/// The right to work on a run until it is taken away: every write proves it by owner and epoch.
#[derive(Clone, Debug)]
pub struct Lease {
    pub ctx: WorkspaceCtx,
    pub run: RunId,
    pub delegation: DelegationId,
    pub kind: RunKind,
    /// Where a sync stands.
    pub cursor: Option<String>,
    /// How often it was parked so far.
    pub attempt: u32,
    /// Whether somebody is waiting for it.
    pub is_interactive: bool,
    /// What it looks after, when nobody asked for it.
    pub watch: Option<Watch>,
    pub(in crate::store) owner: String,
    pub(in crate::store) epoch: i64,
}

/// Which runs to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Any,
    /// Only what somebody asked for.
    Asked,
    /// Only small ones that somebody is waiting for.
    Interactive,
}

/// One mailbox to work on.
#[derive(Clone, Debug)]
pub struct WorkItem {
    pub mailbox: MailboxId,
    pub entra_id: String,
    pub connection: Connection,
    pub licensed: bool,
    pub on_premises: bool,
    pub licensed_at: Option<Millis>,
    /// Tries so far.
    pub attempt: u32,
}

/// What is left to do.
#[derive(Debug)]
pub struct Work {
    pub items: Vec<WorkItem>,
    /// When nothing is due now: the time of the next retry.
    pub next_retry: Option<Millis>,
    pub cancel_requested: bool,
    /// Somebody asked to pause: the run is to be handed back.
    pub pause_requested: bool,
    /// Why nothing new may be connected, though slots are reserved for it.
    pub over: Option<Reason>,
    /// Where a run without items stands once these are done.
    pub cursor: Option<String>,
}

/// What people asked of a run while it is worked on. Cancelling wins over pausing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub cancel: bool,
    pub pause: bool,
}

/// What a run hears whenever it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    pub cancel_requested: bool,
    pub pause_requested: bool,
    /// As in [`Work`].
    pub over: Option<Reason>,
}

/// What became of one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Done,
    Failed(Reason),
    /// Try again at this time.
    Retry(Millis),
}

/// A mailbox with its fate.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    pub mailbox: MailboxId,
    pub fate: Fate,
}
