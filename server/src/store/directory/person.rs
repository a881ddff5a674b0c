//! What becomes of one mailbox when the directory speaks of its person.

use domain::{Reason, connection::Connection, ids::Millis, live::Change, mailbox::MailboxRow};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, IntoActiveModel};

use super::DirectoryEntry;
use crate::store::{
    Lease, Store, StoreError,
    db::sql,
    entity::mailbox,
    events::Log,
    list::{aliases, domain_of, row_view, search_text},
};

impl Store {
    pub(super) fn new_entry(
        &self,
        lease: &Lease,
        entry: &DirectoryEntry,
        row_no: i32,
        generation: i64,
    ) -> mailbox::ActiveModel {
        let connection =
            if entry.obstacle.is_some() { Connection::Ineligible } else { Connection::Available };
        mailbox::ActiveModel {
            workspace_id: Set(lease.ctx.workspace.0),
            id: Set(self.sources.id()),
            delegation_id: Set(lease.delegation.0),
            row_no: Set(row_no),
            entra_id: Set(entry.entra_id.clone()),
            name: Set(entry.name.clone()),
            name_norm: Set(entry.name.to_lowercase()),
            address: Set(entry.address.clone()),
            address_norm: Set(entry.address.to_lowercase()),
            department: Set(entry.department.clone()),
            kind: Set(entry.kind.as_str().to_owned()),
            licensed: Set(entry.licensed),
            on_premises: Set(entry.on_premises),
            licensed_at: Set(entry.licensed_at),
            connection: Set(connection.as_str().to_owned()),
            reason: Set(entry.obstacle.map(|r| r.code().to_owned())),
            obstacle: Set(entry.obstacle.map(|r| r.code().to_owned())),
            excluded_from: Set(None),
            excluded_reason: Set(None),
            exclusion_id: Set(None),
            excluded_at: Set(None),
            aliases: Set(aliases(entry)),
            domain: Set(domain_of(&entry.address)),
            search_norm: Set(Some(search_text(entry))),
            pool: Set(None),
            run_id: Set(None),
            checked_at: Set(None),
            connected_at: Set(None),
            rev: Set(0),
            seen_generation: Set(generation),
            created_at: Set(self.now()),
            suspected_at: Set(None),
            left_at: Set(None),
        }
    }

    /// Returns whether anything that a list shows has changed.
    pub(super) async fn update_entry(
        &self,
        tx: &DatabaseTransaction,
        log: &mut Log<'_>,
        row: mailbox::Model,
        entry: &DirectoryEntry,
        generation: i64,
    ) -> Result<bool, StoreError> {
        let before = row_view(row.clone())?;
        let obstacle = entry.obstacle.map(Reason::code);
        let (connection, reason) = match (before.connection, row.excluded_at) {
            // Who comes back is still kept out.
            (Connection::Removed, Some(_)) => (Connection::Excluded, None),
            (now, _) => after_directory(now, before.reason, entry.obstacle, row.connected_at.is_some()),
        };
        let facts_same = row.licensed == entry.licensed
            && row.on_premises == entry.on_premises
            && row.licensed_at == entry.licensed_at
            && row.obstacle.as_deref() == obstacle
            && row.aliases == aliases(entry)
            && row.left_at.is_none();
        let mut after = MailboxRow {
            name: entry.name.clone(),
            address: entry.address.clone(),
            department: entry.department.clone(),
            // What Exchange said of a mailbox that was looked at is better than the directory's guess.
            kind: if before.checked_at.is_some() { before.kind } else { entry.kind },
            connection,
            reason,
            ..before.clone()
        };
        let moved = after != before;
        if !moved && facts_same {
            tx.execute_raw(sql(
                tx,
                "UPDATE mailbox SET seen_generation = $3 WHERE workspace_id = $1 AND id = $2",
                [row.workspace_id.into(), row.id.into(), generation.into()],
            ))
            .await?;
            return Ok(false);
        }
        if moved {
            after.rev = log.next();
            log.push(&Change::Mailbox(Box::new(after.clone())))?;
        }
        let doubtful = is_doubtful(&row, entry);
        let mut model = row.into_active_model();
        if doubtful {
            model.suspected_at = Set(Some(self.now()));
        }
        model.name_norm = Set(after.name.to_lowercase());
        model.name = Set(after.name);
        model.address_norm = Set(after.address.to_lowercase());
        model.address = Set(after.address);
        model.department = Set(after.department);
        model.aliases = Set(aliases(entry));
        model.domain = Set(domain_of(&entry.address));
        model.search_norm = Set(Some(search_text(entry)));
        model.kind = Set(after.kind.as_str().to_owned());
        model.licensed = Set(entry.licensed);
        model.on_premises = Set(entry.on_premises);
        model.licensed_at = Set(entry.licensed_at);
        model.obstacle = Set(obstacle.map(str::to_owned));
        model.connection = Set(after.connection.as_str().to_owned());
        model.reason = Set(after.reason.map(|r| r.code().to_owned()));
        model.rev = Set(after.rev.0);
        model.seen_generation = Set(generation);
        model.left_at = Set(None);
        model.update(tx).await?;
        Ok(moved)
    }

