//! Counts every pool again from its mailboxes.

use domain::{connection::Hold, ids::WorkspaceId};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::{
    Db, StoreError,
    db::{connections, sql},
};

/// A pool's counters, compared with its mailboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recount {
    pub workspace: WorkspaceId,
    pub plan_type_id: String,
    /// Used and reserved slots, by the account.
    pub account: (i64, i64),
    /// Used and reserved slots, by the mailbox rows.
    pub rows: (i64, i64),
    /// Reserved rows without an active run: no run would ever settle them.
    pub stranded: i64,
}

impl Recount {
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.account == self.rows && self.stranded == 0
    }
}

/// The statement that counts every pool; `rest` is a condition or an order.
fn count(rest: &str) -> String {
    let (used, reserved) = (connections(Hold::Used), connections(Hold::Reserved));
    format!(
        "SELECT a.workspace_id, a.plan_type_id, a.used, a.reserved, \
         (SELECT COUNT(*) FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.pool = a.plan_type_id \
          AND m.connection IN {used}) AS rows_used, \
         (SELECT COUNT(*) FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.pool = a.plan_type_id \
          AND m.connection IN {reserved}) AS rows_reserved, \
         (SELECT COUNT(*) FROM mailbox m LEFT JOIN run r ON r.workspace_id = m.workspace_id AND r.id = m.run_id \
          WHERE m.workspace_id = a.workspace_id AND m.pool = a.plan_type_id \
          AND m.connection IN {reserved} AND (r.id IS NULL OR r.finished_at IS NOT NULL)) AS stranded \
         FROM slot_account a {rest}"
    )
}

/// Counts every pool again. Read-only.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn recount(db: &Db) -> Result<Vec<Recount>, StoreError> {
    let text = count("ORDER BY a.workspace_id, a.plan_type_id");
    let rows = db.read().query_all_raw(sql(db.read(), &text, [])).await?;
    rows.iter().map(read).collect()
}

/// The same for one workspace, whose pools the caller has locked.
pub(super) async fn recount_one(
    on: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<Recount>, StoreError> {
    let text = count("WHERE a.workspace_id = $1 ORDER BY a.plan_type_id");
    let rows = on.query_all_raw(sql(on, &text, [workspace.0.into()])).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Recount, StoreError> {
    Ok(Recount {
        workspace: WorkspaceId(row.try_get("", "workspace_id")?),
        plan_type_id: row.try_get("", "plan_type_id")?,
        account: (row.try_get::<i32>("", "used")?.into(), row.try_get::<i32>("", "reserved")?.into()),
        rows: (row.try_get("", "rows_used")?, row.try_get("", "rows_reserved")?),
        stranded: row.try_get("", "stranded")?,
    })
}
