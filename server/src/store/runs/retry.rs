//! Retrying what failed in a run.

use domain::{
    connection::Connection,
    ids::{RowNo, RunId},
    run::RunView,
};
use sea_orm::ConnectionTrait;

use crate::store::{Store, StoreError, WorkspaceCtx, db::sql};

impl Store {
    /// A run with those of its failed mailboxes that a run of its kind would take now, by row number. Whoever was
    /// connected, excluded or taken by another run since is not among them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn failed_rows(
        &self,
        ctx: &WorkspaceCtx,
        id: RunId,
    ) -> Result<(RunView, Vec<RowNo>), StoreError> {
        let run = Self::run_view(Self::run_row(self.db.read(), ctx, id).await?)?;
        let on = self.db.read();
        let failed = on
            .query_all_raw(sql(
                on,
                "SELECT m.row_no, m.connection FROM run_item i \
                 JOIN mailbox m ON m.workspace_id = i.workspace_id AND m.id = i.mailbox_id \
                 WHERE i.workspace_id = $1 AND i.run_id = $2 AND i.state = 'failed' AND m.run_id IS NULL \
                 ORDER BY m.row_no",
                [ctx.workspace.0.into(), id.0.into()],
            ))
            .await?;
        let mut rows = Vec::with_capacity(failed.len());
        for item in failed {
            let connection: Connection =
                item.try_get::<String>("", "connection")?.parse().map_err(StoreError::corrupt)?;
            if connection.accepts(run.kind) {
                let row = u32::try_from(item.try_get::<i32>("", "row_no")?).map_err(StoreError::corrupt)?;
                rows.push(RowNo(row));
            }
        }
        Ok((run, rows))
    }
}
