//! The purpose of a selection, and which mailboxes it accepts.

use serde::{Deserialize, Serialize};

use crate::{connection::Connection, list::Tab, run::RunKind};

/// The purpose of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Connect,
    /// Disconnect or check.
    Manage,
    /// Reconnect or disconnect what needs attention, and try again what failed.
    Attend,
    /// Check again what cannot be connected.
    Check,
    /// Include mailboxes that an administrator has excluded.
    Include,
}

impl Purpose {
    #[must_use]
    pub const fn of(tab: Tab) -> Self {
        match tab {
            Tab::Available | Tab::All => Self::Connect,
            Tab::Connected => Self::Manage,
            Tab::Attention => Self::Attend,
            Tab::Cannot => Self::Check,
            Tab::Excluded => Self::Include,
        }
    }

    /// Whether a mailbox in this state can be selected; `busy` means that it is in a run.
    #[must_use]
    pub const fn takes(self, state: Connection, busy: bool) -> bool {
        match self {
            Self::Connect => state.accepts(RunKind::Connect) && !busy,
            Self::Manage => state.accepts(RunKind::Disconnect),
            Self::Attend => matches!(state, Connection::NeedsAttention | Connection::Failed),
            Self::Check => matches!(state, Connection::Ineligible),
            Self::Include => matches!(state, Connection::Excluded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Hold;

    #[test]
    fn a_connected_mailbox_is_selected_for_managing_only_and_one_in_a_run_never_for_connecting() {
        for state in Connection::ALL {
            assert!(!Purpose::Connect.takes(state, true), "{state}");
            let takes = [Purpose::Connect, Purpose::Manage, Purpose::Check, Purpose::Include];
            assert!(takes.into_iter().filter(|p| p.takes(state, false)).count() <= 1, "{state}");
        }
        assert!(Purpose::Manage.takes(Connection::NeedsAttention, false));
    }

    #[test]
    fn every_tab_accepts_what_it_lists_unless_it_is_in_a_run() {
        for tab in Tab::ALL.into_iter().filter(|tab| *tab != Tab::All) {
            for state in tab.states().iter().filter(|state| state.holds() != Hold::Reserved) {
                assert!(Purpose::of(tab).takes(*state, false), "{state} in {tab}");
            }
        }
    }
}
