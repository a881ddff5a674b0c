//! The kinds of directory entries, and what each has for a mailbox.

use serde::{Deserialize, Serialize};

/// What a user object stands for.
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
    /// Somebody of another organisation (`#EXT#`).
    Guest,
    /// A person or service account without any licence.
    Unlicensed,
    /// Synchronised from Active Directory, mailbox on the company's own Exchange server.
    OnPremises,
    /// Licensed, but only with `EXCHANGE_S_FOUNDATION`.
    FoundationOnly,
    /// Licence just assigned: Exchange has not made the mailbox yet.
    Provisioning,
}

impl Kind {
    /// Whether Exchange Online answers for this kind.
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
