//! Attaches a Microsoft account to a member who signed in by a link, for later sign-ins.

use domain::ids::UserId;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::Account;
use crate::{People, Store, StoreError, db::in_write, entity::member};

impl People<'_> {
    /// Lets the caller sign in with this account, which an id_token has proven.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] for a program, for a member who has an account already, and for the account of another
    /// member, so that no caller gains the role of another member.
    pub async fn attach_account(self, account: Account<'_>) -> Result<(), StoreError> {
        let ctx = self.ctx;
        let UserId(me) = ctx.member().ok_or(StoreError::Forbidden)?;
        in_write!(self.db, ctx, |tx| {
            let taken = member::Entity::find()
                .filter(member::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(member::Column::Tid.eq(account.tid))
                .filter(member::Column::Oid.eq(account.oid))
                .one(tx)
                .await?;
            let row = member::Entity::find_by_id((ctx.workspace.0, me)).one(tx).await?;
            let row = row.ok_or(StoreError::NotFound)?;
            if taken.is_some() || row.tid.is_some() {
                return Err(StoreError::Forbidden);
            }
            let mut row = row.into_active_model();
            row.tid = Set(Some(account.tid.to_owned()));
            row.oid = Set(Some(account.oid.to_owned()));
            row.update(tx).await?;
            let line = self.sources.id();
            Store::audit(tx, line, self.now(), "member.account", Some(account.name)).await
        })
    }
}
