//! Workspaces, their people, one-time links and sessions.

use domain::ids::{Millis, UserId, WorkspaceId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};

use super::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::{enter_link, member, session, workspace},
};
use crate::sources::hash;

const LINK_LIFE: Millis = 15 * 60 * 1_000;
const SESSION_LIFE: Millis = 12 * 60 * 60 * 1_000;

/// A pool of slots as the host states it.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPool {
    pub plan_type_id: String,
    pub name: String,
    /// `None` is unlimited.
    pub limit: Option<u32>,
    #[serde(default)]
    pub used_elsewhere: u32,
}

impl Store {
    /// Makes a workspace with its owner and its pools. Returns both ids.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn create_workspace(
        &self,
        name: &str,
        owner: &str,
        pools: &[NewPool],
    ) -> Result<(WorkspaceId, UserId), StoreError> {
        let (id, owner_id, now) = (WorkspaceId(self.sources.id()), UserId(self.sources.id()), self.now());
        in_write!(self.db, |tx| {
            workspace::ActiveModel { id: Set(id.0), name: Set(name.to_owned()), created_at: Set(now) }
                .insert(tx)
                .await?;
            member::ActiveModel {
                workspace_id: Set(id.0),
                id: Set(owner_id.0),
                name: Set(owner.to_owned()),
                role: Set("owner".to_owned()),
                created_at: Set(now),
            }
            .insert(tx)
            .await?;
            for pool in pools {
                Self::insert_pool(tx, id, pool).await?;
            }
            Ok((id, owner_id))
        })
    }

    /// A link that signs a member in once. Returns its token; only its hash is kept.
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
                expires_at: Set(now + LINK_LIFE),
                used_at: Set(None),
            }
            .insert(tx)
            .await?;
            Ok(())
        })?;
        Ok(token)
    }

    /// Trades a one-time link for a session. Returns the session's token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, used or expired: which of them is nobody's business.
    pub async fn enter(&self, link: &str) -> Result<String, StoreError> {
        let (token, now, link_hash) = (self.sources.token(), self.now(), hash(link));
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
            session::ActiveModel {
                token_hash: Set(hash(&token)),
                workspace_id: Set(used.try_get("", "workspace_id")?),
                member_id: Set(used.try_get("", "member_id")?),
                created_at: Set(now),
                expires_at: Set(now + SESSION_LIFE),
            }
            .insert(tx)
            .await?;
            Ok(())
        })?;
        Ok(token)
    }

    /// Who holds this session token; `None` when nobody does (any more).
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn session(&self, token: &str) -> Result<Option<WorkspaceCtx>, StoreError> {
        let Some(found) = session::Entity::find_by_id(hash(token)).one(self.db.read()).await? else {
            return Ok(None);
        };
        if found.expires_at <= self.now() {
            return Ok(None);
        }
        let member =
            member::Entity::find_by_id((found.workspace_id, found.member_id)).one(self.db.read()).await?;
        Ok(member.map(|member| WorkspaceCtx::new(WorkspaceId(found.workspace_id), member.name)))
    }

    /// Whether a session goes on, by the hash of its token.
    pub(crate) async fn session_lives(&self, token_hash: &str) -> Result<bool, StoreError> {
        let found = session::Entity::find_by_id(token_hash).one(self.db.read()).await?;
        Ok(found.is_some_and(|session| session.expires_at > self.now()))
    }

    /// The workspace's name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Database`].
    pub async fn workspace_name(&self, ctx: &WorkspaceCtx) -> Result<String, StoreError> {
        let found = workspace::Entity::find_by_id(ctx.workspace.0).one(self.db.read()).await?;
        Ok(found.ok_or(StoreError::NotFound)?.name)
    }

    /// The first workspace and its owner, for the demo; `None` on a fresh database.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn first_workspace(&self) -> Result<Option<(WorkspaceId, UserId)>, StoreError> {
        use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
        let owner = member::Entity::find()
            .filter(member::Column::Role.eq("owner"))
            .order_by_asc(member::Column::CreatedAt)
            .one(self.db.read())
            .await?;
        Ok(owner.map(|owner| (WorkspaceId(owner.workspace_id), UserId(owner.id))))
    }
}
