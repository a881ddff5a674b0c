//! Cancelling the open items of a run.

use domain::{
    ids::{Millis, RunId},
    run::ItemState,
};
use sea_orm::ConnectionTrait;

use crate::{StoreError, db::sql, row_security::ScopedTx};

/// Cancels the pending items of a run. Returns how many.
pub(super) async fn cancel_pending(tx: &ScopedTx<'_>, run: RunId, now: Millis) -> Result<u64, StoreError> {
    let text = format!(
        "UPDATE run_item SET state = '{}', settled_at = $3 WHERE workspace_id = $1 AND run_id = $2 AND state = '{}'",
        ItemState::Cancelled,
        ItemState::Pending,
    );
    let values = [tx.ctx().workspace.0.into(), run.0.into(), now.into()];
    Ok(tx.execute_raw(sql(tx, &text, values)).await?.rows_affected())
}
