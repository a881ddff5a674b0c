//! The states as a person tells them apart: what the status filter offers.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Tab;
use crate::connection::Connection;

/// One choice of the status filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    NotConnected,
    Failed,
    Disconnected,
    Connecting,
    Connected,
    Attention,
    Cannot,
    Excluded,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::NotConnected,
        Self::Failed,
        Self::Disconnected,
        Self::Connecting,
        Self::Connected,
        Self::Attention,
        Self::Cannot,
        Self::Excluded,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Failed => "failed",
            Self::Disconnected => "disconnected",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Attention => "attention",
            Self::Cannot => "cannot",
            Self::Excluded => "excluded",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotConnected => "Not connected yet",
            Self::Failed => "Failed",
            Self::Disconnected => "Disconnected",
            Self::Connecting => "Connecting",
            Self::Connected => "Connected",
            Self::Attention => "Needs attention",
            Self::Cannot => "Can’t connect",
            Self::Excluded => "Excluded",
        }
    }

    #[must_use]
    pub const fn states(self) -> &'static [Connection] {
        match self {
            Self::NotConnected => &[Connection::Available],
            Self::Failed => &[Connection::Failed],
            Self::Disconnected => &[Connection::Disconnected],
            Self::Connecting => &[Connection::Queued, Connection::Connecting],
            Self::Connected => &[Connection::Connected],
            Self::Attention => &[Connection::NeedsAttention],
            Self::Cannot => &[Connection::Ineligible],
            Self::Excluded => &[Connection::Excluded],
        }
    }

    /// Whether mailboxes of this status are ever in the tab.
    #[must_use]
    pub fn is_in(self, tab: Tab) -> bool {
        self.states().iter().all(|state| tab.states().contains(state))
    }
}

/// The text names no status.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown status {0:?}")]
pub struct UnknownStatus(String);

impl FromStr for Status {
    type Err = UnknownStatus;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|status| status.as_str() == s).ok_or_else(|| UnknownStatus(s.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_state_has_one_status_and_every_status_a_tab() {
        for state in Tab::All.states() {
            let of = Status::ALL.into_iter().filter(|status| status.states().contains(state));
            assert_eq!(of.count(), 1, "{state}");
        }
        for status in Status::ALL {
            assert!(status.is_in(Tab::All));
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        let offered: Vec<_> = Status::ALL.into_iter().filter(|status| status.is_in(Tab::Cannot)).collect();
        assert_eq!(offered, [Status::Cannot, Status::Excluded]);
    }
}
