//! Takes mailboxes into a run.

use domain::{
    connection::{Connection, Hold},
    ids::RunId,
    live::Change,
    run::RunKind,
};
use sea_orm::{ConnectionTrait, Value};

use super::plan::Plan;
use crate::row_security::ScopedTx;
use crate::{
    StoreError, WorkspaceCtx,
    db::{ROWS, sql, tuples},
    entity::mailbox,
    events::Log,
    mailboxes::list::row_view,
};

/// Marks the mailboxes as taken by the run. A check only reads mailboxes and marks none.
pub(super) async fn take_mailboxes(
    tx: &ScopedTx<'_>,
    log: &mut Log<'_>,
    (ctx, run): (&WorkspaceCtx, RunId),
    kind: RunKind,
    pool: Option<&str>,
    plan: Plan,
) -> Result<(), StoreError> {
    if kind == RunKind::Verify {
        return Ok(());
    }
    let mut rows: Vec<[Value; 5]> = Vec::with_capacity(plan.taken.len());
    for (row, before) in plan.taken {
        let reserves = before.holds() == Hold::Nothing;
        let connection = if reserves { Connection::Queued } else { before };
        debug_assert!(before.may_become(connection));
        let holder = if reserves { pool.map(str::to_owned) } else { row.pool.clone() };
        let reason = if reserves { None } else { row.reason.clone() };
        rows.push([
            row.id.into(),
            connection.as_str().into(),
            holder.into(),
            log.next().0.into(),
            reason.clone().into(),
        ]);
        let mut after = row_view(mailbox::Model { reason, ..row })?;
        after.connection = connection;
        after.busy = true;
        after.rev = log.next();
        log.push(&Change::Mailbox(Box::new(after)))?;
    }
    for rows in rows.chunks(ROWS) {
        let text = format!(
            "WITH taken (id, connection, pool, rev, reason) AS (VALUES {}) \
             UPDATE mailbox SET connection = taken.connection, pool = taken.pool, run_id = $2, rev = taken.rev, \
             reason = taken.reason FROM taken WHERE mailbox.workspace_id = $1 AND mailbox.id = taken.id",
            tuples(3, rows.len(), 5),
        );
        let values = [ctx.workspace.0.into(), run.0.into()].into_iter().chain(rows.iter().flatten().cloned());
        tx.execute_raw(sql(tx, &text, values)).await?;
    }
    Ok(())
}
