//! Workspaces: customer accounts of Warmy with their members and their pools of slots.

use domain::{
    Role,
    ids::{UserId, WorkspaceId},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};

use crate::{
    Store, StoreError, WorkspaceFacts,
    db::in_write,
    entity::{member, workspace},
};

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

impl WorkspaceFacts<'_> {
    /// The workspace's name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Database`].
    pub async fn workspace_name(self) -> Result<String, StoreError> {
        let ctx = self.ctx;
        let found = workspace::Entity::find_by_id(ctx.workspace.0).one(&self.db.read_in(ctx)).await?;
        Ok(found.ok_or(StoreError::NotFound)?.name)
    }
}

impl Store {
    /// Whether there is a workspace.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn has_workspace(&self) -> Result<bool, StoreError> {
        Ok(workspace::Entity::find().one(self.db.read()).await?.is_some())
    }

    /// Creates a workspace with its owner and its pools. Returns both ids.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn create_workspace(
        &self,
        name: &str,
        owner: &str,
        pools: &[NewPool],
    ) -> Result<(WorkspaceId, UserId), StoreError> {
        let ids = (WorkspaceId(self.sources.id()), UserId(self.sources.id()));
        in_write!(self.db, |tx| { self.insert_workspace(tx, ids, (name, owner), pools).await })?;
        Ok(ids)
    }

    /// The same inside a transaction, for the given ids and names.
    pub(crate) async fn insert_workspace(
        &self,
        tx: &impl ConnectionTrait,
        (id, owner_id): (WorkspaceId, UserId),
        (name, owner): (&str, &str),
        pools: &[NewPool],
    ) -> Result<(), StoreError> {
        let now = self.now();
        workspace::ActiveModel { id: Set(id.0), name: Set(name.to_owned()), created_at: Set(now) }
            .insert(tx)
            .await?;
        member::ActiveModel {
            workspace_id: Set(id.0),
            id: Set(owner_id.0),
            name: Set(owner.to_owned()),
            role: Set(Role::Owner.as_str().to_owned()),
            created_at: Set(now),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        for pool in pools {
            Self::insert_pool(tx, id, pool).await?;
        }
        Ok(())
    }

    /// The oldest owner with the workspace, for the demo; `None` on a fresh database.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn first_workspace(&self) -> Result<Option<(WorkspaceId, UserId)>, StoreError> {
        use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
        let owner = member::Entity::find()
            .filter(member::Column::Role.eq(Role::Owner.as_str()))
            .order_by_asc(member::Column::CreatedAt)
            .one(self.db.read())
            .await?;
        Ok(owner.map(|owner| (WorkspaceId(owner.workspace_id), UserId(owner.id))))
    }
}
