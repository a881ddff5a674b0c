//! Members of the workspace, their sessions, and API keys.

use app::ports::People;
use async_trait::async_trait;
use domain::{
    AppError, Role,
    ids::{ApiKeyId, MemberInvitationId, SessionId, UserId},
    people::{ApiKeyView, NewApiKey, NewInvitation, People as AllMailboxes, Scope, SessionView},
    text,
};

use super::SignedInCaller;

#[async_trait]
impl People for SignedInCaller {
    async fn everybody(&self) -> Result<AllMailboxes, AppError> {
        self.state.store.people(&self.ctx).all().await.map_err(Into::into)
    }

    async fn invite(&self, name: &str, role: Role) -> Result<NewInvitation, AppError> {
        let name = text::name("name", name)?;
        let made = self.state.store.people(&self.ctx).invite_member(&name, role).await;
        let (invitation, token) = made?;
        let url = format!("{}/join/{token}", self.state.config.public());
        Ok(NewInvitation { invitation, url })
    }

    async fn revoke_invitation(&self, id: MemberInvitationId) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).revoke_member_invitation(id).await.map_err(Into::into)
    }

    async fn change_role(&self, member: UserId, role: Role) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).change_role(member, role).await.map_err(Into::into)
    }

    async fn remove(&self, member: UserId) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).remove_member(member).await.map_err(Into::into)
    }

    async fn sessions(&self) -> Result<Vec<SessionView>, AppError> {
        self.state.store.people(&self.ctx).sessions().await.map_err(Into::into)
    }

    async fn end_session(&self, id: SessionId) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).end_session(id).await.map_err(Into::into)
    }

    async fn end_other_sessions(&self) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).end_other_sessions().await.map_err(Into::into)
    }

    async fn keys(&self) -> Result<Vec<ApiKeyView>, AppError> {
        self.state.store.people(&self.ctx).api_keys().await.map_err(Into::into)
    }

    async fn new_key(&self, name: &str, scopes: &[Scope]) -> Result<NewApiKey, AppError> {
        let name = text::name("name", name)?;
        if scopes.is_empty() {
            return Err(AppError::invalid("scopes", "Choose what the key may be used for."));
        }
        self.state.store.people(&self.ctx).new_api_key(&name, scopes).await.map_err(Into::into)
    }

    async fn revoke_key(&self, id: ApiKeyId) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).revoke_api_key(id).await.map_err(Into::into)
    }

    async fn confirm_key(&self, id: ApiKeyId) -> Result<(), AppError> {
        self.state.store.people(&self.ctx).confirm_api_key(id).await.map_err(Into::into)
    }
}
