//! Updates one mailbox from the directory's entry for its user.

use domain::{Reason, connection::Connection, ids::Millis, live::Change, mailbox::MailboxRow};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, IntoActiveModel};

use super::entry::DirectoryEntry;
use crate::row_security::ScopedTx;
use crate::{
    LeasedRun, Store, StoreError,
    db::sql,
    entity::mailbox,
    events::Log,
    mailboxes::list::{aliases, domain_of, fold, row_view, search_text},
};

impl LeasedRun<'_> {
    pub(super) fn new_entry(
        self,
        entry: &DirectoryEntry,
        row_no: i32,
        generation: i64,
    ) -> mailbox::ActiveModel {
        let lease = self.lease;
        let connection =
            if entry.obstacle.is_some() { Connection::Ineligible } else { Connection::Available };
        mailbox::ActiveModel {
            workspace_id: Set(lease.ctx.workspace.0),
            id: Set(self.sources.id()),
            delegation_id: Set(lease.delegation.0),
            row_no: Set(row_no),
            entra_id: Set(entry.entra_id.clone()),
            name: Set(entry.name.clone()),
            name_norm: Set(fold(&entry.name)),
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
            search_norm: Set(Some(searched(entry))),
            department_norm: Set(entry.department.as_deref().map(fold)),
            folded: Set(true),
            pool: Set(None),
            run_id: Set(None),
            checked_at: Set(None),
            connected_at: Set(None),
            rev: Set(0),
            seen_generation: Set(generation),
            created_at: Set(self.now()),
            suspected_at: Set(None),
            left_at: Set(None),
            answer_code: Set(None),
            answer_request: Set(None),
            purpose: Set(None),
            purpose_due_at: Set(entry.unclear.then(|| self.now())),
        }
    }
}

impl Store {
    /// Updates a mailbox from its entry. Returns whether anything that a list shows has changed.
    pub(in crate::mailboxes) async fn update_entry(
        &self,
        tx: &ScopedTx<'_>,
        log: &mut Log<'_>,
        row: mailbox::Model,
        entry: &DirectoryEntry,
        generation: i64,
    ) -> Result<bool, StoreError> {
        // All fields are named, here and of `after` below, so that the compiler finds a new one that is not written.
        let DirectoryEntry {
            entra_id: _,
            name,
            address,
            department,
            aliases: _,
            kind,
            licensed,
            on_premises,
            licensed_at,
            obstacle,
            unclear,
        } = entry;
        let before = row_view(row.clone())?;
        let (connection, reason) = match (before.connection, row.excluded_at) {
            // An excluded user who returns is still excluded.
            (Connection::Removed, Some(_)) => (Connection::Excluded, None),
            (now, _) => after_directory(now, before.reason, *obstacle, row.connected_at.is_some()),
        };
        let obstacle = obstacle.map(Reason::code);
        let facts_same = row.licensed == *licensed
            && row.on_premises == *on_premises
            && row.licensed_at == *licensed_at
            && row.obstacle.as_deref() == obstacle
            && row.aliases == aliases(entry)
            && row.left_at.is_none();
        let mut after = MailboxRow {
            name: name.clone(),
            address: address.clone(),
            department: department.clone(),
            // Exchange's answer to a check is more accurate than the directory.
            kind: if before.checked_at.is_some() && row.purpose.is_none() { before.kind } else { *kind },
            connection,
            reason,
            ..before.clone()
        };
        let moved = after != before;
        // Exchange is asked again when the directory has news.
        let purpose_due_at = match *unclear {
            false => None,
            true if row.purpose.is_some() && facts_same && !moved => row.purpose_due_at,
            true => row.purpose_due_at.or(Some(self.now())),
        };
        if !moved && facts_same && purpose_due_at == row.purpose_due_at {
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
        let doubtful = has_new_obstacle(&row, entry);
        let mut model = row.into_active_model();
        if doubtful {
            model.suspected_at = Set(Some(self.now()));
        }
        let MailboxRow {
            row: _,
            id: _,
            name,
            address,
            department,
            kind,
            connection,
            reason,
            busy: _,
            checked_at: _,
            connected_at: _,
            rev,
        } = after;
        model.name_norm = Set(fold(&name));
        model.name = Set(name);
        model.address_norm = Set(address.to_lowercase());
        model.domain = Set(domain_of(&address));
        model.address = Set(address);
        model.department_norm = Set(department.as_deref().map(fold));
        model.department = Set(department);
        model.aliases = Set(aliases(entry));
        model.search_norm = Set(Some(searched(entry)));
        model.folded = Set(true);
        model.kind = Set(kind.as_str().to_owned());
        model.licensed = Set(*licensed);
        model.on_premises = Set(*on_premises);
        model.licensed_at = Set(*licensed_at);
        model.obstacle = Set(obstacle.map(str::to_owned));
        model.connection = Set(connection.as_str().to_owned());
        model.reason = Set(reason.map(|r| r.code().to_owned()));
        model.rev = Set(rev.0);
        model.seen_generation = Set(generation);
        model.left_at = Set(None);
        model.purpose_due_at = Set(purpose_due_at);
        model.update(tx).await?;
        Ok(moved)
    }

    /// Marks the mailbox of a departed user: one that holds a slot needs attention and keeps the slot for the grace
    /// period; others are removed from the list. Returns whether anything that a list shows has changed.
    pub(super) async fn mark_gone(
        tx: &ScopedTx<'_>,
        log: &mut Log<'_>,
        row: mailbox::Model,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let before = row_view(row.clone())?;
        let mut after = before.clone();
        match before.connection {
            // A run works on it and will find out itself.
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

fn searched(entry: &DirectoryEntry) -> String {
    search_text(&entry.name, &entry.address, entry.department.as_deref(), aliases(entry).as_deref())
}

/// Whether the directory now reports an obstacle for a connected mailbox: the first of two signs of a failure;
/// Exchange's answer to a check is the second.
pub(super) fn has_new_obstacle(row: &mailbox::Model, entry: &DirectoryEntry) -> bool {
    row.connection == Connection::Connected.as_str()
        && row.suspected_at.is_none()
        && row.obstacle.is_none()
        && entry.obstacle.is_some_and(|obstacle| obstacle != Reason::AddressConflict)
}

/// The state and reason of a mailbox after a directory update. States that a run or an administrator has set stay.
pub(crate) fn after_directory(
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
