//! The tabs, and the states that each lists.

use crate::connection::Connection;

crate::states! {
    /// A tab of the list.
    #[derive(Default)]
    pub enum Tab: "tab" {
        #[default]
        Available = "available" => "Available",
        Connected = "connected" => "Connected",
        Attention = "attention" => "Needs attention",
        Cannot = "cannot" => "Can’t connect",
        All = "all" => "All",
    }
}

impl Tab {
    /// The states the tab lists. Mailboxes in a run stay in *Available* until they are connected.
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
