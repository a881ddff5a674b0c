//! Members of the workspace, their sessions, and API keys.

use async_trait::async_trait;
use domain::{
    AppError, Role,
    ids::{ApiKeyId, MemberInvitationId, SessionId, UserId},
    people::{ApiKeyView, NewApiKey, NewInvitation, People as PeopleView, Scope, SessionView},
};

/// Members, sessions and keys on the *Settings* page. Callers without the required role get [`AppError::Forbidden`].
#[async_trait]
pub trait People: Send + Sync {
    /// Members and open invitations, the oldest first.
    async fn everybody(&self) -> Result<PeopleView, AppError>;

    /// Creates a link that makes its recipient a member.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a `name` that is empty or too long.
    async fn invite(&self, name: &str, role: Role) -> Result<NewInvitation, AppError>;

    async fn revoke_invitation(&self, id: MemberInvitationId) -> Result<(), AppError>;

    /// # Errors
    /// [`AppError::Invalid`] for the only owner.
    async fn change_role(&self, member: UserId, role: Role) -> Result<(), AppError>;

    /// # Errors
    /// [`AppError::Invalid`] for the only owner.
    async fn remove(&self, member: UserId) -> Result<(), AppError>;

    /// The caller's sessions, the newest first.
    async fn sessions(&self) -> Result<Vec<SessionView>, AppError>;

    async fn end_session(&self, id: SessionId) -> Result<(), AppError>;

    async fn end_other_sessions(&self) -> Result<(), AppError>;

    /// Valid keys, the oldest first.
    async fn keys(&self) -> Result<Vec<ApiKeyView>, AppError>;

    /// # Errors
    /// [`AppError::Invalid`] for a `name` that is empty or too long, or no `scopes`.
    async fn new_key(&self, name: &str, scopes: &[Scope]) -> Result<NewApiKey, AppError>;

    async fn revoke_key(&self, id: ApiKeyId) -> Result<(), AppError>;

    /// Lets a key that was restored from a backup work again.
    async fn confirm_key(&self, id: ApiKeyId) -> Result<(), AppError>;
}
