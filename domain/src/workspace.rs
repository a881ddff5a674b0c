//! The workspace and who is looking at it.

use serde::{Deserialize, Serialize};

use crate::{
    cause::Cause, consent::AttemptView, delegation::DelegationView, ids::WorkspaceId, mailbox::Counts,
    role::Role, run::RunView, slots::Pool,
};

/// Where to turn to for help; from the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportLinks {
    pub support_url: Option<String>,
    /// Digits only, with country code.
    pub whatsapp: Option<String>,
}

/// Everything that the frame of the console shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub user_name: String,
    pub role: Role,
    pub delegations: Vec<DelegationView>,
    pub pools: Vec<Pool>,
    pub support: SupportLinks,
    /// Days until what Warmy shows to Microsoft ends, once that is soon, for those who can do something about it.
    #[serde(default)]
    pub credential_days: Option<i64>,
}

/// The state of one delegation at a point of its event log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub delegation: DelegationView,
    pub counts: Counts,
    pub pools: Vec<Pool>,
    pub causes: Vec<Cause>,
    /// Runs that are not over, then the newest ones that are; at most 20.
    pub runs: Vec<RunView>,
}

/// What the Setup page shows for copying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupFacts {
    /// Our Entra application's client id, called *Service Account ID* in the console.
    pub client_id: String,
    /// The link for an administrator that is out.
    pub invitation: Option<AttemptView>,
}
