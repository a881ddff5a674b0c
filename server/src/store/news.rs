//! News of a workspace: written in the transaction that it is about, so none is lost and none is untrue, and told to the
//! workspace's webhooks and by e-mail.

mod credential;
mod topic;

use domain::slots::Pool;
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use super::{Store, StoreError, WorkspaceCtx};

pub use credential::Ending;
pub use topic::Topic;

impl Store {
    /// Tells everybody who wants to hear of it. Call it last: other rows are locked before these.
    pub(in crate::store) async fn announce(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        topic: Topic,
        data: Value,
    ) -> Result<(), StoreError> {
        self.queue_for_webhooks(tx, ctx, topic, &data).await?;
        self.queue_alert(tx, ctx, topic, &data).await
    }

    /// Says of which pools four slots of five, or all, are taken that were not `before`.
    pub(in crate::store) async fn announce_pools(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        before: &[Pool],
    ) -> Result<(), StoreError> {
        let now = Self::pools_in(tx, ctx).await?;
        for (before, after) in before.iter().zip(&now) {
            let (Some(was), Some(is)) = (before.share(), after.share()) else { continue };
            let topic = match () {
                () if was < 100 && is >= 100 => Topic::SlotsFull,
                () if was < 80 && is >= 80 => Topic::SlotsLow,
                () => continue,
            };
            let data = json!({
                "plan_type_id": after.plan_type_id, "name": after.name, "limit": after.limit, "taken": after.taken(),
            });
            self.announce(tx, ctx, topic, data).await?;
        }
        Ok(())
    }
}
