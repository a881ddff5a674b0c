//! Runs: bulk jobs over the mailboxes of one delegation.

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    evidence::Evidence,
    ids::{DelegationId, MailboxId, Millis, RowNumber, RunId},
    text,
};

crate::states! {
    /// The kind of work that a run does.
    pub enum RunKind: "run kind" in slice {
        Connect = "connect",
        Reconnect = "reconnect",
        Disconnect = "disconnect",
        /// Checks whether connected mailboxes still work.
        Verify = "verify",
        /// Checks the permissions and reads the directory.
        Sync = "sync",
    }
}

impl RunKind {
    /// "Connecting 12 mailboxes".
    #[must_use]
    pub const fn doing(self) -> &'static str {
        match self {
            Self::Connect => "Connecting",
            Self::Reconnect => "Reconnecting",
            Self::Disconnect => "Disconnecting",
            Self::Verify => "Checking",
            Self::Sync => "Reading the directory",
        }
    }

    /// "Connected 12 mailboxes".
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Connect => "Connected",
            Self::Reconnect => "Reconnected",
            Self::Disconnect => "Disconnected",
            Self::Verify => "Checked",
            Self::Sync => "Read the directory",
        }
    }

    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Connect => "Connect",
            Self::Reconnect => "Reconnect",
            Self::Disconnect => "Disconnect",
            Self::Verify => "Check",
            Self::Sync => "Directory sync",
        }
    }
}

crate::states! {
    /// The state of a run.
    pub enum RunState: "run state" in slice {
        Queued = "queued" => "Queued",
        Running = "running" => "Running",
        /// Waiting for Microsoft; continues automatically.
        Waiting = "waiting" => "Waiting for Microsoft",
        /// Stopped by a tenant-wide problem until that is solved, or by a user until a user resumes it.
        Paused = "paused" => "Paused",
        Completed = "completed" => "Completed",
        CompletedWithErrors = "completed_with_errors" => "Completed with problems",
        Cancelled = "cancelled" => "Cancelled",
        Failed = "failed" => "Failed",
    }
}

impl RunState {
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::CompletedWithErrors | Self::Cancelled | Self::Failed)
    }
}

crate::states! {
    /// The result of a run for one mailbox.
    pub enum ItemState: "item state" in slice {
        Pending = "pending" => "Left",
        Succeeded = "succeeded" => "Succeeded",
        Skipped = "skipped" => "Skipped",
        Failed = "failed" => "Failed",
        Cancelled = "cancelled" => "Cancelled",
    }
}

impl ItemState {
    /// "Connected", "Failed": the result of a mailbox in a run of this kind.
    #[must_use]
    pub const fn words(self, kind: RunKind) -> &'static str {
        match self {
            Self::Succeeded => kind.done(),
            other => other.label(),
        }
    }
}

/// Counts of a run's items. Together with [`RunCounts::pending`] they always add up to the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    pub total: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub skipped: u32,
    pub cancelled: u32,
}

impl RunCounts {
    #[must_use]
    pub const fn settled(&self) -> u32 {
        self.succeeded + self.failed + self.skipped + self.cancelled
    }

    #[must_use]
    pub const fn pending(&self) -> u32 {
        self.total.saturating_sub(self.settled())
    }
}

/// A run as the console shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    pub id: RunId,
    pub delegation: DelegationId,
    pub kind: RunKind,
    pub state: RunState,
    /// Why it is paused or failed.
    pub reason: Option<Reason>,
    /// End of its wait, or of the time in which it can be undone.
    pub waiting_until: Option<Millis>,
    /// The user who requested a pause. The run is paused once its worker has stopped.
    pub paused_by: Option<String>,
    pub counts: RunCounts,
    pub started_by: String,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
    /// Started by the schedule, not by a user.
    #[serde(default)]
    pub scheduled: bool,
    /// Changes that a sync found.
    #[serde(default)]
    pub found: Found,
}

impl RunView {
    /// "Connect · 300 mailboxes", "Directory sync".
    #[must_use]
    pub fn title(&self) -> String {
        match self.kind {
            RunKind::Sync => self.kind.noun().to_owned(),
            kind => format!("{} · {}", kind.noun(), text::mailboxes(u64::from(self.counts.total))),
        }
    }
}

/// Differences of a directory from the last sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub new: u32,
    pub left: u32,
    /// Remaining mailboxes with a change that the list shows.
    pub changed: u32,
    /// Users that could not be read; they are read again by the next sync.
    #[serde(default)]
    pub unreadable: u32,
}

impl Found {
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.new == 0 && self.left == 0 && self.changed == 0 && self.unreadable == 0
    }

    /// "3 new, 1 left, 2 changed, 1 unreadable"; empty for nothing.
    #[must_use]
    pub fn words(self) -> String {
        let parts = [
            (self.new, "new"),
            (self.left, "left"),
            (self.changed, "changed"),
            (self.unreadable, "unreadable"),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        parts
            .map(|(count, word)| format!("{} {word}", crate::text::number(u64::from(count))))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl RunView {
    /// End of the time in which it can be undone completely; `None` when it cannot (any more).
    #[must_use]
    pub fn undo_until(&self) -> Option<Millis> {
        self.waiting_until.filter(|_| self.kind == RunKind::Disconnect && self.state == RunState::Queued)
    }

    /// Whether a user may pause it. A sync cannot be paused: it is short, and other runs wait for it.
    #[must_use]
    pub fn may_pause(&self) -> bool {
        self.kind != RunKind::Sync
            && !self.state.is_over()
            && self.state != RunState::Paused
            && self.paused_by.is_none()
            && self.undo_until().is_none()
    }

    /// Whether a pause is requested and not reached yet.
    #[must_use]
    pub fn is_pausing(&self) -> bool {
        self.paused_by.is_some() && self.state != RunState::Paused && !self.state.is_over()
    }
}

/// Mailboxes of a run with the same outcome and reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonGroup {
    pub outcome: ItemState,
    pub reason: Option<Reason>,
    pub count: u32,
    /// The first few names.
    pub names: Vec<String>,
}

/// One mailbox of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItem {
    pub mailbox: MailboxId,
    pub row: RowNumber,
    pub name: String,
    pub address: String,
    pub outcome: ItemState,
    pub reason: Option<Reason>,
    /// Microsoft's answer, of a failure.
    #[serde(default)]
    pub evidence: Option<Evidence>,
    pub settled_at: Option<Millis>,
}

/// A position in the list of a run's mailboxes: the next page begins after this mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCursor {
    /// The sort key of the list: the name in lower case.
    pub name: String,
    pub row: RowNumber,
}

/// A page of a run's mailboxes by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItems {
    pub items: Vec<RunItem>,
    /// Start of the next page; `None` at the end.
    pub next: Option<ItemCursor>,
}

/// A run with its results by reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDetail {
    pub run: RunView,
    pub groups: Vec<ReasonGroup>,
    /// Directory ids of the first users that a sync could not read.
    #[serde(default)]
    pub unreadable: Vec<String>,
}
