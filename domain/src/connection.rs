//! The connection state of a mailbox: its slot, allowed transitions and labels.

use serde::{Deserialize, Serialize};

use crate::{Reason, run::RunKind};

crate::states! {
    /// The connection state of a mailbox. The reason, if there is one, is a separate value.
    pub enum Connection: "connection state" {
        /// Can be connected.
        Available = "available",
        /// Cannot be connected until something changes in Microsoft 365.
        Ineligible = "ineligible",
        /// Excluded by an administrator.
        Excluded = "excluded",
        /// Accepted into a run; its slot is reserved.
        Queued = "queued",
        /// Being checked; its slot is reserved.
        Connecting = "connecting",
        /// Works; uses a slot.
        Connected = "connected",
        /// Was connected and does not work now; keeps its slot.
        NeedsAttention = "needs_attention",
        /// The last attempt to connect failed; its slot was released.
        Failed = "failed",
        /// Was connected and then disconnected.
        Disconnected = "disconnected",
        /// Left the organisation.
        Removed = "removed",
    }
}

/// Whether a mailbox holds one of the workspace's slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    Nothing,
    Reserved,
    Used,
}

/// The colour of a status. An icon and a text are always shown with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Quiet,
    Busy,
    Attention,
    Bad,
}

impl Connection {
    /// Whether this state holds a slot.
    #[must_use]
    pub const fn holds(self) -> Hold {
        match self {
            Self::Queued | Self::Connecting => Hold::Reserved,
            Self::Connected | Self::NeedsAttention => Hold::Used,
            _ => Hold::Nothing,
        }
    }

    /// Whether a mailbox may go from this state to `next`. The same state is always allowed.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use Connection::{
            Available, Connected, Connecting, Disconnected, Excluded, Failed, Ineligible, NeedsAttention,
            Queued, Removed,
        };
        self == next
            || match self {
                Available | Failed => matches!(next, Queued | Excluded | Ineligible | Available | Removed),
                Ineligible => matches!(next, Available | Disconnected | Removed),
                // *Undo* restores the earlier state; a later *Include* sets the state that the directory implies.
                Excluded => matches!(next, Available | Failed | Ineligible | Disconnected | Removed),
                // Cancelled mailboxes return to their earlier state.
                Queued | Connecting => {
                    matches!(next, Connecting | Connected | Failed | Available | Disconnected | Removed)
                }
                Connected => matches!(next, NeedsAttention | Disconnected | Removed),
                NeedsAttention => matches!(next, Connected | Disconnected | Removed),
                Disconnected => matches!(next, Queued | Excluded | Ineligible | Removed),
                // An excluded mailbox that returns to the organisation stays excluded.
                Removed => matches!(next, Available | Excluded | Disconnected | Ineligible),
            }
    }

    /// Whether a run of this kind takes mailboxes in this state.
    #[must_use]
    pub const fn accepts(self, kind: RunKind) -> bool {
        match kind {
            RunKind::Connect => matches!(self, Self::Available | Self::Failed | Self::Disconnected),
            RunKind::Reconnect => matches!(self, Self::NeedsAttention | Self::Disconnected | Self::Failed),
            RunKind::Disconnect => matches!(self, Self::Connected | Self::NeedsAttention),
            RunKind::Verify => matches!(self, Self::Connected | Self::NeedsAttention | Self::Ineligible),
            RunKind::Sync => false,
        }
    }

    /// Whether an administrator can exclude it: it holds no slot and could be connected.
    #[must_use]
    pub const fn may_be_excluded(self) -> bool {
        self.accepts(RunKind::Connect)
    }

    /// The first line of the status: *Connected*, *Needs attention*, *Not connected*, *Connecting…*
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Connected => "Connected",
            Self::NeedsAttention => "Needs attention",
            Self::Queued | Self::Connecting => "Connecting…",
            Self::Removed => "Left the organisation",
            _ => "Not connected",
        }
    }

    /// The second line, before the reason: *Can't connect*, *Failed*…
    #[must_use]
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::Ineligible => Some("Can’t connect"),
            Self::Excluded => Some("Excluded"),
            Self::Failed => Some("Failed"),
            Self::Disconnected => Some("Disconnected"),
            _ => None,
        }
    }

    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Connected => Tone::Good,
            Self::Queued | Self::Connecting => Tone::Busy,
            Self::NeedsAttention => Tone::Attention,
            Self::Failed => Tone::Bad,
            _ => Tone::Quiet,
        }
    }

    /// Both lines as one: "Not connected · Failed · No Exchange licence".
    #[must_use]
    pub fn sentence(self, reason: Option<Reason>) -> String {
        let mut out = self.label().to_owned();
        for part in [self.note(), reason.map(Reason::title)].into_iter().flatten() {
            out.push_str(" · ");
            out.push_str(part);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for state in Connection::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert!("gone".parse::<Connection>().is_err());
    }

    #[test]
    fn only_connected_mailboxes_use_a_slot_and_only_queued_ones_reserve_one() {
        for state in Connection::ALL {
            let expected = match state {
                Connection::Connected | Connection::NeedsAttention => Hold::Used,
                Connection::Queued | Connection::Connecting => Hold::Reserved,
                _ => Hold::Nothing,
            };
            assert_eq!(state.holds(), expected, "{state}");
        }
    }

    #[test]
    fn nothing_becomes_connected_without_a_run() {
        for state in
            [Connection::Available, Connection::Ineligible, Connection::Excluded, Connection::Removed]
        {
            assert!(!state.may_become(Connection::Connected), "{state}");
        }
    }

    #[test]
    fn only_mailboxes_without_a_slot_can_be_excluded_and_they_can_return_to_their_state() {
        for state in Connection::ALL.into_iter().filter(|state| state.may_be_excluded()) {
            assert_eq!(state.holds(), Hold::Nothing, "{state}");
            assert!(state.may_become(Connection::Excluded), "{state}");
            assert!(Connection::Excluded.may_become(state), "{state}");
        }
        for kind in RunKind::ALL {
            assert!(!Connection::Excluded.accepts(*kind), "{kind}");
        }
    }

    #[test]
    fn a_connected_mailbox_is_never_selectable_for_connecting() {
        for state in Connection::ALL {
            if state.holds() != Hold::Nothing {
                assert!(!state.accepts(RunKind::Connect), "{state}");
            }
        }
    }
}
