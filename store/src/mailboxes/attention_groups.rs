//! Groups of mailboxes that need attention, counted by reason.

use domain::{attention_group::AttentionGroup, connection::Connection, ids::DelegationId};

use crate::row_security::InWorkspace;
use crate::{
    Mailboxes, Store, StoreError,
    db::{in_list, sql},
};

impl Mailboxes<'_> {
    /// Counts of mailboxes that need attention or could not be connected, by state and reason: first those that need
    /// attention, and the largest groups first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn attention_groups(self, id: DelegationId) -> Result<Vec<AttentionGroup>, StoreError> {
        let ctx = self.ctx;
        let on = &self.db.read_in(ctx);
        self.delegation_row(on, id).await?;
        Store::attention_groups_in(on, id).await
    }
}

impl Store {
    pub(crate) async fn attention_groups_in(
        on: &impl InWorkspace,
        id: DelegationId,
    ) -> Result<Vec<AttentionGroup>, StoreError> {
        let ctx = on.ctx();
        let rows = on
            .query_all_raw(sql(
                on,
                &format!(
                    "SELECT connection, reason, COUNT(*) AS n FROM mailbox \
                     WHERE workspace_id = $1 AND delegation_id = $2 AND connection IN {} AND reason IS NOT NULL \
                     GROUP BY connection, reason",
                    in_list(AttentionGroup::STATES.map(Connection::as_str)),
                ),
                [ctx.workspace.0.into(), id.0.into()],
            ))
            .await?;
        let mut attention_groups = Vec::with_capacity(rows.len());
        for row in rows {
            let (connection, reason): (String, String) =
                (row.try_get("", "connection")?, row.try_get("", "reason")?);
            attention_groups.push(AttentionGroup {
                connection: connection.parse().map_err(StoreError::corrupt)?,
                reason: reason.parse().map_err(StoreError::corrupt)?,
                count: u32::try_from(row.try_get::<i64>("", "n")?).unwrap_or(u32::MAX),
            });
        }
        attention_groups.sort_by_key(|group| {
            (group.connection != AttentionGroup::STATES[0], std::cmp::Reverse(group.count), group.reason)
        });
        Ok(attention_groups)
    }
}
