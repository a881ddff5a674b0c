//! What there is news of. The names are stable: receivers of webhooks choose by them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Topic {
    /// Nothing of an organisation can be checked or connected any more: approval withdrawn, and the like.
    #[serde(rename = "organisation.broken")]
    OrganisationBroken,
    /// It works again.
    #[serde(rename = "organisation.recovered")]
    OrganisationRecovered,
    /// Connected mailboxes need attention: one message for all that a check has found.
    #[serde(rename = "mailboxes.attention")]
    MailboxesAttention,
    /// People came, left or changed.
    #[serde(rename = "directory.changed")]
    DirectoryChanged,
    /// Something that somebody started is over.
    #[serde(rename = "run.ended")]
    RunEnded,
    /// Four slots of five are taken.
    #[serde(rename = "slots.low")]
    SlotsLow,
    /// All slots are taken.
    #[serde(rename = "slots.full")]
    SlotsFull,
    /// What Warmy shows to Microsoft ends soon.
    #[serde(rename = "credential.expiring")]
    CredentialExpiring,
    /// Sent on request, to try whether it arrives.
    #[serde(rename = "webhook.test")]
    Test,
}

impl Topic {
    pub const ALL: [Self; 9] = [
        Self::OrganisationBroken,
        Self::OrganisationRecovered,
        Self::MailboxesAttention,
        Self::DirectoryChanged,
        Self::RunEnded,
        Self::SlotsLow,
        Self::SlotsFull,
        Self::CredentialExpiring,
        Self::Test,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrganisationBroken => "organisation.broken",
            Self::OrganisationRecovered => "organisation.recovered",
            Self::MailboxesAttention => "mailboxes.attention",
            Self::DirectoryChanged => "directory.changed",
            Self::RunEnded => "run.ended",
            Self::SlotsLow => "slots.low",
            Self::SlotsFull => "slots.full",
            Self::CredentialExpiring => "credential.expiring",
            Self::Test => "webhook.test",
        }
    }
}

impl FromStr for Topic {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|one| one.as_str() == text)
            .ok_or_else(|| format!("unknown topic {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_everywhere() {
        for topic in Topic::ALL {
            assert_eq!(topic.as_str().parse(), Ok(topic));
            assert_eq!(serde_json::to_string(&topic).unwrap(), format!("\"{}\"", topic.as_str()));
        }
    }
}
