//! What stands in the way of whom, counted.

use domain::{cause::Cause, ids::DelegationId};
use sea_orm::ConnectionTrait;

use super::{Store, StoreError, WorkspaceCtx, db::sql};

impl Store {
    /// Mailboxes that need attention or could not be connected, by state and reason: first what worked once, and the
    /// largest groups first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn causes(&self, ctx: &WorkspaceCtx, id: DelegationId) -> Result<Vec<Cause>, StoreError> {
        let on = &self.db.read_in(ctx);
        self.delegation_row(on, ctx, id).await?;
        Self::causes_in(on, ctx, id).await
    }

    pub(in crate::store) async fn causes_in(
        on: &impl ConnectionTrait,
        ctx: &WorkspaceCtx,
        id: DelegationId,
    ) -> Result<Vec<Cause>, StoreError> {
        let rows = on
            .query_all_raw(sql(
                on,
                "SELECT connection, reason, COUNT(*) AS n FROM mailbox \
                 WHERE workspace_id = $1 AND delegation_id = $2 AND connection IN ($3, $4) AND reason IS NOT NULL \
                 GROUP BY connection, reason",
                [
                    ctx.workspace.0.into(),
                    id.0.into(),
                    Cause::STATES[0].as_str().into(),
                    Cause::STATES[1].as_str().into(),
                ],
            ))
            .await?;
        let mut causes = Vec::with_capacity(rows.len());
        for row in rows {
            let (connection, reason): (String, String) =
                (row.try_get("", "connection")?, row.try_get("", "reason")?);
            causes.push(Cause {
                connection: connection.parse().map_err(StoreError::corrupt)?,
                reason: reason.parse().map_err(StoreError::corrupt)?,
                count: u32::try_from(row.try_get::<i64>("", "n")?).unwrap_or(u32::MAX),
            });
        }
        causes.sort_by_key(|cause| {
            (cause.connection != Cause::STATES[0], std::cmp::Reverse(cause.count), cause.reason)
        });
        Ok(causes)
    }
}
