//! Repairs slot accounts that disagree with the mailboxes. Only needed after an operator has restored a backup or
//! changed rows by hand.

use domain::{
    connection::{Connection, Hold},
    ids::{DelegationId, WorkspaceId},
    live::Change,
    mailbox::MailboxRow,
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, EntityTrait, FromQueryResult,
};

use super::{
    Recount,
    recount::{recount, recount_one},
};
use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError, WorkspaceCtx,
    db::{connections, in_write, sql},
    entity::mailbox,
    events::Log,
    mailboxes::list::row_view,
};

impl Store {
    /// Sets every slot account to the slots that mailboxes hold, and releases reservations without an active run.
    /// Returns the pools that were wrong. Each wrong workspace is corrected in one transaction, with an entry in the
    /// audit log; the others are not written.
    ///
    /// # Errors
    /// [`StoreError::Database`]; workspaces before the failure stay repaired.
    pub async fn repair_slots(&self) -> Result<Vec<Recount>, StoreError> {
        let mut wrong: Vec<WorkspaceId> = recount(&self.db)
            .await?
            .into_iter()
            .filter(|pool| !pool.is_exact())
            .map(|pool| pool.workspace)
            .collect();
        wrong.dedup();
        let mut found = Vec::new();
        for workspace in wrong {
            found.extend(self.repair_workspace(workspace).await?);
        }
        Ok(found)
    }

    async fn repair_workspace(&self, workspace: WorkspaceId) -> Result<Vec<Recount>, StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, "slots check --repair");
        in_write!(self.db, for ctx, |tx| {
            Self::lock_pools(tx).await?;
            // Counted again under the lock: a run that was just writing may have caused the difference.
            let found: Vec<Recount> =
                recount_one(tx, workspace).await?.into_iter().filter(|pool| !pool.is_exact()).collect();
            if found.is_empty() {
                return Ok(found);
            }
            self.release_stranded(tx).await?;
            for pool in recount_one(tx, workspace).await? {
                tx.execute_raw(sql(
                    tx,
                    "UPDATE slot_account SET used = $3, reserved = $4 WHERE workspace_id = $1 AND plan_type_id = $2",
                    [
                        workspace.0.into(),
                        pool.plan_type_id.into(),
                        i32::try_from(pool.rows.0).unwrap_or(i32::MAX).into(),
                        i32::try_from(pool.rows.1).unwrap_or(i32::MAX).into(),
                    ],
                ))
                .await?;
            }
            Self::audit(tx, self.sources.id(), self.now(), "slots.repair", None).await?;
            self.log_pools(tx).await?;
            Ok(found)
        })
    }

    /// Puts stranded mailboxes back into the state before their reservation.
    async fn release_stranded(&self, tx: &ScopedTx<'_>) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        let stranded = format!(
            "SELECT m.* FROM mailbox m LEFT JOIN run r ON r.workspace_id = m.workspace_id AND r.id = m.run_id \
             WHERE m.workspace_id = $1 AND m.connection IN {} \
             AND (r.id IS NULL OR r.finished_at IS NOT NULL) ORDER BY m.delegation_id, m.id",
            connections(Hold::Reserved),
        );
        let rows = tx.query_all_raw(sql(tx, &stranded, [ctx.workspace.0.into()])).await?;
        for row in rows {
            let row = mailbox::Model::from_query_result(&row, "")?;
            let connection = match row.connected_at {
                Some(_) => Connection::Disconnected,
                None => Connection::Available,
            };
            debug_assert_eq!(connection.holds(), Hold::Nothing);
            let mut log = Log::open(tx, DelegationId(row.delegation_id), self.now()).await?;
            let rev = log.next();
            let after = MailboxRow { connection, reason: None, busy: false, rev, ..row_view(row.clone())? };
            log.push(&Change::Mailbox(Box::new(after)))?;
            let model = mailbox::ActiveModel {
                workspace_id: Unchanged(row.workspace_id),
                id: Unchanged(row.id),
                connection: Set(connection.as_str().to_owned()),
                reason: Set(None),
                pool: Set(None),
                run_id: Set(None),
                rev: Set(rev.0),
                ..Default::default()
            };
            mailbox::Entity::update(model).exec(tx).await?;
            log.push(&Change::Counts(Self::counts(tx, DelegationId(row.delegation_id)).await?))?;
            log.close().await?;
        }
        Ok(())
    }
}
