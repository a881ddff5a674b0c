//! Alerts by e-mail: to which addresses of a workspace they go. What is to be said is queued in the transaction that it
//! is about ([`outbox`]) and written into letters when it is due ([`letter`]).

mod letter;
mod outbox;

use domain::{
    Act,
    alerts::{AlertAddress, MOST},
    ids::AlertAddressId,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ModelTrait,
    PaginatorTrait, QueryFilter, QueryOrder,
};

use super::{
    Store, StoreError, WorkspaceCtx,
    db::in_write,
    entity::{alert, alert_address},
};

pub use letter::Letter;

impl Store {
    /// The oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn alert_addresses(&self, ctx: &WorkspaceCtx) -> Result<Vec<AlertAddress>, StoreError> {
        let rows = alert_address::Entity::find()
            .filter(alert_address::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(alert_address::Column::Id)
            .all(&self.db.read_in(ctx))
            .await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// Alerts go to this address from now on; it is told so. One that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::TooMany`].
    pub async fn add_alert_address(&self, ctx: &WorkspaceCtx, address: &str) -> Result<(), StoreError> {
        ctx.allow(Act::ManageAlerts)?;
        let now = self.now();
        in_write!(self.db, ctx, |tx| {
            // Two at once must not be one too many.
            Self::lock_pools(tx, ctx).await?;
            let mine = || {
                alert_address::Entity::find().filter(alert_address::Column::WorkspaceId.eq(ctx.workspace.0))
            };
            if mine().filter(alert_address::Column::Address.eq(address)).one(tx).await?.is_some() {
                return Ok(());
            }
            let known = u32::try_from(mine().count(tx).await?).unwrap_or(u32::MAX);
            if known >= MOST {
                return Err(StoreError::TooMany { requested: known + 1, limit: MOST });
            }
            let row = alert_address::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(self.sources.id()),
                address: Set(address.to_owned()),
                added_by: Set(ctx.who.clone()),
                created_at: Set(now),
                stop_token: Set(self.sources.token()),
                ..Default::default()
            }
            .insert(tx)
            .await?;
            self.queue_welcome(tx, row).await?;
            Self::audit(tx, ctx, self.sources.id(), now, "alert.added", Some(address)).await
        })?;
        self.letters.notify_one();
        Ok(())
    }

    /// No more alerts to this address; what was to be said there is dropped.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`].
    pub async fn remove_alert_address(
        &self,
        ctx: &WorkspaceCtx,
        id: AlertAddressId,
    ) -> Result<(), StoreError> {
        ctx.allow(Act::ManageAlerts)?;
        in_write!(self.db, ctx, |tx| {
            let row = alert_address::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            self.drop_address(tx, ctx, row.ok_or(StoreError::NotFound)?).await
        })
    }

    /// To which address the letter with this token went.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when alerts do not go there any more.
    pub async fn alerted(&self, token: &str) -> Result<String, StoreError> {
        Ok(self.by_stop_token(token).await?.address)
    }

    /// Whoever got a letter wants no more of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when alerts do not go there any more.
    pub async fn stop_alerts(&self, token: &str) -> Result<String, StoreError> {
        let row = self.by_stop_token(token).await?;
        let address = row.address.clone();
        let ctx = &WorkspaceCtx::new(domain::ids::WorkspaceId(row.workspace_id), address.clone());
        in_write!(self.db, ctx, |tx| { self.drop_address(tx, ctx, row.clone()).await })?;
        Ok(address)
    }

    async fn by_stop_token(&self, token: &str) -> Result<alert_address::Model, StoreError> {
        let row = alert_address::Entity::find()
            .filter(alert_address::Column::StopToken.eq(token))
            .one(self.db.read())
            .await?;
        row.ok_or(StoreError::NotFound)
    }

    async fn drop_address(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        row: alert_address::Model,
    ) -> Result<(), StoreError> {
        alert::Entity::delete_many()
            .filter(alert::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(alert::Column::AddressId.eq(row.id))
            .exec(tx)
            .await?;
        let address = row.address.clone();
        row.delete(tx).await?;
        Self::audit(tx, ctx, self.sources.id(), self.now(), "alert.removed", Some(&address)).await
    }
}

fn view(row: alert_address::Model) -> AlertAddress {
    AlertAddress {
        id: AlertAddressId(row.id),
        address: row.address,
        added_by: row.added_by,
        added_at: row.created_at,
        problem: row.answer,
    }
}
