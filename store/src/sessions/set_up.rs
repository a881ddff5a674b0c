//! The one-time token of a fresh installation: a person who can read the server's log creates the first workspace.

use domain::ids::{UserId, WorkspaceId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};

use super::Arrival;
use crate::{
    Store, StoreError,
    clock::hash,
    db::in_write,
    entity::{setup_token, workspace},
};

impl Store {
    /// Creates a token for an installation without a workspace; earlier tokens are deleted. `None` when there is a
    /// workspace.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn new_setup_token(&self) -> Result<Option<String>, StoreError> {
        let (token, now) = (self.sources.token(), self.now());
        in_write!(self.db, |tx| {
            setup_token::Entity::delete_many().exec(tx).await?;
            if workspace::Entity::find().count(tx).await? > 0 {
                return Ok(None);
            }
            setup_token::ActiveModel { token_hash: Set(hash(&token)), created_at: Set(now) }
                .insert(tx)
                .await?;
            Ok(Some(token.clone()))
        })
    }

    /// Whether a set-up token is valid.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_setup_token(&self, token: &str) -> Result<bool, StoreError> {
        Ok(setup_token::Entity::find_by_id(hash(token)).one(self.db.read()).await?.is_some())
    }

    /// Creates the first workspace with its owner, and signs the owner in. The token is deleted. The host states the
    /// slots later.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the token is unknown or used.
    pub async fn set_up(
        &self,
        token: &str,
        (name, owner): (&str, &str),
        arrival: Arrival<'_>,
    ) -> Result<String, StoreError> {
        let token_hash = hash(token);
        in_write!(self.db, |tx| {
            let used = setup_token::Entity::delete_by_id(token_hash.clone()).exec(tx).await?;
            if used.rows_affected == 0 {
                return Err(StoreError::NotFound);
            }
            let (workspace, member) = (WorkspaceId(self.sources.id()), UserId(self.sources.id()));
            self.insert_workspace(tx, (workspace, member), (name, owner), &[]).await?;
            self.open_session(tx, (workspace, member), arrival).await
        })
    }
}
