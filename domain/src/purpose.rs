//! The purpose of a selection, and which mailboxes it accepts.

use serde::{Deserialize, Serialize};

use crate::{connection::Connection, list::Tab, run::RunKind};

/// The purpose of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Connect,
    /// Reconnect, disconnect or check.
    Manage,
    /// Include mailboxes that an administrator has excluded.
    Include,
}

impl Purpose {
    #[must_use]
    pub const fn of(tab: Tab) -> Self {
        match tab {
            Tab::Available | Tab::All => Self::Connect,
            Tab::Connected | Tab::Attention => Self::Manage,
            Tab::Cannot => Self::Include,
        }
    }

    /// Whether a mailbox in this state can be selected; `busy` means that it is in a run.
    #[must_use]
    pub const fn takes(self, state: Connection, busy: bool) -> bool {
        match self {
            Self::Connect => state.accepts(RunKind::Connect) && !busy,
            Self::Manage => state.accepts(RunKind::Disconnect),
            Self::Include => matches!(state, Connection::Excluded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connected_mailbox_is_selected_for_managing_only_and_one_in_a_run_never_for_connecting() {
        for state in Connection::ALL {
            assert!(!Purpose::Connect.takes(state, true), "{state}");
            let takes = [Purpose::Connect, Purpose::Manage, Purpose::Include].map(|p| p.takes(state, false));
            assert!(takes.into_iter().filter(|takes| *takes).count() <= 1, "{state}");
        }
        assert!(Purpose::Manage.takes(Connection::NeedsAttention, false));
    }
}
