//! The tabs, and the states that each lists.

use serde::{Deserialize, Serialize};

use crate::connection::Connection;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Available,
    Connected,
    Attention,
    Cannot,
    All,
}

impl Tab {
    pub const ALL: [Self; 5] = [Self::Available, Self::Connected, Self::Attention, Self::Cannot, Self::All];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Connected => "connected",
            Self::Attention => "attention",
            Self::Cannot => "cannot",
            Self::All => "all",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Connected => "Connected",
            Self::Attention => "Needs attention",
            Self::Cannot => "Can’t connect",
            Self::All => "All",
        }
    }

    /// The states the tab lists. Mailboxes in a run stay in sight in *Available* until they are connected.
    #[must_use]
    pub const fn states(self) -> &'static [Connection] {
        use Connection::{
            Available, Connected, Connecting, Disconnected, Excluded, Failed, Ineligible, NeedsAttention,
            Queued,
        };
        match self {
            Self::Available => &[Available, Failed, Disconnected, Queued, Connecting],
            Self::Connected => &[Connected, NeedsAttention],
            Self::Attention => &[NeedsAttention],
            Self::Cannot => &[Ineligible, Excluded],
            Self::All => &[
                Available,
                Ineligible,
                Excluded,
                Queued,
                Connecting,
                Connected,
                NeedsAttention,
                Failed,
                Disconnected,
            ],
        }
    }
}
