//! A delegation: the link between a workspace and one Microsoft 365 tenant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    ids::{DelegationId, Millis, Seq},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationState {
    NotConfigured,
    AwaitingAuthorization,
    /// An administrator proved control of the tenant and approved the app; nothing is checked yet.
    Authorized,
    Verifying,
    /// Microsoft is still applying the approval.
    Propagating,
    Active,
    /// Works, but not everything does.
    Degraded,
    Broken,
    Removing,
    Removed,
}

impl DelegationState {
    pub const ALL: [Self; 10] = [
        Self::NotConfigured,
        Self::AwaitingAuthorization,
        Self::Authorized,
        Self::Verifying,
        Self::Propagating,
        Self::Active,
        Self::Degraded,
        Self::Broken,
        Self::Removing,
        Self::Removed,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::AwaitingAuthorization => "awaiting_authorization",
            Self::Authorized => "authorized",
            Self::Verifying => "verifying",
            Self::Propagating => "propagating",
            Self::Active => "active",
            Self::Degraded => "degraded",
            Self::Broken => "broken",
            Self::Removing => "removing",
            Self::Removed => "removed",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotConfigured => "Not set up",
            Self::AwaitingAuthorization => "Waiting for approval",
            Self::Authorized => "Approved",
            Self::Verifying => "Checking permissions",
            Self::Propagating => "Microsoft is finishing up",
            Self::Active => "Connected",
            Self::Degraded => "Partly working",
            Self::Broken => "Not working",
            Self::Removing => "Removing",
            Self::Removed => "Removed",
        }
    }

    /// Whether runs over mailboxes make sense.
    #[must_use]
    pub const fn is_linked(self) -> bool {
        matches!(self, Self::Verifying | Self::Propagating | Self::Active | Self::Degraded | Self::Broken)
    }
}

impl fmt::Display for DelegationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no delegation state.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown delegation state {0:?}")]
pub struct UnknownDelegationState(String);

impl FromStr for DelegationState {
    type Err = UnknownDelegationState;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|d| d.as_str() == s).ok_or_else(|| UnknownDelegationState(s.to_owned()))
    }
}

/// One answer of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Not looked at yet.
    Pending,
    Yes,
    No,
    /// Cannot be known: trying it would do something in somebody's mailbox (sending), and what was granted in Exchange
    /// alone is in no token.
    NotTried,
}

/// One permission of the preflight checklist: is it granted, and does it work?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Microsoft's name, e.g. `Mail.Send`.
    pub permission: String,
    pub granted: Answer,
    pub works: Answer,
    pub reason: Option<Reason>,
}

impl Check {
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(self.granted, Answer::Yes | Answer::NotTried)
            && matches!(self.works, Answer::Yes | Answer::NotTried)
    }
}

/// What is on record about the link to a tenant, beyond its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFacts {
    /// When the newest approval was started.
    pub approved_at: Option<Millis>,
    /// Who gave it, as Microsoft names them.
    pub approved_by: Option<String>,
    /// The object id of Warmy's service principal in the tenant.
    pub service_principal: Option<String>,
}

/// A delegation as the console shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationView {
    pub id: DelegationId,
    pub state: DelegationState,
    pub reason: Option<Reason>,
    /// The organisation's name at Microsoft, once known.
    pub organisation: Option<String>,
    /// The domain of the admin's address, once given.
    pub domain: Option<String>,
    /// Microsoft's id of the tenant, once proven.
    pub tid: Option<String>,
    pub admin_email: Option<String>,
    /// Object id of our service principal there, once a token has told it.
    pub service_principal: Option<String>,
    pub checklist: Vec<Check>,
    /// Directory users read so far while the first sync is under way.
    pub directory_size: u32,
    /// When the directory was last read to the end.
    pub synced_at: Option<Millis>,
    pub syncing: bool,
    /// Changes when rows come, go or are renamed: the order of a list is stale then.
    pub directory_rev: i64,
    pub seq: Seq,
}

impl DelegationView {
    /// What to call it: the organisation's name, the domain, or "New organisation".
    #[must_use]
    pub fn title(&self) -> &str {
        self.organisation.as_deref().or(self.domain.as_deref()).unwrap_or("New organisation")
    }
}
