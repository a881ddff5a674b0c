//! The mailboxes of a run with their results, by name, a page at a time.

use domain::{
    ids::{MailboxId, RowNo, RunId},
    run::{ItemPlace, ItemState, RunItem, RunItems},
};
use sea_orm::ConnectionTrait;

use crate::store::{Store, StoreError, WorkspaceCtx, db::sql, list::stored_row};

impl Store {
    /// Mailboxes of a run by name, of one outcome or of all, at most `limit` of those after a place.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn run_items(
        &self,
        ctx: &WorkspaceCtx,
        id: RunId,
        outcome: Option<ItemState>,
        after: Option<&ItemPlace>,
        limit: u64,
    ) -> Result<RunItems, StoreError> {
        let on = &self.db.read_in(ctx);
        Self::run_row(on, ctx, id).await?;
        // No name is before the empty one, no row before 1.
        let (name, row) = after.map_or(("", -1), |after| (after.name.as_str(), stored_row(after.row)));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX - 1);
        let found = on
            .query_all_raw(sql(
                on,
                "SELECT m.id, m.row_no, m.name, m.name_norm, m.address, i.state, i.reason, i.settled_at \
                 FROM run_item i JOIN mailbox m ON m.workspace_id = i.workspace_id AND m.id = i.mailbox_id \
                 WHERE i.workspace_id = $1 AND i.run_id = $2 AND ($3 = '' OR i.state = $3) \
                 AND (m.name_norm > $4 OR (m.name_norm = $4 AND m.row_no > $5)) \
                 ORDER BY m.name_norm, m.row_no LIMIT $6",
                [
                    ctx.workspace.0.into(),
                    id.0.into(),
                    outcome.map_or("", ItemState::as_str).into(),
                    name.into(),
                    row.into(),
                    (limit + 1).into(),
                ],
            ))
            .await?;
        let mut page = RunItems::default();
        let mut last = None;
        for item in found {
            if page.items.len() as u64 == limit.unsigned_abs() {
                page.next = last;
                break;
            }
            let row = RowNo(u32::try_from(item.try_get::<i32>("", "row_no")?).map_err(StoreError::corrupt)?);
            let reason: Option<String> = item.try_get("", "reason")?;
            page.items.push(RunItem {
                mailbox: MailboxId(item.try_get("", "id")?),
                row,
                name: item.try_get("", "name")?,
                address: item.try_get("", "address")?,
                outcome: item.try_get::<String>("", "state")?.parse().map_err(StoreError::corrupt)?,
                reason: reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
                settled_at: item.try_get("", "settled_at")?,
            });
            last = Some(ItemPlace { name: item.try_get("", "name_norm")?, row });
        }
        Ok(page)
    }
}
