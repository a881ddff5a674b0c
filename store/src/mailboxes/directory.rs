//! Writes the directory: one page of Microsoft's users at a time, each in its own short transaction.

mod conflicts;
pub(crate) mod entry;
mod person;
mod shrinkage;
mod unreadable;

pub use entry::{DirectoryEntry, SyncPage};
pub(crate) use person::after_directory;
use shrinkage::Missing;

use std::collections::{HashMap, HashSet};

use domain::{
    Reason,
    connection::Connection,
    ids::Millis,
    live::Change,
    run::{Found, RunKind},
    schedule::RECHECK_AFTER,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use serde_json::json;

use crate::row_security::ScopedTx;
use crate::{
    Lease, LeasedRun, Store, StoreError, Topic,
    db::{in_write, read_ids, sql, stored, write_ids},
    entity::mailbox,
    events::Log,
};

/// The wait, in milliseconds, until a check that a directory change makes necessary; `None` if it makes none.
fn next_check(row: &mailbox::Model, entry: &DirectoryEntry) -> Option<Millis> {
    match row.connection.parse() {
        // The change, e.g. a restored licence or user, may have removed the cause.
        Ok(Connection::NeedsAttention | Connection::Failed) => Some(0),
        Ok(Connection::Connected) if person::has_new_obstacle(row, entry) => Some(RECHECK_AFTER),
        _ => None,
    }
}

impl LeasedRun<'_> {
    /// Writes a page: new users inserted, changed ones updated, departed ones marked. Idempotent. Returns whether
    /// cancellation was requested.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn write_page(self, page: &SyncPage<'_>) -> Result<bool, StoreError> {
        let lease = self.lease;
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let (head, cancel) = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, id, now).await?;
            let cancel = self.fence(tx, lease, now).await?.cancel;
            Store::put_cursor(tx, lease, page.cursor).await?;
            let ids = page
                .entries
                .iter()
                .map(|e| e.entra_id.as_str())
                .chain(page.removed.iter().map(String::as_str));
            let mut known: HashMap<String, mailbox::Model> = mailbox::Entity::find()
                .filter(mailbox::Column::DelegationId.eq(id.0))
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::EntraId.is_in(ids))
                .all(tx)
                .await?
                .into_iter()
                .map(|row| (row.entra_id.clone(), row))
                .collect();
            let mut shared_addresses = Store::shared_addresses(tx, id, page).await?;
            let before = self.delegation_row(tx, id).await?;
            let mut last_row_no = before.last_row_no;
            let (mut fresh, mut found, mut check_wait) = (Vec::new(), Found::default(), None);
            let mut seen = HashSet::new();
            for entry in page.entries {
                // A page can contain a user twice: the first entry counts.
                if !seen.insert(&entry.entra_id) {
                    continue;
                }
                let shared =
                    entry.obstacle.is_none() && shared_addresses.contains(&entry.address.to_lowercase());
                let shared = shared.then(|| entry.with_obstacle(Reason::AddressConflict));
                let entry = shared.as_ref().unwrap_or(entry);
                match known.remove(&entry.entra_id) {
                    Some(row) => {
                        check_wait = check_wait.into_iter().chain(next_check(&row, entry)).min();
                        if row.address_norm != entry.address.to_lowercase() {
                            shared_addresses.insert(row.address_norm.clone());
                        }
                        let moved = self.update_entry(tx, &mut log, row, entry, page.generation).await?;
                        found.changed += u32::from(moved);
                    }
                    None => {
                        last_row_no += 1;
                        fresh.push(self.new_entry(entry, last_row_no, page.generation));
                    }
                }
            }
            found.new = u32::try_from(fresh.len()).unwrap_or(u32::MAX);
            for chunk in fresh.chunks(100) {
                mailbox::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
            }
            for row in page.removed.iter().filter_map(|gone| known.remove(gone)) {
                shared_addresses.insert(row.address_norm.clone());
                found.left += u32::from(Store::mark_gone(tx, &mut log, row, now).await?);
            }
            found.changed += Store::update_conflicts(tx, id, &mut log, shared_addresses).await?;
            found.unreadable = Store::note_unreadable(tx, lease, before.unreadable.as_deref(), page).await?;
            if let Some(wait) = check_wait {
                self.plan_check(tx, id, wait).await?;
            }
            if !found.is_nothing() {
                Store::count_found(tx, lease, found).await?;
                let counts = Store::counts(tx, id).await?;
                tx.execute_raw(sql(
                    tx,
                    "UPDATE delegation SET last_row_no = $3, directory_rev = directory_rev + 1, directory_size = $4 \
                     WHERE workspace_id = $1 AND id = $2",
                    [ctx.workspace.0.into(), id.0.into(), last_row_no.into(), stored(counts.all).into()],
                ))
                .await?;
                log.push(&Change::Counts(counts))?;
            }
            Ok((self.log_delegation(tx, id, log).await?, cancel))
        })?;
        self.signals.notify(id, head);
        Ok(cancel)
    }

    /// Clears the delta link when it is too old for Microsoft: the next sync reads everything. No row is lost.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn clear_delta_link(self) -> Result<(), StoreError> {
        let lease = self.lease;
        in_write!(self.db, &lease.ctx, |tx| {
            let ctx = &lease.ctx;
            let now = self.now();
            let _locked = Log::open(tx, lease.delegation, now).await?;
            self.fence(tx, lease, now).await?;
            for text in [
                "UPDATE delegation SET delta_link = NULL WHERE workspace_id = $1 AND id = $2",
                &format!(
                    "UPDATE run SET cursor = NULL WHERE workspace_id = $1 AND delegation_id = $2 AND kind = '{}'",
                    RunKind::Sync
                ),
            ] {
                tx.execute_raw(sql(tx, text, [ctx.workspace.0.into(), lease.delegation.0.into()])).await?;
            }
            Ok(())
        })
    }

    /// Ends a sync after its last page: users that a full sync did not see have left, unless that needs another sync to
    /// confirm it, and the delegation is up to date.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn finish_sync(self, generation: i64, full: bool, delta_link: &str) -> Result<(), StoreError> {
        let lease = self.lease;
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let head = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, id, now).await?;
            self.fence(tx, lease, now).await?;
            let (mut left, mut missing) = (Found::default(), Missing::Left);
            if full {
                let gone = mailbox::Entity::find()
                    .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                    .filter(mailbox::Column::DelegationId.eq(id.0))
                    .filter(mailbox::Column::SeenGeneration.lt(generation))
                    .filter(mailbox::Column::Connection.ne(Connection::Removed.as_str()))
                    .all(tx)
                    .await?;
                let all = Store::counts(tx, id).await?.all;
                let row = self.delegation_row(tx, id).await?;
                missing = self.judge_missing(tx, lease, &row, (&gone, all)).await?;
                if missing == Missing::Left {
                    let mut addresses = HashSet::new();
                    for row in gone {
                        addresses.insert(row.address_norm.clone());
                        left.left += u32::from(Store::mark_gone(tx, &mut log, row, now).await?);
                    }
                    left.changed = Store::update_conflicts(tx, id, &mut log, addresses).await?;
                    if !left.is_nothing() {
                        Store::count_found(tx, lease, left).await?;
                    }
                }
            }
            let (row, counts) = (self.delegation_row(tx, id).await?, Store::counts(tx, id).await?);
            let mut unreadable = read_ids(row.unreadable.as_deref())?;
            unreadable.remove(unreadable::NAMELESS);
            let shrunk_at = match missing {
                Missing::Unconfirmed { .. } => row.shrunk_at.or(Some(now)),
                Missing::Left | Missing::Unclear => None,
            };
            let directory_rev = row.directory_rev + i64::from(!left.is_nothing());
            let first = row.synced_at.is_none();
            let mut row = row.into_active_model();
            row.directory_rev = Set(directory_rev);
            row.directory_size = Set(stored(counts.all));
            // Only a full sync can confirm who has left.
            row.delta_link = Set((missing == Missing::Left).then(|| delta_link.to_owned()));
            row.shrunk_at = Set(shrunk_at);
            row.unreadable = Set(write_ids(&unreadable, unreadable::MAX_IDS)?);
            row.generation = Set(generation);
            row.synced_at = Set(Some(now));
            row.suspected_at = Set(None);
            row.update(tx).await?;
            log.push(&Change::Counts(counts))?;
            // The first sync finds every user: that is no change.
            let found = Store::run_view(Store::run_row(tx, lease.run).await?)?.found;
            if !first && !found.is_nothing() {
                let line = (self.sources.id(), now);
                Store::audit_found(tx, line, &lease.run.to_string(), found).await?;
            }
            let head = self.log_delegation(tx, id, log).await?;
            if !first && !(Found { unreadable: 0, ..found }).is_nothing() {
                let data = json!({ "organisation": id, "new": found.new, "left": found.left, "changed": found.changed });
                self.announce(tx, Topic::DirectoryChanged, data).await?;
            }
            Ok(head)
        })?;
        self.signals.notify(id, head);
        Ok(())
    }
}

impl Store {
    /// Adds to the sync's counts of found changes.
    async fn count_found(tx: &ScopedTx<'_>, lease: &Lease, found: Found) -> Result<(), StoreError> {
        let text = "UPDATE run SET found_new = found_new + $3, found_left = found_left + $4, \
                    found_changed = found_changed + $5, found_unreadable = found_unreadable + $6 \
                    WHERE workspace_id = $1 AND id = $2";
        let Found { new, left, changed, unreadable } = found;
        let [new, left, changed, unreadable] = [new, left, changed, unreadable].map(stored);
        let values = [
            lease.ctx.workspace.0.into(),
            lease.run.0.into(),
            new.into(),
            left.into(),
            changed.into(),
            unreadable.into(),
        ];
        tx.execute_raw(sql(tx, text, values)).await?;
        Ok(())
    }
}
