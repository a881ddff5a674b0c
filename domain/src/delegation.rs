//! A delegation: the link between a workspace and one Microsoft 365 tenant.

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    ids::{DelegationId, Millis, Seq},
};

crate::states! {
    /// The state of a delegation.
    pub enum DelegationState: "delegation state" {
        NotConfigured = "not_configured" => "Not set up",
        AwaitingAuthorization = "awaiting_authorization" => "Waiting for approval",
        /// An administrator proved control of the tenant and approved the app; nothing is checked yet.
        Authorized = "authorized" => "Approved",
        Verifying = "verifying" => "Checking permissions",
        /// Microsoft is still applying the approval.
        Propagating = "propagating" => "Microsoft is applying the approval",
        Active = "active" => "Connected",
        /// Works in part.
        Degraded = "degraded" => "Partly working",
        Broken = "broken" => "Not working",
        Removing = "removing" => "Removing",
        Removed = "removed" => "Removed",
    }
}

impl DelegationState {
    /// Whether runs over mailboxes make sense.
    #[must_use]
    pub const fn is_linked(self) -> bool {
        matches!(self, Self::Verifying | Self::Propagating | Self::Active | Self::Degraded | Self::Broken)
    }
}

/// One answer of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Not checked yet.
    Pending,
    Yes,
    No,
    /// Unknown: a test would change a mailbox (sending), and a permission granted only in Exchange is in no token.
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

/// Recorded facts about the link to a tenant, besides its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFacts {
    /// When the newest approval was started.
    pub approved_at: Option<Millis>,
    /// Microsoft's name of the account that gave it.
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
    /// Object id of our service principal there, once read from a token.
    pub service_principal: Option<String>,
    pub checklist: Vec<Check>,
    /// Directory users read so far while the first sync is under way.
    pub directory_size: u32,
    /// When the directory was last read to the end.
    pub synced_at: Option<Millis>,
    pub syncing: bool,
    /// Changes when rows are added, removed or renamed: an earlier list order is then stale.
    pub directory_rev: i64,
    pub seq: Seq,
}

impl DelegationView {
    /// Its name: the organisation's name, the domain, or "New organisation".
    #[must_use]
    pub fn title(&self) -> &str {
        self.organisation.as_deref().or(self.domain.as_deref()).unwrap_or("New organisation")
    }
}
