//! A mailbox as the console shows it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    connection::Connection,
    ids::{MailboxId, Millis, RowNo, Seq},
};

/// What sort of mailbox it is, from the directory and from Exchange's `userPurpose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    User,
    Shared,
    Room,
    Equipment,
    Guest,
    Other,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::User, Self::Shared, Self::Room, Self::Equipment, Self::Guest, Self::Other];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Shared => "shared",
            Self::Room => "room",
            Self::Equipment => "equipment",
            Self::Guest => "guest",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Shared => "Shared",
            Self::Room => "Room",
            Self::Equipment => "Equipment",
            Self::Guest => "Guest",
            Self::Other => "Other",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of mailbox.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown mailbox kind {0:?}")]
pub struct UnknownKind(String);

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|k| k.as_str() == s).ok_or_else(|| UnknownKind(s.to_owned()))
    }
}

/// One row of the table: the state after the event `rev`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxRow {
    pub row: RowNo,
    pub id: MailboxId,
    pub name: String,
    pub address: String,
    pub department: Option<String>,
    pub kind: Kind,
    pub connection: Connection,
    pub reason: Option<Reason>,
    /// In a run that is not through.
    pub busy: bool,
    pub checked_at: Option<Millis>,
    pub connected_at: Option<Millis>,
    /// The event that made this state; an older delta is ignored.
    pub rev: Seq,
}

/// A mailbox with what its row has no room for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxDetail {
    pub row: MailboxRow,
    /// Has a licence with Exchange Online.
    pub licensed: bool,
    /// Lives on a server of the organisation's own.
    pub on_premises: bool,
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

/// How many changes one page of a history has.
pub const HISTORY_PAGE: usize = 50;

/// A page of what happened to a mailbox, newest first. What only confirmed a state is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    pub changes: Vec<StateChange>,
    /// Where the next page begins; `None` when there is no older one.
    pub before: Option<Seq>,
}

/// How many mailboxes of a delegation are in which tab. Counted by the database, never by the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Not connected and connectable.
    pub available: u32,
    /// Being connected.
    pub connecting: u32,
    /// Connected and well.
    pub connected: u32,
    pub attention: u32,
    /// Cannot be connected, or excluded.
    pub cannot: u32,
    /// Everyone who is in the organisation.
    pub all: u32,
}

impl Counts {
    /// Adds `n` mailboxes in state `connection`.
    pub fn add(&mut self, connection: Connection, n: u32) {
        match connection {
            Connection::Available | Connection::Failed | Connection::Disconnected => self.available += n,
            Connection::Queued | Connection::Connecting => self.connecting += n,
            Connection::Connected => self.connected += n,
            Connection::NeedsAttention => self.attention += n,
            Connection::Ineligible | Connection::Excluded => self.cannot += n,
            Connection::Removed => return,
        }
        self.all += n;
    }
}
