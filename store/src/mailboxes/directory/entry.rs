//! The input of a sync: directory users, page by page.

use domain::{Reason, mailbox::Kind};

/// A directory user: its properties, and whether it can be connected.
#[derive(Clone, Debug)]
pub struct DirectoryEntry {
    pub entra_id: String,
    pub name: String,
    pub address: String,
    pub department: Option<String>,
    /// Other addresses that reach the same mailbox.
    pub aliases: Vec<String>,
    pub kind: Kind,
    pub licensed: bool,
    pub on_premises: bool,
    /// When the licence was assigned, Unix milliseconds.
    pub licensed_at: Option<i64>,
    /// Why it cannot be connected; `None` when it can.
    pub obstacle: Option<Reason>,
    /// Whether only Exchange can tell what kind of mailbox it is.
    pub unclear: bool,
}

impl DirectoryEntry {
    pub(crate) fn with_obstacle(&self, obstacle: Reason) -> Self {
        Self { obstacle: Some(obstacle), ..self.clone() }
    }
}

/// One page of a sync.
#[derive(Debug)]
pub struct SyncPage<'a> {
    pub generation: i64,
    pub entries: &'a [DirectoryEntry],
    /// Ids that Microsoft reports as removed.
    pub removed: &'a [String],
    /// Ids of users that could not be read, `None` without one.
    pub unreadable: &'a [Option<String>],
    /// The start of the next page: stored on the run, so that a restarted sync continues.
    pub cursor: Option<&'a str>,
}
