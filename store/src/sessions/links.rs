//! One-time sign-in links: the host gives one to a workspace's owner, and the demo prints one.

use domain::{
    Role,
    ids::{Millis, UserId, WorkspaceId},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};

use super::Arrival;
use crate::{
    Store, StoreError,
    clock::hash,
    db::{in_write, sql},
    entity::{enter_link, member, workspace},
};

pub(crate) const LIFE: Millis = 15 * 60 * 1_000;

/// Whom a one-time link signs in, and where.
#[derive(Clone, Debug)]
pub struct EnterRequest {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub member: UserId,
    pub member_name: String,
    pub role: Role,
}

impl Store {
    /// Creates a link that signs a member in once. Returns its token; only its hash is stored.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such member.
    pub async fn create_enter_link(
        &self,
        workspace: WorkspaceId,
        member: UserId,
    ) -> Result<String, StoreError> {
        let (token, now) = (self.sources.token(), self.now());
        member::Entity::find_by_id((workspace.0, member.0))
            .one(self.db.read())
            .await?
            .ok_or(StoreError::NotFound)?;
        in_write!(self.db, |tx| {
            enter_link::ActiveModel {
                token_hash: Set(hash(&token)),
                workspace_id: Set(workspace.0),
                member_id: Set(member.0),
                created_at: Set(now),
                expires_at: Set(now + LIFE),
                used_at: Set(None),
            }
            .insert(tx)
            .await?;
            Ok(())
        })?;
        Ok(token)
    }

    /// Whom a link signs in. Reading it does not use the link up.
    ///
    /// # Errors
    /// As of [`enter`](Self::enter).
    pub async fn enter_request(&self, link: &str) -> Result<EnterRequest, StoreError> {
        let now = self.now();
        let found = enter_link::Entity::find_by_id(hash(link)).one(self.db.read()).await?;
        let found = found.filter(|found| found.used_at.is_none() && now < found.expires_at);
        let found = found.ok_or(StoreError::NotFound)?;
        let member = member::Entity::find_by_id((found.workspace_id, found.member_id)).one(self.db.read());
        let member = member.await?.ok_or(StoreError::NotFound)?;
        let workspace = workspace::Entity::find_by_id(found.workspace_id).one(self.db.read()).await?;
        Ok(EnterRequest {
            workspace: WorkspaceId(found.workspace_id),
            workspace_name: workspace.ok_or(StoreError::NotFound)?.name,
            member: UserId(member.id),
            role: member.role.parse().map_err(StoreError::corrupt)?,
            member_name: member.name,
        })
    }

    /// Trades a one-time link for a session. Returns the session's token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, used or expired; the error does not tell which.
    pub async fn enter(&self, link: &str, arrival: Arrival<'_>) -> Result<String, StoreError> {
        let (now, link_hash) = (self.now(), hash(link));
        in_write!(self.db, |tx| {
            let used = tx
                .query_one_raw(sql(
                    tx,
                    "UPDATE enter_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 \
                     RETURNING workspace_id, member_id",
                    [link_hash.clone().into(), now.into()],
                ))
                .await?
                .ok_or(StoreError::NotFound)?;
            let member =
                (WorkspaceId(used.try_get("", "workspace_id")?), UserId(used.try_get("", "member_id")?));
            self.open_session(tx, member, arrival).await
        })
    }
}
