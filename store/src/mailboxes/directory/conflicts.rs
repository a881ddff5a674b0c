//! Address conflicts: two accounts with one primary address. The owner of the mail is ambiguous, so neither can be
//! connected until an administrator has changed one address. Connected mailboxes stay connected, and departed ones do
//! not count.

use std::collections::{HashMap, HashSet};

use domain::{Reason, connection::Connection, ids::DelegationId, live::Change};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    Select,
};

use super::{entry::SyncPage, person::after_directory};
use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError, WorkspaceCtx, db::ROWS, entity::mailbox, events::Log, mailboxes::list::row_view,
};

/// The present mailboxes of the organisation with one of these addresses.
fn at(ctx: &WorkspaceCtx, id: DelegationId, addresses: &[String]) -> Select<mailbox::Entity> {
    use mailbox::Column as C;
    mailbox::Entity::find()
        .filter(C::WorkspaceId.eq(ctx.workspace.0))
        .filter(C::DelegationId.eq(id.0))
        .filter(C::AddressNorm.is_in(addresses))
        .filter(C::Connection.ne(Connection::Removed.as_str()))
        .filter(C::LeftAt.is_null())
}

impl Store {
    /// The addresses of a page that another account has as well, on the page or among the stored mailboxes.
    pub(super) async fn shared_addresses(
        tx: &ScopedTx<'_>,
        id: DelegationId,
        page: &SyncPage<'_>,
    ) -> Result<HashSet<String>, StoreError> {
        let ctx = tx.ctx();
        let mut owners = HashMap::<String, &str>::new();
        let mut shared = HashSet::new();
        for entry in page.entries.iter().filter(|entry| !entry.address.is_empty()) {
            let address = entry.address.to_lowercase();
            // A page can contain the same account twice.
            if owners.get(&address).is_some_and(|owner| *owner != entry.entra_id) {
                shared.insert(address.clone());
            }
            owners.insert(address, &entry.entra_id);
        }
        // For an account on the page, the page's address counts and not the stored one.
        let listed: HashSet<&str> = page
            .entries
            .iter()
            .map(|entry| entry.entra_id.as_str())
            .chain(page.removed.iter().map(String::as_str))
            .collect();
        let addresses: Vec<String> = owners.into_keys().collect();
        for addresses in addresses.chunks(ROWS) {
            let known: Vec<(String, String)> = at(ctx, id, addresses)
                .select_only()
                .columns([mailbox::Column::EntraId, mailbox::Column::AddressNorm])
                .into_tuple()
                .all(tx)
                .await?;
            shared.extend(
                known
                    .into_iter()
                    .filter(|(account, _)| !listed.contains(account.as_str()))
                    .map(|(_, address)| address),
            );
        }
        Ok(shared)
    }

    /// Updates the obstacle of the mailboxes with these addresses: they may share the address now, or not any more.
    /// Returns how many rows of a list have changed.
    pub(in crate::mailboxes) async fn update_conflicts(
        tx: &ScopedTx<'_>,
        id: DelegationId,
        log: &mut Log<'_>,
        addresses: HashSet<String>,
    ) -> Result<u32, StoreError> {
        let ctx = tx.ctx();
        let addresses: Vec<String> = addresses.into_iter().collect();
        let mut changed = 0;
        for addresses in addresses.chunks(ROWS) {
            let mut sharing = HashMap::<String, Vec<mailbox::Model>>::new();
            for row in at(ctx, id, addresses).all(tx).await? {
                sharing.entry(row.address_norm.clone()).or_default().push(row);
            }
            for rows in sharing.into_values() {
                let alone = rows.len() == 1;
                for row in rows {
                    changed += u32::from(update_conflict(tx, log, row, alone).await?);
                }
            }
        }
        Ok(changed)
    }
}

/// Sets or clears the conflict of one mailbox. Returns whether the row has changed.
async fn update_conflict(
    tx: &ScopedTx<'_>,
    log: &mut Log<'_>,
    row: mailbox::Model,
    alone: bool,
) -> Result<bool, StoreError> {
    let conflict = Reason::AddressConflict;
    let obstacle = match row.obstacle.as_deref() {
        None if !alone => Some(conflict),
        Some(code) if alone && code == conflict.code() => None,
        _ => return Ok(false),
    };
    let before = row_view(row.clone())?;
    let (connection, reason) =
        after_directory(before.connection, before.reason, obstacle, row.connected_at.is_some());
    let mut after = domain::mailbox::MailboxRow { connection, reason, ..before.clone() };
    let moved = after != before;
    if moved {
        after.rev = log.next();
        log.push(&Change::Mailbox(Box::new(after.clone())))?;
    }
    let mut model = row.into_active_model();
    model.obstacle = Set(obstacle.map(|reason| reason.code().to_owned()));
    model.connection = Set(connection.as_str().to_owned());
    model.reason = Set(reason.map(|reason| reason.code().to_owned()));
    model.rev = Set(after.rev.0);
    model.update(tx).await?;
    Ok(moved)
}
