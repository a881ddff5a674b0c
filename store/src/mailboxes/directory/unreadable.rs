//! Users that a sync could not read. They stay as they are, and the next sync reads them again by their ids.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::entry::SyncPage;
use crate::{
    Lease, Store, StoreError,
    db::{read_ids, sql, write_ids},
    entity::mailbox,
    row_security::ScopedTx,
};

/// Ids that a delegation remembers. More are not read again before the next full sync.
pub(super) const MAX_IDS: usize = 1_000;
/// Ids that the summary of a sync names.
const MAX_NAMED: usize = 20;
/// Stands in the list for users without an id.
pub(super) const NAMELESS: &str = "";

impl Store {
    /// Updates the delegation's list from a page: adds its unreadable users, removes those that it could read or that
    /// were removed. Unreadable users that are known count as seen. Returns how many are new in the list.
    pub(super) async fn note_unreadable(
        tx: &ScopedTx<'_>,
        lease: &Lease,
        before: Option<&str>,
        page: &SyncPage<'_>,
    ) -> Result<u32, StoreError> {
        let known = read_ids(before)?;
        if known.is_empty() && page.unreadable.is_empty() {
            return Ok(0);
        }
        let mut now = known.clone();
        let read = page.entries.iter().map(|entry| &entry.entra_id).chain(page.removed);
        for id in read {
            now.remove(id);
        }
        let unreadable = page.unreadable.iter().map(|id| id.as_deref().unwrap_or(NAMELESS).to_owned());
        now.extend(unreadable);
        let (workspace, delegation) = (lease.ctx.workspace.0, lease.delegation.0);
        let seen: Vec<&String> = now.iter().filter(|id| *id != NAMELESS).collect();
        mailbox::Entity::update_many()
            .col_expr(mailbox::Column::SeenGeneration, Expr::value(page.generation))
            .filter(mailbox::Column::WorkspaceId.eq(workspace))
            .filter(mailbox::Column::DelegationId.eq(delegation))
            .filter(mailbox::Column::EntraId.is_in(seen))
            .exec(tx)
            .await?;
        let fresh: BTreeSet<String> = now.difference(&known).cloned().collect();
        let text = "UPDATE delegation SET unreadable = $3 WHERE workspace_id = $1 AND id = $2";
        let values = [workspace.into(), delegation.into(), write_ids(&now, MAX_IDS)?.into()];
        tx.execute_raw(sql(tx, text, values)).await?;
        if !fresh.is_empty() {
            let row = Self::run_row(tx, lease.run).await?;
            let mut named = read_ids(row.unreadable.as_deref())?;
            named.extend(fresh.iter().filter(|id| *id != NAMELESS).cloned());
            let text = "UPDATE run SET unreadable = $3 WHERE workspace_id = $1 AND id = $2";
            let values = [workspace.into(), lease.run.0.into(), write_ids(&named, MAX_NAMED)?.into()];
            tx.execute_raw(sql(tx, text, values)).await?;
        }
        let nameless = page.unreadable.iter().filter(|id| id.is_none()).count();
        let named = fresh.iter().filter(|id| *id != NAMELESS).count();
        u32::try_from(named + nameless).map_err(StoreError::corrupt)
    }
}
