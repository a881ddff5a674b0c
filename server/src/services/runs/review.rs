//! Reviews a bulk action: the same mailboxes that the action would take.

use domain::{
    AppError,
    bulk::{BulkAction, BulkKind, Review},
    ids::{DelegationId, RowNumber},
    list::ListQuery,
    slots::MAX_PER_RUN,
};

use super::super::SignedInCaller;

impl SignedInCaller {
    pub(super) async fn review_action(
        &self,
        delegation: DelegationId,
        action: &BulkAction,
    ) -> Result<Review, AppError> {
        let (runs, mailboxes) = (self.state.store.runs(&self.ctx), self.state.store.mailboxes(&self.ctx));
        let (kind, (rows, beyond)) = match action {
            BulkAction::Exclude(target) => {
                return Ok(mailboxes.review_exclusion(delegation, target, BulkKind::Exclude).await?);
            }
            BulkAction::Include(target) => {
                return Ok(mailboxes.review_exclusion(delegation, target, BulkKind::Include).await?);
            }
            BulkAction::Run { kind, rows } => (*kind, (rows.clone(), 0)),
            BulkAction::Matching { kind, query } => {
                (*kind, for_one_run(self.matching(delegation, query).await?)?)
            }
            BulkAction::RetryFailed { run } => {
                let (before, rows) = runs.failed_rows(*run).await?;
                (before.kind, for_one_run(rows)?)
            }
            BulkAction::RetryGroup { run, outcome, reason } => {
                let (before, rows) = runs.rows_of(*run, *outcome, Some(*reason)).await?;
                (before.kind, for_one_run(rows)?)
            }
        };
        Ok(Review { beyond, ..runs.review_run(delegation, kind, &rows).await? })
    }

    /// The rows that a list shows, in its order.
    pub(super) async fn matching(
        &self,
        delegation: DelegationId,
        query: &ListQuery,
    ) -> Result<Vec<RowNumber>, AppError> {
        let mailboxes = self.state.store.mailboxes(&self.ctx);
        Ok(mailboxes.list_order(delegation, &query.cleaned()).await?.order)
    }
}

/// The first rows, as many as one run takes, and the number of the others.
///
/// # Errors
/// [`AppError::NothingToDo`] without rows: for a check, no rows would mean all mailboxes.
pub(super) fn for_one_run(mut rows: Vec<RowNumber>) -> Result<(Vec<RowNumber>, u32), AppError> {
    if rows.is_empty() {
        return Err(AppError::NothingToDo);
    }
    let beyond = rows.len().saturating_sub(MAX_PER_RUN as usize);
    rows.truncate(MAX_PER_RUN as usize);
    Ok((rows, u32::try_from(beyond).unwrap_or(u32::MAX)))
}
