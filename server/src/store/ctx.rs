//! Who is asking, and for which workspace.

use std::sync::Arc;

use domain::{
    Act, Role,
    ids::{SessionId, UserId, WorkspaceId},
};

use super::StoreError;

/// The proof that the caller may act in a workspace. Its fields are private to the store, so only the store's own
/// lookups (session, one-time link, consent state, API key, lease) can make one.
#[derive(Clone, Debug)]
pub struct WorkspaceCtx {
    pub(in crate::store) workspace: WorkspaceId,
    pub(in crate::store) who: String,
    pub(in crate::store) role: Role,
    /// `None` for a program and for the server itself.
    pub(in crate::store) member: Option<UserId>,
    pub(in crate::store) session: Option<SessionId>,
    pub(in crate::store) origin: Option<Arc<Origin>>,
}

/// Where a request comes from, for the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Network address, as the server sees it.
    pub address: String,
    /// Finds the request in the log.
    pub request: String,
}

impl WorkspaceCtx {
    /// The server itself, or whoever it acts for.
    pub(in crate::store) fn new(workspace: WorkspaceId, who: impl Into<String>) -> Self {
        Self { workspace, who: who.into(), role: Role::Owner, member: None, session: None, origin: None }
    }

    /// The same caller, with where the request comes from.
    #[must_use]
    pub fn from(mut self, origin: Arc<Origin>) -> Self {
        self.origin = Some(origin);
        self
    }

    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// A name for the audit log and for "started by".
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// `None` for a program and for the server itself.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// `None` for a program and for the server itself.
    #[must_use]
    pub fn member(&self) -> Option<UserId> {
        self.member
    }

    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// # Errors
    /// [`StoreError::Forbidden`] when the caller's role does not include it.
    pub fn allow(&self, act: Act) -> Result<(), StoreError> {
        if self.role.may(act) { Ok(()) } else { Err(StoreError::Forbidden) }
    }
}
