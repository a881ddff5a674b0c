//! Runs: bulk jobs over the mailboxes of one delegation.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    ids::{DelegationId, MailboxId, Millis, RowNo, RunId},
    sending::SendLimit,
    slots::Pool,
};

macro_rules! stable_names {
    ($name:ident, $what:literal, $($variant:ident = $code:literal),* $(,)?) => {
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, as stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($code => Ok(Self::$variant),)* _ => Err(UnknownName($what, s.to_owned())) }
            }
        }
    };
}

/// The text names nothing of its kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown {0} {1:?}")]
pub struct UnknownName(&'static str, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    Connect,
    Reconnect,
    Disconnect,
    /// Looks whether connected mailboxes still work.
    Verify,
    /// Checks the permissions and reads the directory.
    Sync,
}

stable_names!(
    RunKind,
    "run kind",
    Connect = "connect",
    Reconnect = "reconnect",
    Disconnect = "disconnect",
    Verify = "verify",
    Sync = "sync"
);

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Queued,
    Running,
    /// Microsoft asked us to wait; goes on by itself.
    Waiting,
    /// A tenant-wide cause stopped it, and it goes on when the cause is gone; or a person did, and it goes on when
    /// somebody resumes it.
    Paused,
    Completed,
    CompletedWithErrors,
    Cancelled,
    Failed,
}

stable_names!(
    RunState,
    "run state",
    Queued = "queued",
    Running = "running",
    Waiting = "waiting",
    Paused = "paused",
    Completed = "completed",
    CompletedWithErrors = "completed_with_errors",
    Cancelled = "cancelled",
    Failed = "failed",
);

impl RunState {
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::CompletedWithErrors | Self::Cancelled | Self::Failed)
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Running => "Running",
            Self::Waiting => "Waiting for Microsoft",
            Self::Paused => "Paused",
            Self::Completed => "Completed",
            Self::CompletedWithErrors => "Completed with problems",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }
}

/// What a run did with one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Pending,
    Succeeded,
    Skipped,
    Failed,
    Cancelled,
}

stable_names!(
    ItemState,
    "item state",
    Pending = "pending",
    Succeeded = "succeeded",
    Skipped = "skipped",
    Failed = "failed",
    Cancelled = "cancelled"
);

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
    /// While it is waiting, or can still be undone: until when.
    pub waiting_until: Option<Millis>,
    /// Who asked it to pause. It is paused once whoever works on it has stopped.
    pub paused_by: Option<String>,
    pub counts: RunCounts,
    pub started_by: String,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub finished_at: Option<Millis>,
    /// Nobody asked for it.
    #[serde(default)]
    pub scheduled: bool,
    /// What a sync has found.
    #[serde(default)]
    pub found: Found,
}

/// How a directory differs from how it was at the last sync.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub new: u32,
    pub left: u32,
    /// Of those who stay: name, address, department, kind or whether they can be connected.
    pub changed: u32,
}

impl Found {
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.new == 0 && self.left == 0 && self.changed == 0
    }

    /// "3 new, 1 left, 2 changed"; empty for nothing.
    #[must_use]
    pub fn words(self) -> String {
        let parts = [(self.new, "new"), (self.left, "left"), (self.changed, "changed")];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        parts
            .map(|(count, word)| format!("{} {word}", crate::text::number(u64::from(count))))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl RunView {
    /// Until when it can be undone as if it had never been; `None` when it cannot (any more).
    #[must_use]
    pub fn undo_until(&self) -> Option<Millis> {
        self.waiting_until.filter(|_| self.kind == RunKind::Disconnect && self.state == RunState::Queued)
    }

    /// Whether a person may pause it. A sync is short, and others wait for it.
    #[must_use]
    pub fn may_pause(&self) -> bool {
        self.kind != RunKind::Sync
            && !self.state.is_over()
            && self.state != RunState::Paused
            && self.paused_by.is_none()
            && self.undo_until().is_none()
    }

    /// Asked to pause, and not there yet.
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
    pub row: RowNo,
    pub name: String,
    pub address: String,
    pub outcome: ItemState,
    pub reason: Option<Reason>,
    pub settled_at: Option<Millis>,
}

/// A place in the list of a run's mailboxes: after whom the next page begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPlace {
    /// As the list is ordered by: the name in lower case.
    pub name: String,
    pub row: RowNo,
}

/// A page of a run's mailboxes by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItems {
    pub items: Vec<RunItem>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<ItemPlace>,
}

/// A run with its results by reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDetail {
    pub run: RunView,
    pub groups: Vec<ReasonGroup>,
}

/// The dry run: what would happen, before anything does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub kind: RunKind,
    /// Mailboxes the run would take.
    pub takes: u32,
    /// Selected mailboxes it would leave out, by the words that say why.
    pub skipped: Vec<(String, u32)>,
    pub pool: Option<Pool>,
    /// Slots the run would reserve.
    pub slots: u32,
    /// Rough time until it is through, in seconds.
    pub seconds: u32,
    /// Where the run makes more mailboxes send.
    pub sending: Option<SendLimit>,
}

impl Review {
    /// Slots left in the pool afterwards; `None` is unlimited.
    #[must_use]
    pub fn left_after(&self) -> Option<u32> {
        self.pool.as_ref().and_then(Pool::free).map(|free| free.saturating_sub(self.slots))
    }
}
