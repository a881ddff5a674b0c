//! Runs in the store: accepting, claiming, settling, parking, cancelling, reading.

mod accept;
mod cancel;
mod claim;
mod failure_debounce;
mod finish;
mod items;
mod ledger;
mod plan;
mod retry;
mod run_commands;
mod settle;
mod take;
mod transitions;
mod undo;
mod view;
mod work;

use domain::{
    Reason,
    connection::Connection,
    evidence::Evidence,
    ids::{MailboxId, Millis},
    mailbox::Kind,
};

pub use accept::NewRun;
pub(crate) use plan::pool_for_connections;

/// The priority of a small run, for whose result a user is probably waiting. Bulk runs have 0.
const INTERACTIVE: i32 = 10;
/// A run of up to this many mailboxes is interactive.
pub const MAX_INTERACTIVE: usize = 20;

/// Which runs to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Any,
    /// Only requested runs, not scheduled ones.
    Requested,
    /// Only interactive runs.
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

/// The next open items of a run.
#[derive(Debug)]
pub struct ItemPage {
    pub items: Vec<WorkItem>,
    /// The time of the next retry, when no item is due now.
    pub next_retry: Option<Millis>,
    pub cancel_requested: bool,
    /// A user has requested a pause: the run is to be handed back.
    pub pause_requested: bool,
    /// Why no further mailbox may be connected, though slots are reserved.
    pub over: Option<Reason>,
    /// The position of a scheduled check after these items.
    pub cursor: Option<String>,
}

/// Whether users have requested to stop a run. Cancelling takes precedence over pausing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopRequest {
    pub cancel: bool,
    pub pause: bool,
}

/// The reply to a worker that has written results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettleReply {
    pub cancel_requested: bool,
    pub pause_requested: bool,
    /// As in [`ItemPage`].
    pub over: Option<Reason>,
}

/// The outcome of one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemOutcome {
    Done,
    Failed(Reason),
    /// To be retried at this time.
    Retry(Millis),
}

/// A mailbox with its outcome.
#[derive(Clone, Debug)]
pub struct ItemResult {
    pub mailbox: MailboxId,
    pub outcome: ItemOutcome,
    /// Microsoft's answer, of a failure.
    pub evidence: Option<Evidence>,
    /// The kind of the mailbox and the stored name of its purpose, if Exchange named it.
    pub kind: Option<(Kind, &'static str)>,
}

impl ItemResult {
    #[must_use]
    pub const fn new(mailbox: MailboxId, outcome: ItemOutcome) -> Self {
        Self { mailbox, outcome, evidence: None, kind: None }
    }
}
