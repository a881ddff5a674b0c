//! Forgetting the directory of an organisation that was taken away: names and addresses of people go, in pieces so
//! small that nobody waits behind them. The rows stay, nameless: results of runs refer to them.

use domain::{
    delegation::DelegationState,
    ids::{DelegationId, Millis},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::store::{
    Store, StoreError,
    db::{in_write, sql},
    entity::delegation,
};

/// Mailboxes a transaction.
const AT_ONCE: i64 = 500;

impl Store {
    /// Forgets what delegations that are being removed still know. Returns how many of them are removed now. Several
    /// replicas may do it at a time, and one that is stopped in the middle is continued by the next.
    ///
    /// # Errors
    /// [`StoreError::Database`]; what is forgotten by then is forgotten.
    pub async fn purge_removed(&self) -> Result<usize, StoreError> {
        let removing = delegation::Entity::find()
            .filter(delegation::Column::State.eq(DelegationState::Removing.as_str()))
            .all(self.db.read())
            .await?;
        let mut done = 0;
        for row in removing {
            while self.forget_people(&row).await? > 0 {}
            loop {
                match self.forget_events(DelegationId(row.id), Millis::MAX).await? {
                    Some(0) => break,
                    Some(_) => {}
                    // Another replica is at it and comes here as well.
                    None => return Ok(done),
                }
            }
            self.forget_organisation(&row).await?;
            done += 1;
        }
        Ok(done)
    }

    /// Returns how many rows lost their names: none when nobody is left.
    async fn forget_people(&self, of: &delegation::Model) -> Result<u64, StoreError> {
        in_write!(self.db, |tx| {
            let done = tx
                .execute_raw(sql(
                    tx,
                    "UPDATE mailbox SET entra_id = CAST(row_no AS TEXT), name = '', name_norm = '', address = '', \
                     address_norm = '', department = NULL, aliases = NULL, domain = NULL, search_norm = NULL \
                     WHERE workspace_id = $1 AND id IN (SELECT id FROM mailbox WHERE workspace_id = $1 \
                     AND delegation_id = $2 AND entra_id <> CAST(row_no AS TEXT) LIMIT $3)",
                    [of.workspace_id.into(), of.id.into(), AT_ONCE.into()],
                ))
                .await?;
            Ok(done.rows_affected())
        })
    }

    async fn forget_organisation(&self, of: &delegation::Model) -> Result<(), StoreError> {
        in_write!(self.db, |tx| {
            tx.execute_raw(sql(
                tx,
                "UPDATE delegation SET state = 'removed', organisation = NULL, domain = NULL, admin_email = NULL, \
                 service_principal = NULL, checklist = '[]' WHERE workspace_id = $1 AND id = $2",
                [of.workspace_id.into(), of.id.into()],
            ))
            .await?;
            Ok(())
        })
    }
}
