//! The choices of the status filter: the states that a user distinguishes.

use super::tab::Tab;
use crate::connection::Connection;

crate::states! {
    /// One choice of the status filter.
    pub enum Status: "status" {
        NotConnected = "not_connected" => "Available",
        Failed = "failed" => "Failed",
        Disconnected = "disconnected" => "Disconnected",
        Connecting = "connecting" => "Connecting",
        Connected = "connected" => "Connected",
        Attention = "attention" => "Needs attention",
        Cannot = "cannot" => "Can’t connect",
        Excluded = "excluded" => "Excluded",
    }
}

impl Status {
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
        let offered: Vec<_> = Status::ALL.into_iter().filter(|status| status.is_in(Tab::Attention)).collect();
        assert_eq!(offered, [Status::Failed, Status::Attention]);
    }
}
