//! Our own credential ends: each workspace is told once for each warning.

use domain::cadence::DAY;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Topic;
use crate::store::{Lease, Store, StoreError, db::in_write, entity::audit};

/// A credential of ours whose end is near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// "certificate warmy-2026".
    pub name: String,
    /// Left, negative afterwards.
    pub days: i64,
    /// Which of the warnings this is, in days.
    pub warning: i64,
}

const WHAT: &str = "credential.expiring";

impl Store {
    /// Tells the lease's workspace, unless it was told already.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn warn_of_credential(&self, lease: &Lease, ending: &Ending) -> Result<(), StoreError> {
        let (ctx, now) = (&lease.ctx, self.now());
        let target = format!("{}: {} days", ending.name, ending.warning);
        let told = || {
            audit::Entity::find()
                .filter(audit::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(audit::Column::What.eq(WHAT))
                .filter(audit::Column::Target.eq(target.as_str()))
        };
        // Mostly it was, and then nothing is locked.
        if told().one(&self.db.read_in(ctx)).await?.is_some() {
            return Ok(());
        }
        in_write!(self.db, ctx, |tx| {
            // Another organisation of the workspace may be at the same point.
            Self::lock_pools(tx, ctx).await?;
            self.fence(tx, lease, now).await?;
            if told().one(tx).await?.is_some() {
                return Ok(());
            }
            Self::audit(tx, ctx, self.sources.id(), now, WHAT, Some(&target)).await?;
            let data =
                json!({ "name": ending.name, "ends_at": now + ending.days * DAY, "days": ending.days });
            self.announce(tx, ctx, Topic::CredentialExpiring, data).await
        })
    }
}
