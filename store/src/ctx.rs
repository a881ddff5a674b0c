//! The caller of the store, and the workspace in which it acts.

use std::sync::Arc;

use domain::{
    Act, Role,
    ids::{SessionId, UserId, WorkspaceId},
};

use crate::StoreError;

/// The proof that the caller may act in a workspace. Its fields are private to the store, so only the store's own
/// lookups (session, one-time link, consent state, API key, lease) can make one.
#[derive(Clone, Debug)]
pub struct WorkspaceCtx {
    pub(crate) workspace: WorkspaceId,
    pub(crate) who: String,
    pub(crate) role: Role,
    /// `None` for a program and for the server itself.
    pub(crate) member: Option<UserId>,
    pub(crate) session: Option<SessionId>,
    pub(crate) origin: Option<Arc<Origin>>,
}

/// Where a request comes from, for the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Network address, as the server sees it.
    pub address: String,
    /// The request's id in the server's log.
    pub request: String,
}

/// The browser that began a sign-in, by the token in its cookie: no other browser can complete it.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a>(pub &'a str);

impl WorkspaceCtx {
    /// A caller with the role of an owner: the server itself, or a person on whose behalf it acts.
    pub(crate) fn new(workspace: WorkspaceId, who: impl Into<String>) -> Self {
        Self { workspace, who: who.into(), role: Role::Owner, member: None, session: None, origin: None }
    }

    /// The same caller, with the origin of the request.
    #[must_use]
    pub fn from(mut self, origin: Arc<Origin>) -> Self {
        self.origin = Some(origin);
        self
    }

    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The caller's name, for the audit log and for "started by".
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

    /// Checks that the caller may perform an act.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when the caller's role does not include it.
    pub fn allow(&self, act: Act) -> Result<(), StoreError> {
        if self.role.may(act) { Ok(()) } else { Err(StoreError::Forbidden) }
    }
}
