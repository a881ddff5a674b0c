//! The kinds of directory entries, and their kinds of mailboxes.

use serde::{Deserialize, Serialize};

/// The kind of a user object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person with a licence and a mailbox.
    User,
    /// A shared mailbox: sign-in disabled, no licence.
    Shared,
    /// A meeting room.
    Room,
    /// A projector, a car.
    Equipment,
    /// A user of another organisation (`#EXT#`).
    Guest,
    /// A person or service account without any licence.
    Unlicensed,
    /// Synchronised from Active Directory, mailbox on the company's own Exchange server.
    OnPremises,
    /// Licensed, but only with `EXCHANGE_S_FOUNDATION`.
    FoundationOnly,
    /// Licence just assigned: Exchange has not created the mailbox yet.
    Provisioning,
}

impl Kind {
    /// Whether this kind has a mailbox in Exchange Online.
    #[must_use]
    pub fn has_mailbox(self) -> bool {
        self.purpose().is_some()
    }

    /// Graph's `userPurpose`, for kinds that have a mailbox.
    #[must_use]
    pub fn purpose(self) -> Option<&'static str> {
        match self {
            Self::User => Some("user"),
            Self::Shared => Some("shared"),
            Self::Room => Some("room"),
            Self::Equipment => Some("equipment"),
            Self::Guest | Self::Unlicensed | Self::OnPremises | Self::FoundationOnly | Self::Provisioning => {
                None
            }
        }
    }
}
