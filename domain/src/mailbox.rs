//! A mailbox as the console shows it.

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    connection::Connection,
    evidence::Evidence,
    ids::{MailboxId, Millis, RowNumber, Seq},
};

crate::states! {
    /// The kind of a mailbox, from the directory and from Exchange's `userPurpose`.
    #[derive(PartialOrd, Ord)]
    pub enum Kind: "mailbox kind" {
        User = "user" => "User",
        Shared = "shared" => "Shared",
        Room = "room" => "Room",
        Equipment = "equipment" => "Equipment",
        Guest = "guest" => "Guest",
        Other = "other" => "Other",
    }
}

/// One row of the table: the state after the event `rev`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxRow {
    pub row: RowNumber,
    pub id: MailboxId,
    pub name: String,
    pub address: String,
    pub department: Option<String>,
    pub kind: Kind,
    pub connection: Connection,
    pub reason: Option<Reason>,
    /// In a run that is not finished.
    pub busy: bool,
    pub checked_at: Option<Millis>,
    pub connected_at: Option<Millis>,
    /// The event that caused this state; an older delta is ignored.
    pub rev: Seq,
}

/// A mailbox with details that its row does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxDetail {
    pub row: MailboxRow,
    /// Has a licence with Exchange Online.
    pub licensed: bool,
    /// On a server of the organisation's own.
    pub on_premises: bool,
    /// Microsoft's answer to the last request, if it failed.
    #[serde(default)]
    pub evidence: Option<Evidence>,
    pub history: History,
}

/// One change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    pub seq: Seq,
    pub at: Millis,
    /// The state afterwards, with its reason.
    pub connection: Connection,
    pub reason: Option<Reason>,
}

/// The number of changes on one page of a history.
pub const HISTORY_PAGE: usize = 50;

/// A page of a mailbox's history, newest first. Events that only confirmed a state are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    pub changes: Vec<StateChange>,
    /// Start of the next page; `None` when there is no older one.
    pub before: Option<Seq>,
}

/// Numbers of mailboxes of a delegation, by state. Counted by the database, never by the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Can be connected, and did not fail before.
    pub available: u32,
    /// Being connected.
    pub connecting: u32,
    /// Connected and working.
    pub connected: u32,
    /// Connected and not working.
    pub attention: u32,
    /// The last attempt to connect failed.
    #[serde(default)]
    pub failed: u32,
    /// Cannot be connected.
    pub cannot: u32,
    #[serde(default)]
    pub excluded: u32,
    /// All mailboxes in the organisation.
    pub all: u32,
}

impl Counts {
    /// Adds `n` mailboxes in state `connection`.
    pub fn add(&mut self, connection: Connection, n: u32) {
        match connection {
            Connection::Available | Connection::Disconnected => self.available += n,
            Connection::Queued | Connection::Connecting => self.connecting += n,
            Connection::Connected => self.connected += n,
            Connection::NeedsAttention => self.attention += n,
            Connection::Failed => self.failed += n,
            Connection::Ineligible => self.cannot += n,
            Connection::Excluded => self.excluded += n,
            Connection::Removed => return,
        }
        self.all += n;
    }

    /// The number of mailboxes that use a slot.
    #[must_use]
    pub const fn in_use(&self) -> u32 {
        self.connected + self.attention
    }
}
