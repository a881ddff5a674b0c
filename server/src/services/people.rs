//! People of the workspace, their sessions, keys of programs.

use app::ports::People;
use async_trait::async_trait;
use domain::{
    AppError, Role,
    ids::{ApiKeyId, MemberInvitationId, SessionId, UserId},
    people::{ApiKeyView, NewApiKey, NewInvitation, People as Everybody, Scope, SessionView},
};

use super::Caller;

/// The longest name.
const NAME: usize = 100;

#[async_trait]
impl People for Caller {
    async fn everybody(&self) -> Result<Everybody, AppError> {
        self.state.store.people(&self.ctx).await.map_err(|e| self.app_error(e))
    }

    async fn invite(&self, name: &str, role: Role) -> Result<NewInvitation, AppError> {
        let name = named(name)?;
        let made = self.state.store.invite_member(&self.ctx, name, role).await;
        let (invitation, token) = made.map_err(|e| self.app_error(e))?;
        let url = format!("{}/join/{token}", self.state.config.public());
        Ok(NewInvitation { invitation, url })
    }

    async fn revoke_invitation(&self, id: MemberInvitationId) -> Result<(), AppError> {
        self.state.store.revoke_member_invitation(&self.ctx, id).await.map_err(|e| self.app_error(e))
    }

    async fn change_role(&self, member: UserId, role: Role) -> Result<(), AppError> {
        self.state.store.change_role(&self.ctx, member, role).await.map_err(|e| self.app_error(e))
    }

    async fn remove(&self, member: UserId) -> Result<(), AppError> {
        self.state.store.remove_member(&self.ctx, member).await.map_err(|e| self.app_error(e))
    }

    async fn sessions(&self) -> Result<Vec<SessionView>, AppError> {
        self.state.store.sessions(&self.ctx).await.map_err(|e| self.app_error(e))
    }

    async fn end_session(&self, id: SessionId) -> Result<(), AppError> {
        self.state.store.end_session(&self.ctx, id).await.map_err(|e| self.app_error(e))
    }

    async fn end_other_sessions(&self) -> Result<(), AppError> {
        self.state.store.end_other_sessions(&self.ctx).await.map_err(|e| self.app_error(e))
    }

    async fn keys(&self) -> Result<Vec<ApiKeyView>, AppError> {
        self.state.store.api_keys(&self.ctx).await.map_err(|e| self.app_error(e))
    }

    async fn new_key(&self, name: &str, scopes: &[Scope]) -> Result<NewApiKey, AppError> {
        let name = named(name)?;
        if scopes.is_empty() {
            return Err(AppError::invalid("scopes", "Choose what the key may be used for."));
        }
        self.state.store.new_api_key(&self.ctx, name, scopes).await.map_err(|e| self.app_error(e))
    }

    async fn revoke_key(&self, id: ApiKeyId) -> Result<(), AppError> {
        self.state.store.revoke_api_key(&self.ctx, id).await.map_err(|e| self.app_error(e))
    }
}

fn named(name: &str) -> Result<&str, AppError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(AppError::invalid("name", "Type a name.")),
        1..=NAME => Ok(name),
        _ => Err(AppError::invalid("name", "A name has at most 100 letters.")),
    }
}
