//! Consent attempts: one try at getting an administrator to approve the app.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Reason,
    ids::{ApiClientId, AttemptId, DelegationId, Millis},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// The link was made; nobody has signed in yet.
    Waiting,
    /// Somebody signed in with Microsoft and is looking at the approval page.
    SignedIn,
    Granted,
    Refused,
    Expired,
}

impl AttemptState {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::SignedIn, Self::Granted, Self::Refused, Self::Expired];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::SignedIn => "signed_in",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }

    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Granted | Self::Refused | Self::Expired)
    }
}

impl fmt::Display for AttemptState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no attempt state.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown attempt state {0:?}")]
pub struct UnknownAttemptState(String);

impl FromStr for AttemptState {
    type Err = UnknownAttemptState;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|a| a.as_str() == s).ok_or_else(|| UnknownAttemptState(s.to_owned()))
    }
}

/// An attempt as the tab that started it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    pub id: AttemptId,
    pub delegation: DelegationId,
    pub state: AttemptState,
    pub reason: Option<Reason>,
    /// Who signed in, as Microsoft names them.
    pub signed_in_as: Option<String>,
    pub expires_at: Millis,
    /// Its link was made for an administrator who has no account here.
    #[serde(default)]
    pub invited: bool,
}

/// What *Authorize* answers: a page of Microsoft to open in a new tab, and the attempt to watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Our own address; it leads on to Microsoft.
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
    /// The organisation that approved it, once known.
    pub organisation: Option<String>,
}