    /// A leaver that holds a slot needs attention and keeps it, from now on for a while; others leave the list. Returns
    /// whether anything that a list shows has changed.
    pub(super) async fn mark_gone(
        tx: &DatabaseTransaction,
        log: &mut Log<'_>,
        row: mailbox::Model,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let before = row_view(row.clone())?;
        let mut after = before.clone();
        match before.connection {
            // A run has it in hand and will find out by itself.
            Connection::Queued | Connection::Connecting | Connection::Removed => return Ok(false),
            Connection::Connected | Connection::NeedsAttention => {
                after.connection = Connection::NeedsAttention;
                after.reason = Some(Reason::UserNotFound);
            }
            _ => {
                after.connection = Connection::Removed;
                after.reason = None;
            }
        }
        let (moved, left_at) = (after != before, row.left_at);
        let keeps = after.connection == Connection::NeedsAttention;
        if !moved && (!keeps || left_at.is_some()) {
            return Ok(false);
        }
        if moved {
            after.rev = log.next();
            log.push(&Change::Mailbox(Box::new(after.clone())))?;
        }
        let mut model = row.into_active_model();
        model.connection = Set(after.connection.as_str().to_owned());
        model.reason = Set(after.reason.map(|r| r.code().to_owned()));
        model.left_at = Set(keeps.then_some(left_at.unwrap_or(now)));
        model.rev = Set(after.rev.0);
        model.update(tx).await?;
        Ok(moved)
    }
}

/// Whether the directory now says of a connected mailbox that it can be none: the first of two signs, Exchange's own
/// answer being the other.
pub(super) fn is_doubtful(row: &mailbox::Model, entry: &DirectoryEntry) -> bool {
    row.connection == Connection::Connected.as_str()
        && row.suspected_at.is_none()
        && row.obstacle.is_none()
        && entry.obstacle.is_some_and(|obstacle| obstacle != Reason::AddressConflict)
}

/// Where a mailbox stands after the directory has spoken. What a run or an administrator decided stays.
pub(in crate::store) fn after_directory(
    before: Connection,
    reason: Option<Reason>,
    obstacle: Option<Reason>,
    was_connected: bool,
) -> (Connection, Option<Reason>) {
    let back = if was_connected { Connection::Disconnected } else { Connection::Available };
    match (before, obstacle) {
        (Connection::Available | Connection::Ineligible | Connection::Removed, Some(obstacle)) => {
            (Connection::Ineligible, Some(obstacle))
        }
        (Connection::Ineligible | Connection::Removed, None) => (back, None),
        (connection, _) => (connection, reason),
    }
}
