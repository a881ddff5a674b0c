//! Mailboxes of a run that can be retried.

use domain::{
    Reason,
    connection::Connection,
    ids::{RowNumber, RunId},
    run::{ItemState, RunView},
};
use sea_orm::ConnectionTrait;

use crate::{Runs, Store, StoreError, db::sql};

impl Runs<'_> {
    /// A run with those of its failed mailboxes that a run of its kind would take now, by row number: without mailboxes
    /// that were connected, excluded or taken by another run since.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn failed_rows(self, id: RunId) -> Result<(RunView, Vec<RowNumber>), StoreError> {
        self.rows_of(id, ItemState::Failed, None).await
    }

    /// The same for one outcome, and for one reason if `reason` is set: `Some(None)` selects mailboxes without one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn rows_of(
        self,
        id: RunId,
        outcome: ItemState,
        reason: Option<Option<Reason>>,
    ) -> Result<(RunView, Vec<RowNumber>), StoreError> {
        let ctx = self.ctx;
        let run = Store::run_view(Store::run_row(&self.db.read_in(ctx), id).await?)?;
        let on = &self.db.read_in(ctx);
        let (any, reason) = (reason.is_none(), reason.flatten().map_or("", Reason::code));
        let found = on
            .query_all_raw(sql(
                on,
                "SELECT m.row_no, m.connection FROM run_item i \
                 JOIN mailbox m ON m.workspace_id = i.workspace_id AND m.id = i.mailbox_id \
                 WHERE i.workspace_id = $1 AND i.run_id = $2 AND i.state = $3 AND m.run_id IS NULL \
                 AND ($4 OR COALESCE(i.reason, '') = $5) ORDER BY m.row_no",
                [ctx.workspace.0.into(), id.0.into(), outcome.as_str().into(), any.into(), reason.into()],
            ))
            .await?;
        let mut rows = Vec::with_capacity(found.len());
        for item in found {
            let connection: Connection =
                item.try_get::<String>("", "connection")?.parse().map_err(StoreError::corrupt)?;
            if connection.accepts(run.kind) {
                let row = u32::try_from(item.try_get::<i32>("", "row_no")?).map_err(StoreError::corrupt)?;
                rows.push(RowNumber(row));
            }
        }
        Ok((run, rows))
    }
}
