//! Failures of a sync that one failure does not prove: an alarm needs a second one, at least a quarter of an hour later.

use domain::{ids::Millis, schedule::CONFIRM_FAILURE_AFTER};
use sea_orm::ConnectionTrait;

use crate::{
    LeasedRun, StoreError,
    db::{in_write, sql},
    events::Log,
};

impl LeasedRun<'_> {
    /// Records such a failure. Returns whether an earlier one confirms it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn suspect_failure(self) -> Result<bool, StoreError> {
        let lease = self.lease;
        let (id, now) = (lease.delegation, self.now());
        in_write!(self.db, &lease.ctx, |tx| {
            let _locked = Log::open(tx, id, now).await?;
            self.fence(tx, lease, now).await?;
            let since: Option<Millis> = self.delegation_row(tx, id).await?.suspected_at;
            if since.is_none() {
                let text = "UPDATE delegation SET suspected_at = $3 WHERE workspace_id = $1 AND id = $2";
                let values = [lease.ctx.workspace.0.into(), id.0.into(), now.into()];
                tx.execute_raw(sql(tx, text, values)).await?;
            }
            Ok(since.is_some_and(|since| now - since >= CONFIRM_FAILURE_AFTER))
        })
    }
}
