//! Who is asking, and for which workspace.

use domain::ids::WorkspaceId;

/// The proof that the caller may act in a workspace. Its fields are private to the store, so only the store's own
/// lookups (session, one-time link, consent state, lease) can make one.
#[derive(Clone, Debug)]
pub struct WorkspaceCtx {
    pub(in crate::store) workspace: WorkspaceId,
    pub(in crate::store) who: String,
}

impl WorkspaceCtx {
    pub(in crate::store) fn new(workspace: WorkspaceId, who: impl Into<String>) -> Self {
        Self { workspace, who: who.into() }
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
}
