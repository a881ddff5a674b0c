//! The workspace and its current user.

use serde::{Deserialize, Serialize};

use crate::{
    attention_group::AttentionGroup, consent::AttemptView, delegation::DelegationView, ids::WorkspaceId,
    mailbox::Counts, role::Role, run::RunView, slots::Pool,
};

/// Links to the support; from the configuration.
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
    /// Days until Warmy's credential for Microsoft expires, once that is soon, for owners where no host runs Warmy.
    #[serde(default)]
    pub credential_days: Option<i64>,
}

/// The state of one delegation at a point of its event log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub delegation: DelegationView,
    pub counts: Counts,
    pub pools: Vec<Pool>,
    #[serde(rename = "causes")]
    pub attention_groups: Vec<AttentionGroup>,
    /// Unfinished runs, then the newest finished ones; at most 20.
    pub runs: Vec<RunView>,
}

/// Facts of the Setup page, to be copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupFacts {
    /// Our Entra application's client id, called *Service Account ID* in the console.
    pub client_id: String,
    /// The open invitation link for an administrator.
    pub invitation: Option<AttemptView>,
}
