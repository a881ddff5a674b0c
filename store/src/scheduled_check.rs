//! Scheduled checks, and the mailboxes that each of them reads.

use domain::{connection::Connection, run::RunKind};
use sea_orm::{ColumnTrait, Condition};

use crate::entity::mailbox;

domain::states! {
    /// A scheduled check, by what it covers.
    pub enum ScheduledCheck: "scheduled check" {
        /// Consent, permissions, and the directory.
        Sync = "sync",
        /// Mailboxes that need attention, could not be connected, or have failed once.
        Attention = "attention",
        /// All connected mailboxes, and those that need attention or could not be connected.
        AllMailboxes = "everybody",
    }
}

impl ScheduledCheck {
    /// The kind of its runs.
    pub(crate) const fn kind(self) -> RunKind {
        match self {
            Self::Sync => RunKind::Sync,
            Self::Attention | Self::AllMailboxes => RunKind::Verify,
        }
    }

    /// The condition for mailboxes that the check reads.
    pub(crate) fn mailboxes(self) -> Condition {
        use mailbox::Column as C;
        let bad =
            C::Connection.is_in([Connection::NeedsAttention, Connection::Failed].map(Connection::as_str));
        let target = match self {
            Self::Sync => return Condition::any(),
            Self::Attention => Condition::any().add(bad).add(C::SuspectedAt.is_not_null()),
            Self::AllMailboxes => {
                Condition::any().add(bad).add(C::Connection.eq(Connection::Connected.as_str()))
            }
        };
        // A sync finds out when a departed user is back.
        Condition::all().add(target).add(C::LeftAt.is_null())
    }
}
