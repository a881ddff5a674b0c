//! Alert addresses of a workspace: the e-mail destinations of the outbox.

mod confirmation;
pub(crate) mod email;

use domain::{
    Act,
    alerts::{AlertAddress, Confirmation, MAX_ALERT_ADDRESSES},
    ids::{AlertAddressId, Millis},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ModelTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};

pub use self::confirmation::AlertRequest;
use self::confirmation::sealed_for;
use super::outbox::CONFIRM;
use crate::row_security::ScopedTx;
use crate::{
    Notifications, Store, StoreError, WorkspaceCtx,
    clock::hash,
    db::in_write,
    entity::{alert, alert_address},
};

impl Notifications<'_> {
    /// The alert addresses of the workspace, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn alert_addresses(self) -> Result<Vec<AlertAddress>, StoreError> {
        let ctx = self.ctx;
        let rows = alert_address::Entity::find()
            .filter(alert_address::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(alert_address::Column::Id)
            .all(&self.db.read_in(ctx))
            .await?;
        Ok(rows.into_iter().map(|row| view(row, self.now())).collect())
    }

    /// Adds an alert address and queues the e-mail that asks its owner. An existing address stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::LimitExceeded`].
    pub async fn add_alert_address(self, address: &str) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageAlerts)?;
        let now = self.now();
        in_write!(self.db, ctx, |tx| {
            // The lock keeps two concurrent calls from exceeding the limit.
            Store::lock_pools(tx).await?;
            let addresses = || {
                alert_address::Entity::find().filter(alert_address::Column::WorkspaceId.eq(ctx.workspace.0))
            };
            if addresses().filter(alert_address::Column::Address.eq(address)).one(tx).await?.is_some() {
                return Ok(());
            }
            let known = u32::try_from(addresses().count(tx).await?).unwrap_or(u32::MAX);
            if known >= MAX_ALERT_ADDRESSES {
                return Err(StoreError::LimitExceeded { requested: known + 1, limit: MAX_ALERT_ADDRESSES });
            }
            let (id, token) = (self.sources.id(), self.sources.token());
            let row = alert_address::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(id),
                address: Set(address.to_owned()),
                added_by: Set(ctx.who.clone()),
                added_by_member: Set(ctx.member.map(|member| member.0)),
                created_at: Set(now),
                stop_hash: Set(Some(hash(&token))),
                stop_token: Set(self.keys.seal(&token, &sealed_for(id))),
                ..Default::default()
            }
            .insert(tx)
            .await?;
            self.queue_alert(tx, row, CONFIRM, "{}".to_owned(), 0).await?;
            Store::audit(tx, self.sources.id(), now, "alert.added", Some(address)).await
        })?;
        self.deliveries.notify_one();
        Ok(())
    }

    /// Removes an alert address, with its queued alerts.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`].
    pub async fn remove_alert_address(self, id: AlertAddressId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageAlerts)?;
        in_write!(self.db, ctx, |tx| {
            let row = alert_address::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            self.drop_address(tx, row.ok_or(StoreError::NotFound)?).await
        })
    }
}

impl Store {
    /// Removes the alert address with this stop token, on its owner's request. Returns the address.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the address was removed, or the token is unknown.
    pub async fn stop_alerts(&self, token: &str) -> Result<String, StoreError> {
        let row = self.by_stop_token(token).await?;
        let address = row.address.clone();
        let ctx = &WorkspaceCtx::new(domain::ids::WorkspaceId(row.workspace_id), address.clone());
        in_write!(self.db, ctx, |tx| { self.drop_address(tx, row.clone()).await })?;
        Ok(address)
    }

    async fn by_stop_token(&self, token: &str) -> Result<alert_address::Model, StoreError> {
        let row = alert_address::Entity::find()
            .filter(alert_address::Column::StopHash.eq(hash(token)))
            .one(self.db.read())
            .await?;
        row.ok_or(StoreError::NotFound)
    }

    /// Deletes an alert address, with its queued alerts.
    pub(crate) async fn drop_address(
        &self,
        tx: &ScopedTx<'_>,
        row: alert_address::Model,
    ) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        alert::Entity::delete_many()
            .filter(alert::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(alert::Column::AddressId.eq(row.id))
            .exec(tx)
            .await?;
        let address = row.address.clone();
        row.delete(tx).await?;
        Self::audit(tx, self.sources.id(), self.now(), "alert.removed", Some(&address)).await
    }
}

fn view(row: alert_address::Model, now: Millis) -> AlertAddress {
    AlertAddress {
        id: AlertAddressId(row.id),
        address: row.address,
        added_by: row.added_by,
        added_at: row.created_at,
        confirmation: match (row.confirmed_at, row.next_at) {
            (Some(_), _) => Confirmation::Confirmed,
            (None, Some(at)) if at > now => Confirmation::AskedAt(at),
            (None, _) => Confirmation::Asked,
        },
        problem: row.answer,
    }
}
