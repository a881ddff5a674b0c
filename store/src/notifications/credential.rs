//! Warnings before our own credential expires: one notification per workspace and warning.

use domain::schedule::DAY;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Topic;
use crate::{LeasedRun, Store, StoreError, db::in_write, entity::audit};

/// A credential of ours that expires soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiringCredential {
    /// "certificate warmy-2026".
    pub name: String,
    /// Days until the expiry, negative after it.
    pub days: i64,
    /// The warning: days before the expiry.
    pub warning: i64,
}

const WHAT: &str = "credential.expiring";

impl LeasedRun<'_> {
    /// Notifies the lease's workspace, unless it was notified of this warning already.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn notify_of_credential(self, ending: &ExpiringCredential) -> Result<(), StoreError> {
        let lease = self.lease;
        let (ctx, now) = (&lease.ctx, self.now());
        let target = format!("{}: {} days", ending.name, ending.warning);
        let reported = || {
            audit::Entity::find()
                .filter(audit::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(audit::Column::What.eq(WHAT))
                .filter(audit::Column::Target.eq(target.as_str()))
        };
        // The usual case, which locks nothing.
        if reported().one(&self.db.read_in(ctx)).await?.is_some() {
            return Ok(());
        }
        in_write!(self.db, ctx, |tx| {
            // The lock serialises this with a sync of another organisation of the workspace.
            Store::lock_pools(tx).await?;
            self.fence(tx, lease, now).await?;
            if reported().one(tx).await?.is_some() {
                return Ok(());
            }
            Store::audit(tx, self.sources.id(), now, WHAT, Some(&target)).await?;
            let data =
                json!({ "name": ending.name, "ends_at": now + ending.days * DAY, "days": ending.days });
            self.announce(tx, Topic::CredentialExpiring, data).await
        })
    }
}
