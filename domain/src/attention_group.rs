//! Mailboxes grouped by problem: one line and one action for each group, whatever its size.

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    connection::Connection,
    list::{ListQuery, Status, Tab},
    run::RunKind,
    slots::MAX_PER_RUN,
    text,
};

/// Mailboxes that do not work, or could not be connected, for the same reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AttentionGroup {
    /// [`Connection::NeedsAttention`] or [`Connection::Failed`].
    pub connection: Connection,
    pub reason: Reason,
    pub count: u32,
}

/// The one action on the whole group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    Run(RunKind),
    /// A retry would fail again, so the mailboxes are better excluded.
    Exclude,
}

impl AttentionGroup {
    /// The states that form groups, the worse first.
    pub const STATES: [Connection; 2] = [Connection::NeedsAttention, Connection::Failed];

    /// The action that most often helps.
    #[must_use]
    pub const fn remedy(&self) -> Remedy {
        match (self.connection, self.reason) {
            (Connection::NeedsAttention, reason) if reason.is_temporary() => Remedy::Run(RunKind::Verify),
            (Connection::NeedsAttention, _) => Remedy::Run(RunKind::Reconnect),
            (
                _,
                Reason::NoExchangeLicense
                | Reason::MailboxOnPremises
                | Reason::NoMailbox
                | Reason::UserNotFound
                | Reason::GuestUser
                | Reason::NotAUserMailbox
                | Reason::OutOfScope
                | Reason::AlreadyConnectedElsewhere,
            ) => Remedy::Exclude,
            _ => Remedy::Run(RunKind::Connect),
        }
    }

    /// The label of the button: "Reconnect all", or how many of the mailboxes one run takes.
    #[must_use]
    pub fn action(&self) -> String {
        let verb = match self.remedy() {
            Remedy::Exclude => return "Exclude all".to_owned(),
            Remedy::Run(RunKind::Verify) => "Check",
            Remedy::Run(RunKind::Reconnect) => "Reconnect",
            Remedy::Run(_) => "Retry",
        };
        let (count, most) = (u64::from(self.count), u64::from(MAX_PER_RUN));
        if count > most {
            format!("{verb} {} of {}", text::number(most), text::number(count))
        } else if verb == "Check" {
            "Check again".to_owned()
        } else {
            format!("{verb} all")
        }
    }

    /// "212 mailboxes: No Exchange licence".
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}: {}", text::mailboxes(u64::from(self.count)), self.reason.title())
    }

    /// The list of exactly these mailboxes.
    #[must_use]
    pub fn query(&self) -> ListQuery {
        let attention = self.connection == Connection::NeedsAttention;
        let status = if attention { Status::Attention } else { Status::Failed };
        let (status, reason) = (Some(status), Some(self.reason));
        ListQuery { tab: Tab::Attention, status, reason, ..ListQuery::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(connection: Connection, reason: Reason, count: u32) -> AttentionGroup {
        AttentionGroup { connection, reason, count }
    }

    #[test]
    fn a_group_shows_its_number_and_its_one_action() {
        let licence = group(Connection::NeedsAttention, Reason::NoExchangeLicense, 212);
        assert_eq!(licence.title(), "212 mailboxes: No Exchange licence");
        assert_eq!(licence.action(), "Reconnect all");
        assert_eq!(
            group(Connection::NeedsAttention, Reason::OutOfScope, 2_120).action(),
            "Reconnect 1,000 of 2,120"
        );
        assert_eq!(group(Connection::NeedsAttention, Reason::Throttled, 3).action(), "Check again");
        assert_eq!(group(Connection::Failed, Reason::NoExchangeLicense, 3).action(), "Exclude all");
        assert_eq!(group(Connection::Failed, Reason::MicrosoftUnavailable, 3).action(), "Retry all");
    }

    #[test]
    fn the_list_of_a_group_has_its_mailboxes_and_no_others() {
        for connection in AttentionGroup::STATES {
            let query = group(connection, Reason::Throttled, 3).query();
            let listed = Connection::ALL.into_iter().filter(|state| query.lists(*state));
            assert_eq!(listed.collect::<Vec<_>>(), [connection]);
            assert_eq!(query.clone().on(query.tab), query);
        }
    }

    #[test]
    fn every_action_is_allowed_in_its_state() {
        for connection in AttentionGroup::STATES {
            for &reason in Reason::ALL {
                let ok = match group(connection, reason, 1).remedy() {
                    Remedy::Run(kind) => connection.accepts(kind),
                    Remedy::Exclude => connection.may_be_excluded(),
                };
                assert!(ok, "{connection} {reason}");
            }
        }
    }
}
