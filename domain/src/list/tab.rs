//! The tabs, and the states that each lists.

use crate::{connection::Connection, mailbox::Counts};

crate::states! {
    /// A tab of the list.
    #[derive(Default)]
    pub enum Tab: "tab" {
        #[default]
        Available = "available" => "Available",
        Connected = "connected" => "Connected",
        Attention = "attention" => "Needs attention",
        Cannot = "cannot" => "Can’t connect",
        Excluded = "excluded" => "Excluded",
        All = "all" => "All",
    }
}

impl Tab {
    /// The states the tab lists. Except in *All*, each mailbox is in one tab. Those in a run stay in *Available* until
    /// they are connected.
    #[must_use]
    pub const fn states(self) -> &'static [Connection] {
        use Connection::{
            Available, Connected, Connecting, Disconnected, Excluded, Failed, Ineligible, NeedsAttention,
            Queued,
        };
        match self {
            Self::Available => &[Available, Disconnected, Queued, Connecting],
            Self::Connected => &[Connected],
            Self::Attention => &[NeedsAttention, Failed],
            Self::Cannot => &[Ineligible],
            Self::Excluded => &[Excluded],
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

    /// The number of mailboxes that the tab lists.
    #[must_use]
    pub const fn count(self, counts: &Counts) -> u32 {
        match self {
            Self::Available => counts.available + counts.connecting,
            Self::Connected => counts.connected,
            Self::Attention => counts.attention + counts.failed,
            Self::Cannot => counts.cannot,
            Self::Excluded => counts.excluded,
            Self::All => counts.all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mailbox_of_the_organisation_is_in_one_tab_and_in_all() {
        for state in Connection::ALL.into_iter().filter(|state| *state != Connection::Removed) {
            let of = Tab::ALL.into_iter().filter(|tab| tab.states().contains(&state)).collect::<Vec<_>>();
            assert!(of.len() == 2 && of[1] == Tab::All, "{state}: {of:?}");
        }
    }

    #[test]
    fn the_count_of_a_tab_is_the_number_of_mailboxes_in_its_states() {
        let mut counts = Counts::default();
        for (n, state) in Connection::ALL.into_iter().enumerate() {
            counts.add(state, 1 << n);
        }
        for tab in Tab::ALL {
            let states = Connection::ALL.into_iter().enumerate();
            let listed = states.filter(|(_, state)| tab.states().contains(state));
            assert_eq!(tab.count(&counts), listed.map(|(n, _)| 1 << n).sum::<u32>(), "{tab}");
        }
    }
}
