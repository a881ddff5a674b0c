//! Roles of members, whoever sets them: an owner, an accepted invitation, or the host.

use domain::{
    Role,
    ids::{DelegationId, Seq},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};

use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError,
    db::{for_update, sql},
    entity::{member, removed_account},
};

impl Store {
    /// Sets the role of a member, and revokes what the member has made and may not make any more. Returns the logs that
    /// have grown, to signal after the commit.
    ///
    /// # Errors
    /// [`StoreError::LastOwner`] when the workspace would have no owner any more.
    pub(crate) async fn set_role(
        &self,
        tx: &ScopedTx<'_>,
        row: member::Model,
        role: Role,
    ) -> Result<Vec<(DelegationId, Seq)>, StoreError> {
        if row.role == role.as_str() {
            return Ok(Vec::new());
        }
        lock_members(tx).await?;
        let heads = self.revoke_made_by(tx, &row, |act| role.may(act)).await?;
        let mut row = row.into_active_model();
        row.role = Set(role.as_str().to_owned());
        row.update(tx).await?;
        must_have_owner(tx).await?;
        Ok(heads)
    }

    /// Remembers the account of a member who is removed: invitations from before do not bring it back.
    pub(super) async fn remember_removed(
        &self,
        tx: &ScopedTx<'_>,
        row: &member::Model,
    ) -> Result<(), StoreError> {
        let (Some(tid), Some(oid)) = (&row.tid, &row.oid) else { return Ok(()) };
        removed_account::ActiveModel {
            workspace_id: Set(row.workspace_id),
            id: Set(self.sources.id()),
            tid: Set(tid.clone()),
            oid: Set(oid.clone()),
            removed_at: Set(self.now()),
        }
        .insert(tx)
        .await?;
        Ok(())
    }

    /// Signals logs that have grown, after the commit.
    pub(crate) fn notify_all(&self, heads: Vec<(DelegationId, Seq)>) {
        for (delegation, head) in heads {
            self.signals.notify(delegation, head);
        }
    }
}

/// Locks the members of the workspace: two owners who remove each other at the same moment would leave none.
pub(super) async fn lock_members(tx: &ScopedTx<'_>) -> Result<(), StoreError> {
    let text = format!("SELECT id FROM member WHERE workspace_id = $1 ORDER BY id{}", for_update(tx));
    tx.query_all_raw(sql(tx, &text, [tx.ctx().workspace.0.into()])).await?;
    Ok(())
}

/// Checks that the workspace has an owner: without one, no member could manage it.
pub(super) async fn must_have_owner(tx: &ScopedTx<'_>) -> Result<(), StoreError> {
    let owners = member::Entity::find()
        .filter(member::Column::WorkspaceId.eq(tx.ctx().workspace.0))
        .filter(member::Column::Role.eq(Role::Owner.as_str()))
        .count(tx)
        .await?;
    if owners > 0 { Ok(()) } else { Err(StoreError::LastOwner) }
}
