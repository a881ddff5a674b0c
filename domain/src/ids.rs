//! Identifiers. Each is its own type, so two of them cannot be swapped by accident.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    )*};
}

uuid_ids! {
    /// A customer account of Warmy.
    WorkspaceId,
    /// A signed-in session of a user in one browser.
    SessionId,
    /// A link with which a person becomes a member.
    MemberInvitationId,
    /// An API key of a program.
    ApiKeyId,
    /// A person who signs in to the console.
    UserId,
    /// The link between a workspace and one Microsoft 365 tenant.
    DelegationId,
    /// An entry of *User management*: a client id with its scopes.
    ApiClientId,
    /// One attempt to get an administrator's consent.
    AttemptId,
    /// One mailbox of a delegation.
    MailboxId,
    /// A webhook of a workspace.
    WebhookId,
    /// One message of a webhook.
    WebhookMessageId,
    /// An e-mail address that receives a workspace's alerts.
    AlertAddressId,
    /// A rule that connects newcomers automatically.
    RuleId,
    /// One bulk job.
    RunId,
    /// One exclusion of mailboxes. The browser makes the id, so that a repeated request is the same exclusion.
    ExclusionId,
}

/// A mailbox's dense number inside its delegation: 1, 2, 3… It never changes and is never used again, so lists
/// and selections of 100,000 mailboxes stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowNumber(pub u32);

/// A position in a delegation's event log: gap-free, in the order of commits. 0 is "before the first".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

/// Unix time in milliseconds, UTC.
pub type Millis = i64;
