//! Consent attempts: each is one attempt to get an administrator's approval of the app.

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    ids::{ApiClientId, AttemptId, DelegationId, Millis},
};

crate::states! {
    /// The state of an attempt.
    pub enum AttemptState: "attempt state" {
        /// The link exists; the administrator has not signed in yet.
        Waiting = "waiting",
        /// The administrator signed in with Microsoft and sees the approval page.
        SignedIn = "signed_in",
        Granted = "granted",
        Refused = "refused",
        Expired = "expired",
    }
}

impl AttemptState {
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Granted | Self::Refused | Self::Expired)
    }
}

/// An attempt as shown in the tab that started it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    pub id: AttemptId,
    pub delegation: DelegationId,
    pub state: AttemptState,
    pub reason: Option<Reason>,
    /// Microsoft's name of the account that signed in.
    pub signed_in_as: Option<String>,
    #[serde(default)]
    pub started_at: Millis,
    pub expires_at: Millis,
    /// Its link was made for an administrator who has no account here.
    #[serde(default)]
    pub invited: bool,
}

/// The answer to *Authorize*: a page of Microsoft to open in a new tab, and the attempt to follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// An address of ours that redirects to Microsoft.
    pub url: String,
    pub attempt: AttemptView,
}

/// An entry of *User management*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiClientView {
    pub id: ApiClientId,
    pub client_id: String,
    /// Short names of the permissions, in our order.
    pub scopes: Vec<String>,
    pub created_at: Millis,
    pub created_by: String,
    /// The delegation that its authorisation belongs to.
    pub delegation: Option<DelegationId>,
    /// The newest authorisation.
    pub attempt: Option<AttemptView>,
    /// Some before it, the newest first.
    #[serde(default)]
    pub earlier: Vec<AttemptView>,
    /// The organisation that approved it, once known.
    pub organisation: Option<String>,
}
