//! Launch tokens of the host: each opens one session, for a person named by the host.

use domain::{
    Role,
    ids::{Millis, UserId, WorkspaceId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, SqlErr,
};

use super::Arrival;
use crate::{
    Store, StoreError, WorkspaceCtx,
    clock::hash,
    db::in_write,
    entity::{member, used_launch, workspace},
};

/// A launch token whose signature, audience and time are valid.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Unique to the token.
    pub jti: String,
    pub expires_at: Millis,
    pub workspace: WorkspaceId,
    /// The host's id of the person.
    pub user: String,
    pub name: String,
    pub role: Role,
    /// The origin of the page that embeds the console.
    pub host: String,
}

impl Store {
    /// Opens a session for the person of a launch token. The first token makes the person a member; the newest one sets
    /// the role. Returns the session's token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the token was used before, or there is no such workspace;
    /// [`StoreError::LastOwner`] when its role would leave the workspace without an owner.
    pub async fn launch(&self, launch: &Launch, arrival: Arrival<'_>) -> Result<String, StoreError> {
        let now = self.now();
        let ctx = &WorkspaceCtx::new(launch.workspace, launch.name.as_str());
        let (token, heads) = in_write!(self.db, for ctx, |tx| {
            used_launch::Entity::delete_many()
                .filter(used_launch::Column::ExpiresAt.lt(now - 60_000))
                .exec(tx)
                .await?;
            let used = used_launch::ActiveModel {
                jti_hash: Set(hash(&launch.jti)),
                expires_at: Set(launch.expires_at),
            };
            match used_launch::Entity::insert(used).exec_without_returning(tx).await {
                Ok(_) => {}
                Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                    return Err(StoreError::NotFound);
                }
                Err(error) => return Err(error.into()),
            }
            workspace::Entity::find_by_id(launch.workspace.0).one(tx).await?.ok_or(StoreError::NotFound)?;
            let known = member::Entity::find()
                .filter(member::Column::WorkspaceId.eq(launch.workspace.0))
                .filter(member::Column::HostUser.eq(&launch.user))
                .one(tx)
                .await?;
            let (id, heads) = match known {
                Some(row) => {
                    let id = row.id;
                    let heads = self.set_role(tx, row.clone(), launch.role).await?;
                    let mut row = row.into_active_model();
                    row.name = Set(launch.name.clone());
                    row.update(tx).await?;
                    (id, heads)
                }
                None => {
                    let id = self.sources.id();
                    member::ActiveModel {
                        workspace_id: Set(launch.workspace.0),
                        id: Set(id),
                        name: Set(launch.name.clone()),
                        role: Set(launch.role.as_str().to_owned()),
                        created_at: Set(now),
                        host_user: Set(Some(launch.user.clone())),
                        tid: Set(None),
                        oid: Set(None),
                    }
                    .insert(tx)
                    .await?;
                    (id, Vec::new())
                }
            };
            let arrival = Arrival { host: Some(&launch.host), ..arrival };
            let token = self.open_session(tx, (launch.workspace, UserId(id)), arrival).await?;
            Ok((token, heads))
        })?;
        self.signals.sessions_ended(ctx.workspace);
        self.notify_all(heads);
        Ok(token)
    }
}
