//! The mailboxes of a run with their results, in pages ordered by name.

use domain::{
    evidence::Evidence,
    ids::{MailboxId, RowNumber, RunId},
    run::{ItemCursor, ItemState, RunItem, RunItems},
};
use sea_orm::ConnectionTrait;

use crate::{Runs, Store, StoreError, db::sql, mailboxes::list::stored_row};

impl Runs<'_> {
    /// Mailboxes of a run by name, of one outcome or of all, at most `limit`, from the cursor `after` on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn run_items(
        self,
        id: RunId,
        outcome: Option<ItemState>,
        after: Option<&ItemCursor>,
        limit: u64,
    ) -> Result<RunItems, StoreError> {
        let ctx = self.ctx;
        let on = &self.db.read_in(ctx);
        Store::run_row(on, id).await?;
        // Before the first mailbox: no name is less than the empty one, no row number less than 1.
        let (name, row) = after.map_or(("", -1), |after| (after.name.as_str(), stored_row(after.row)));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX - 1);
        let found = on
            .query_all_raw(sql(
                on,
                "SELECT m.id, m.row_no, m.name, m.name_norm, m.address, i.state, i.reason, i.settled_at, i.answer_code, i.answer_request \
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
            let row =
                RowNumber(u32::try_from(item.try_get::<i32>("", "row_no")?).map_err(StoreError::corrupt)?);
            let reason: Option<String> = item.try_get("", "reason")?;
            page.items.push(RunItem {
                mailbox: MailboxId(item.try_get("", "id")?),
                row,
                name: item.try_get("", "name")?,
                address: item.try_get("", "address")?,
                outcome: item.try_get::<String>("", "state")?.parse().map_err(StoreError::corrupt)?,
                reason: reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
                evidence: Evidence::new(
                    item.try_get("", "answer_code")?,
                    item.try_get("", "answer_request")?,
                ),
                settled_at: item.try_get("", "settled_at")?,
            });
            last = Some(ItemCursor { name: item.try_get("", "name_norm")?, row });
        }
        Ok(page)
    }
}
