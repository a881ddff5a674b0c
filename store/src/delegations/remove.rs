//! Removes the link to an organisation: its slots are free at once, and reads do not find it any more. Its directory is
//! deleted afterwards in small transactions (see `purge.rs`).

use domain::{
    connection::{Connection, Hold},
    delegation::DelegationState,
    ids::{DelegationId, Seq},
    run::{ItemState, RunState},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, IntoActiveModel};

use crate::row_security::ScopedTx;
use crate::{
    Delegations, Store, StoreError,
    db::{connections, in_write, sql},
    events::Log,
};

/// Statements that end the delegation's runs. Parameters: workspace, delegation and time.
fn end_runs() -> [String; 2] {
    [
        format!(
            "UPDATE run_item SET state = '{}', settled_at = $3 WHERE workspace_id = $1 AND state = '{}' \
             AND run_id IN (SELECT id FROM run WHERE workspace_id = $1 AND delegation_id = $2 AND finished_at IS NULL)",
            ItemState::Cancelled,
            ItemState::Pending,
        ),
        // The new epoch fences out processes that have leased a run.
        format!(
            "UPDATE run SET state = '{}', cancelled = total - succeeded - failed - skipped, finished_at = $3, \
             epoch = epoch + 1, lease_owner = NULL, lease_until = NULL, reason = NULL, waiting_until = NULL \
             WHERE workspace_id = $1 AND delegation_id = $2 AND finished_at IS NULL",
            RunState::Cancelled,
        ),
    ]
}

/// The statement that takes the slots from the delegation's mailboxes. Parameters: workspace and delegation.
fn free_mailboxes() -> String {
    format!(
        "UPDATE mailbox SET connection = CASE WHEN connection IN {} THEN '{}' \
         WHEN pool IS NOT NULL THEN '{}' ELSE connection END, \
         reason = CASE WHEN pool IS NOT NULL THEN NULL ELSE reason END, pool = NULL, run_id = NULL \
         WHERE workspace_id = $1 AND delegation_id = $2 AND (pool IS NOT NULL OR run_id IS NOT NULL)",
        connections(Hold::Reserved),
        Connection::Available,
        Connection::Disconnected,
    )
}

/// Statements that delete or unlink the other rows of the delegation. Parameters: workspace and delegation.
const UNLINK: [&str; 3] = [
    // For an administrator who is on Microsoft's pages at this moment, the link no longer works afterwards.
    "DELETE FROM consent_attempt WHERE workspace_id = $1 AND delegation_id = $2",
    "UPDATE api_client SET delegation_id = NULL WHERE workspace_id = $1 AND delegation_id = $2",
    "DELETE FROM rule WHERE workspace_id = $1 AND delegation_id = $2",
];

impl Delegations<'_> {
    /// Removes the link to an organisation: its runs end, its slots are free, its tenant can be linked again, and other
    /// calls do not find it any more. Returns how many mailboxes were connected.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation (any more).
    pub async fn remove_delegation(self, id: DelegationId) -> Result<u32, StoreError> {
        let ctx = self.ctx;
        let now = self.now();
        let (signals, connected) = in_write!(self.db, ctx, |tx| {
            Store::lock_pools(tx).await?;
            let log = Log::open(tx, id, now).await?;
            let connected = self.free_slots(tx, id).await?;
            for text in end_runs() {
                tx.execute_raw(sql(tx, &text, [ctx.workspace.0.into(), id.0.into(), now.into()])).await?;
            }
            for text in std::iter::once(free_mailboxes().as_str()).chain(UNLINK) {
                tx.execute_raw(sql(tx, text, [ctx.workspace.0.into(), id.0.into()])).await?;
            }
            let row = self.delegation_row(tx, id).await?;
            let title = self.delegation_with(tx, row.clone()).await?.view.title().to_owned();
            let mut model = row.into_active_model();
            model.state = Set(DelegationState::Removing.as_str().to_owned());
            model.reason = Set(None);
            model.tid = Set(None);
            model.delta_link = Set(None);
            let row = model.update(tx).await?;
            let line = (self.sources.id(), now);
            let count = usize::try_from(connected).unwrap_or(usize::MAX);
            Store::audit_of(tx, line, "delegation.removed", Some(&title), Some(count)).await?;
            let mut signals: Vec<(DelegationId, Seq)> =
                vec![(id, self.log_delegation_row(tx, row, log).await?)];
            signals.extend(self.log_pools(tx).await?);
            Ok((signals, connected))
        })?;
        for (delegation, head) in signals {
            self.signals.notify(delegation, head);
        }
        self.retention.notify_one();
        Ok(connected)
    }
}

impl Store {
    /// Subtracts the delegation's slots from the pools; the caller frees the mailboxes in the same transaction. Returns
    /// how many mailboxes were connected.
    async fn free_slots(&self, tx: &ScopedTx<'_>, id: DelegationId) -> Result<u32, StoreError> {
        let ctx = tx.ctx();
        let held = tx
            .query_all_raw(sql(
                tx,
                &format!(
                    "SELECT pool, SUM(CASE WHEN connection IN {} THEN 1 ELSE 0 END) AS reserved, \
                     COUNT(*) AS held FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2 AND pool IS NOT NULL \
                     GROUP BY pool",
                    connections(Hold::Reserved)
                ),
                [ctx.workspace.0.into(), id.0.into()],
            ))
            .await?;
        let mut connected = 0;
        for row in held {
            let (reserved, held): (i64, i64) = (row.try_get("", "reserved")?, row.try_get("", "held")?);
            let count = |n: i64| i32::try_from(n).map_err(StoreError::corrupt);
            let (used, reserved) = (count(held - reserved)?, count(reserved)?);
            Self::move_slots(tx, &row.try_get::<String>("", "pool")?, -used, -reserved).await?;
            connected += used.unsigned_abs();
        }
        Ok(connected)
    }
}
