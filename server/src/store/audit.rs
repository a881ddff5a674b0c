//! The audit log: who did what, append-only.

use domain::ids::Millis;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction};

use super::{Store, StoreError, WorkspaceCtx, entity::audit};

impl Store {
    /// One line of the audit log, in the transaction of what it tells.
    pub(in crate::store) async fn audit(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: uuid::Uuid,
        at: Millis,
        what: &str,
        target: Option<&str>,
    ) -> Result<(), StoreError> {
        audit::ActiveModel {
            workspace_id: Set(ctx.workspace.0),
            id: Set(id),
            at: Set(at),
            who: Set(ctx.who.clone()),
            what: Set(what.to_owned()),
            target: Set(target.map(str::to_owned)),
            detail: Set("{}".to_owned()),
        }
        .insert(tx)
        .await?;
        Ok(())
    }
}
