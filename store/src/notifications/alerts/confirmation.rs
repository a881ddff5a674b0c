//! Confirmations of alert addresses (double opt-in): an address gets one e-mail that asks its owner, and nothing else
//! before the answer, so that nobody can use this server to write to strangers.

use domain::{
    ids::{Millis, WorkspaceId},
    schedule::{DAY, HOUR},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError, WorkspaceCtx,
    clock::hash,
    db::{in_write, sql},
    entity::alert_address,
};

/// Confirmations that the members of one workspace may ask for in a day.
const OF_WORKSPACE: i64 = 20;
/// Confirmations that this installation sends in a day.
const OF_ALL: i64 = 1_000;
/// How long an address may wait for its owner.
const WAIT: Millis = 7 * DAY;

/// An alert address, for the page behind the link in its e-mail.
#[derive(Clone, Debug)]
pub struct AlertRequest {
    pub address: String,
    pub workspace: String,
    pub added_by: String,
    pub confirmed: bool,
}

impl Store {
    /// The alert address whose e-mails contain this token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the address was removed, or the token is unknown.
    pub async fn alert_request(&self, token: &str) -> Result<AlertRequest, StoreError> {
        let row = self.by_stop_token(token).await?;
        let ctx = WorkspaceCtx::new(WorkspaceId(row.workspace_id), row.added_by.clone());
        Ok(AlertRequest {
            workspace: self.workspace(&ctx).workspace_name().await?,
            address: row.address,
            added_by: row.added_by,
            confirmed: row.confirmed_at.is_some(),
        })
    }

    /// Lets alerts go to the address with this token, on its owner's request. Returns the address.
    ///
    /// # Errors
    /// As of [`alert_request`](Self::alert_request).
    pub async fn confirm_alerts(&self, token: &str) -> Result<String, StoreError> {
        let row = self.by_stop_token(token).await?;
        let (address, now) = (row.address.clone(), self.now());
        let ctx = &WorkspaceCtx::new(WorkspaceId(row.workspace_id), address.clone());
        in_write!(self.db, ctx, |tx| {
            let found = alert_address::Entity::find_by_id((row.workspace_id, row.id)).one(tx).await?;
            let found = found.ok_or(StoreError::NotFound)?;
            if found.confirmed_at.is_some() {
                return Ok(());
            }
            let mut found = found.into_active_model();
            found.confirmed_at = Set(Some(now));
            found.update(tx).await?;
            Self::audit(tx, self.sources.id(), now, "alert.confirmed", Some(&address)).await
        })?;
        Ok(address)
    }

    /// Takes the right to send the confirmation `alert` to an address: one a day for an address, whoever asks, and not
    /// more than the ceilings. `None` is yes; otherwise the time of the next try. The same confirmation may be sent
    /// again, because a try can fail.
    pub(super) async fn confirmation_waits_until(
        &self,
        tx: &ScopedTx<'_>,
        address: &str,
        alert: Uuid,
    ) -> Result<Option<Millis>, StoreError> {
        let (now, asked_by, address_hash) = (self.now(), tx.ctx().workspace.0, address_hash(address));
        let since = now - DAY;
        let text = "SELECT COUNT(*) AS everybody, COALESCE(SUM(CASE WHEN asked_by = $1 THEN 1 ELSE 0 END), 0) AS own \
                    FROM confirmation_sent WHERE sent_at > $2 AND alert <> $3";
        let sent = tx.query_one_raw(sql(tx, text, [asked_by.into(), since.into(), alert.into()])).await?;
        if let Some(sent) = sent {
            let (everybody, own): (i64, i64) = (sent.try_get("", "everybody")?, sent.try_get("", "own")?);
            if everybody >= OF_ALL || own >= OF_WORKSPACE {
                return Ok(Some(now + HOUR));
            }
        }
        let text = "INSERT INTO confirmation_sent (address_hash, alert, asked_by, sent_at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT (address_hash) DO UPDATE SET alert = $2, asked_by = $3, sent_at = $4 \
                    WHERE confirmation_sent.sent_at <= $5 OR confirmation_sent.alert = $2";
        let values = [address_hash.clone().into(), alert.into(), asked_by.into(), now.into(), since.into()];
        if tx.execute_raw(sql(tx, text, values)).await?.rows_affected() > 0 {
            return Ok(None);
        }
        let text = "SELECT sent_at FROM confirmation_sent WHERE address_hash = $1";
        let last = tx.query_one_raw(sql(tx, text, [address_hash.into()])).await?;
        Ok(Some(last.map_or(Ok(now), |last| last.try_get("", "sent_at"))? + DAY))
    }

    /// Deletes addresses that nobody has confirmed within a week. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn prune_unconfirmed(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let waiting = alert_address::Entity::find()
            .filter(alert_address::Column::ConfirmedAt.is_null())
            .filter(alert_address::Column::CreatedAt.lt(now - WAIT))
            .all(self.db.read())
            .await?;
        let mut pruned = 0;
        for row in waiting {
            let ctx = &WorkspaceCtx::new(WorkspaceId(row.workspace_id), "Warmy");
            in_write!(self.db, ctx, |tx| { self.drop_address(tx, row.clone()).await })?;
            pruned += 1;
        }
        in_write!(self.db, |tx| {
            let text = "DELETE FROM confirmation_sent WHERE sent_at <= $1";
            tx.execute_raw(sql(tx, text, [(now - DAY).into()])).await?;
            Ok(())
        })?;
        Ok(pruned)
    }

    /// Seals tokens that were stored before they were sealed.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn seal_stop_tokens(&self) -> Result<(), StoreError> {
        let plain = alert_address::Entity::find()
            .filter(alert_address::Column::StopHash.is_null())
            .all(self.db.read())
            .await?;
        for row in plain {
            let ctx = &WorkspaceCtx::new(WorkspaceId(row.workspace_id), "Warmy");
            in_write!(self.db, ctx, |tx| {
                let (id, token) = (row.id, row.stop_token.clone());
                let mut row = row.clone().into_active_model();
                row.stop_hash = Set(Some(hash(&token)));
                row.stop_token = Set(self.keys.seal(&token, &sealed_for(id)));
                row.update(tx).await?;
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// The same for every way to write an address.
fn address_hash(address: &str) -> String {
    hash(&address.to_lowercase())
}

/// The place for which the token of an address is sealed.
pub(super) fn sealed_for(id: Uuid) -> String {
    format!("alert_address.stop_token/{id}")
}
