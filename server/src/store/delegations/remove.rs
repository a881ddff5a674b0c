//! Taking the link to an organisation away: what it held is free at once, and nobody finds it any more. Its directory
//! is forgotten afterwards, a piece at a time (see `purge.rs`).

use domain::{
    delegation::DelegationState,
    ids::{DelegationId, Seq},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, IntoActiveModel};

use crate::store::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    events::Log,
};

/// What must not go on; with workspace, delegation and time.
const ENDED: [&str; 2] = [
    "UPDATE run_item SET state = 'cancelled', settled_at = $3 WHERE workspace_id = $1 AND state = 'pending' \
     AND run_id IN (SELECT id FROM run WHERE workspace_id = $1 AND delegation_id = $2 AND finished_at IS NULL)",
    // Whoever has one in hand is fenced out.
    "UPDATE run SET state = 'cancelled', cancelled = total - succeeded - failed - skipped, finished_at = $3, \
     epoch = epoch + 1, lease_owner = NULL, lease_until = NULL, reason = NULL, waiting_until = NULL \
     WHERE workspace_id = $1 AND delegation_id = $2 AND finished_at IS NULL",
];

/// What is let go of; with workspace and delegation.
const FREED: [&str; 4] = [
    "UPDATE mailbox SET connection = CASE WHEN connection IN ('queued', 'connecting') THEN 'available' \
     WHEN pool IS NOT NULL THEN 'disconnected' ELSE connection END, \
     reason = CASE WHEN pool IS NOT NULL THEN NULL ELSE reason END, pool = NULL, run_id = NULL \
     WHERE workspace_id = $1 AND delegation_id = $2 AND (pool IS NOT NULL OR run_id IS NOT NULL)",
    // An administrator who is at Microsoft's pages just now comes back to a link that no longer works.
    "DELETE FROM consent_attempt WHERE workspace_id = $1 AND delegation_id = $2",
    "UPDATE api_client SET delegation_id = NULL WHERE workspace_id = $1 AND delegation_id = $2",
    "DELETE FROM rule WHERE workspace_id = $1 AND delegation_id = $2",
];

impl Store {
    /// Takes the link to an organisation away: its runs end, its slots are free, its tenant can be linked again, and
    /// to every other call it is not there any more. Returns how many mailboxes were connected.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation (any more).
    pub async fn remove_delegation(&self, ctx: &WorkspaceCtx, id: DelegationId) -> Result<u32, StoreError> {
        let now = self.now();
        let (bells, connected) = in_write!(self.db, ctx, |tx| {
            Self::lock_pools(tx, ctx).await?;
            let log = Log::open(tx, ctx, id, now).await?;
            let connected = self.free_slots(tx, ctx, id).await?;
            for text in ENDED {
                tx.execute_raw(sql(tx, text, [ctx.workspace.0.into(), id.0.into(), now.into()])).await?;
            }
            for text in FREED {
                tx.execute_raw(sql(tx, text, [ctx.workspace.0.into(), id.0.into()])).await?;
            }
            let row = self.delegation_row(tx, ctx, id).await?;
            let title = self.delegation_with(tx, row.clone()).await?.view.title().to_owned();
            let mut model = row.into_active_model();
            model.state = Set(DelegationState::Removing.as_str().to_owned());
            model.reason = Set(None);
            model.tid = Set(None);
            model.delta_link = Set(None);
            let row = model.update(tx).await?;
            let line = (self.sources.id(), now);
            let count = usize::try_from(connected).unwrap_or(usize::MAX);
            Self::audit_of(tx, ctx, line, "delegation.removed", Some(&title), Some(count)).await?;
            let mut bells: Vec<(DelegationId, Seq)> =
                vec![(id, self.log_delegation_row(tx, row, log).await?)];
            bells.extend(self.tell_slots(tx, ctx).await?);
            Ok((bells, connected))
        })?;
        for (delegation, head) in bells {
            self.hub.ring(delegation, head);
        }
        self.tidy.notify_one();
        Ok(connected)
    }

    /// Takes what the delegation holds off the pools. The mailboxes follow in the same transaction. Returns how many
    /// were connected.
    async fn free_slots(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
    ) -> Result<u32, StoreError> {
        let held = tx
            .query_all_raw(sql(
                tx,
                "SELECT pool, SUM(CASE WHEN connection IN ('queued', 'connecting') THEN 1 ELSE 0 END) AS reserved, \
                 COUNT(*) AS held FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2 AND pool IS NOT NULL \
                 GROUP BY pool",
                [ctx.workspace.0.into(), id.0.into()],
            ))
            .await?;
        let mut connected = 0;
        for row in held {
            let (reserved, held): (i64, i64) = (row.try_get("", "reserved")?, row.try_get("", "held")?);
            let count = |n: i64| i32::try_from(n).map_err(StoreError::corrupt);
            let (used, reserved) = (count(held - reserved)?, count(reserved)?);
            Self::move_slots(tx, ctx, &row.try_get::<String>("", "pool")?, -used, -reserved).await?;
            connected += used.unsigned_abs();
        }
        Ok(connected)
    }
}
