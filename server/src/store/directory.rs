//! Writing the directory: one page of Microsoft's users at a time, each in its own short transaction.

mod conflicts;
mod person;

pub(in crate::store) use person::after_directory;

use std::collections::{HashMap, HashSet};

use domain::{
    Reason, cadence::SUSPICION, connection::Connection, ids::Millis, live::Change, mailbox::Kind, run::Found,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use serde_json::json;

use super::{
    Lease, Store, StoreError, Topic,
    db::{in_write, sql, stored},
    entity::mailbox,
    events::Log,
};

/// A directory user, judged: what it is and whether it can be connected.
#[derive(Clone, Debug)]
pub struct DirectoryEntry {
    pub entra_id: String,
    pub name: String,
    pub address: String,
    pub department: Option<String>,
    /// Other addresses that reach the same mailbox.
    pub aliases: Vec<String>,
    pub kind: Kind,
    pub licensed: bool,
    pub on_premises: bool,
    /// When the licence was assigned, Unix milliseconds.
    pub licensed_at: Option<i64>,
    /// Why it cannot be connected; `None` when it can.
    pub obstacle: Option<Reason>,
}

impl DirectoryEntry {
    fn with_obstacle(&self, obstacle: Reason) -> Self {
        Self { obstacle: Some(obstacle), ..self.clone() }
    }
}

/// After how long what the directory says of a mailbox makes it worth a look, in milliseconds.
fn next_check(row: &mailbox::Model, entry: &DirectoryEntry) -> Option<Millis> {
    match row.connection.parse() {
        // A licence that is back, somebody who is back: that may have been it.
        Ok(Connection::NeedsAttention | Connection::Failed) => Some(0),
        Ok(Connection::Connected) if person::is_doubtful(row, entry) => Some(SUSPICION),
        _ => None,
    }
}

/// One page of a sync.
#[derive(Debug)]
pub struct SyncPage<'a> {
    pub generation: i64,
    pub entries: &'a [DirectoryEntry],
    /// Ids that Microsoft says are gone.
    pub removed: &'a [String],
    /// Where to go on: kept on the run, so that a restarted sync continues.
    pub cursor: Option<&'a str>,
}

impl Store {
    /// Writes a page: new people in, changed ones updated, leavers marked. Idempotent. Returns whether somebody
    /// asked to cancel.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn write_page(&self, lease: &Lease, page: &SyncPage<'_>) -> Result<bool, StoreError> {
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let (head, cancel) = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, ctx, id, now).await?;
            let cancel = self.fence(tx, lease, now).await?.cancel;
            Self::put_cursor(tx, lease, page.cursor).await?;
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
            let mut twice = Self::claimed_twice(tx, ctx, id, page).await?;
            let before = self.delegation_row(tx, ctx, id).await?;
            let mut last_row_no = before.last_row_no;
            let (mut fresh, mut found, mut news) = (HashMap::new(), Found::default(), None);
            for entry in page.entries {
                let shared = entry.obstacle.is_none() && twice.contains(&entry.address.to_lowercase());
                let shared = shared.then(|| entry.with_obstacle(Reason::AddressConflict));
                let entry = shared.as_ref().unwrap_or(entry);
                match known.remove(&entry.entra_id) {
                    Some(row) => {
                        news = news.into_iter().chain(next_check(&row, entry)).min();
                        if row.address_norm != entry.address.to_lowercase() {
                            twice.insert(row.address_norm.clone());
                        }
                        let moved = self.update_entry(tx, &mut log, row, entry, page.generation).await?;
                        found.changed += u32::from(moved);
                    }
                    // The same user can come twice in a round: the later one counts.
                    None if fresh.contains_key(&entry.entra_id) => {}
                    None => {
                        last_row_no += 1;
                        fresh.insert(
                            entry.entra_id.clone(),
                            self.new_entry(lease, entry, last_row_no, page.generation),
                        );
                    }
                }
            }
            found.new = u32::try_from(fresh.len()).unwrap_or(u32::MAX);
            let rows: Vec<mailbox::ActiveModel> = fresh.into_values().collect();
            for chunk in rows.chunks(100) {
                mailbox::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
            }
            for row in page.removed.iter().filter_map(|gone| known.remove(gone)) {
                twice.insert(row.address_norm.clone());
                found.left += u32::from(Self::mark_gone(tx, &mut log, row, now).await?);
            }
            found.changed += Self::tell_apart(tx, ctx, id, &mut log, twice).await?;
            if let Some(wait) = news {
                self.plan_check(tx, ctx, id, wait).await?;
            }
            if !found.is_nothing() {
                Self::count_found(tx, lease, found).await?;
                let counts = Self::counts(tx, ctx, id).await?;
                tx.execute_raw(sql(
                    tx,
                    "UPDATE delegation SET last_row_no = $3, directory_rev = directory_rev + 1, directory_size = $4 \
                     WHERE workspace_id = $1 AND id = $2",
                    [ctx.workspace.0.into(), id.0.into(), last_row_no.into(), stored(counts.all).into()],
                ))
                .await?;
                log.push(&Change::Counts(counts))?;
            }
            Ok((self.log_delegation(tx, ctx, id, log).await?, cancel))
        })?;
        self.hub.ring(id, head);
        Ok(cancel)
    }

    /// The link of the last round is too old for Microsoft: the next round reads everything. No row is lost by it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn forget_delta(&self, lease: &Lease) -> Result<(), StoreError> {
        in_write!(self.db, &lease.ctx, |tx| {
            let ctx = &lease.ctx;
            let now = self.now();
            let _locked = Log::open(tx, ctx, lease.delegation, now).await?;
            self.fence(tx, lease, now).await?;
            for text in [
                "UPDATE delegation SET delta_link = NULL WHERE workspace_id = $1 AND id = $2",
                "UPDATE run SET cursor = NULL WHERE workspace_id = $1 AND delegation_id = $2 AND kind = 'sync'",
            ] {
                tx.execute_raw(sql(tx, text, [ctx.workspace.0.into(), lease.delegation.0.into()])).await?;
            }
            Ok(())
        })
    }

    /// The last page is in: whoever was not seen in a full round is gone, and the delegation is up to date.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn finish_sync(
        &self,
        lease: &Lease,
        generation: i64,
        full: bool,
        delta_link: &str,
    ) -> Result<(), StoreError> {
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let head = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, ctx, id, now).await?;
            self.fence(tx, lease, now).await?;
            let mut left = Found::default();
            if full {
                let gone = mailbox::Entity::find()
                    .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                    .filter(mailbox::Column::DelegationId.eq(id.0))
                    .filter(mailbox::Column::SeenGeneration.lt(generation))
                    .filter(mailbox::Column::Connection.ne(Connection::Removed.as_str()))
                    .all(tx)
                    .await?;
                let mut addresses = HashSet::new();
                for row in gone {
                    addresses.insert(row.address_norm.clone());
                    left.left += u32::from(Self::mark_gone(tx, &mut log, row, now).await?);
                }
                left.changed = Self::tell_apart(tx, ctx, id, &mut log, addresses).await?;
                if !left.is_nothing() {
                    Self::count_found(tx, lease, left).await?;
                }
            }
            let (row, counts) = (self.delegation_row(tx, ctx, id).await?, Self::counts(tx, ctx, id).await?);
            let directory_rev = row.directory_rev + i64::from(!left.is_nothing());
            let first = row.synced_at.is_none();
            let mut row = row.into_active_model();
            row.directory_rev = Set(directory_rev);
            row.directory_size = Set(stored(counts.all));
            row.delta_link = Set(Some(delta_link.to_owned()));
            row.generation = Set(generation);
            row.synced_at = Set(Some(now));
            row.update(tx).await?;
            log.push(&Change::Counts(counts))?;
            // The first one finds everybody.
            let found = Self::run_view(Self::run_row(tx, ctx, lease.run).await?)?.found;
            if !first && !found.is_nothing() {
                let line = (self.sources.id(), now);
                Self::audit_found(tx, ctx, line, &lease.run.to_string(), found).await?;
            }
            let head = self.log_delegation(tx, ctx, id, log).await?;
            if !first && !found.is_nothing() {
                let data = json!({ "organisation": id, "new": found.new, "left": found.left, "changed": found.changed });
                self.announce(tx, ctx, Topic::DirectoryChanged, data).await?;
            }
            Ok(head)
        })?;
        self.hub.ring(id, head);
        Ok(())
    }

    /// Adds to what the sync has found so far.
    async fn count_found(tx: &DatabaseTransaction, lease: &Lease, found: Found) -> Result<(), StoreError> {
        let text = "UPDATE run SET found_new = found_new + $3, found_left = found_left + $4, \
                    found_changed = found_changed + $5 WHERE workspace_id = $1 AND id = $2";
        let [new, left, changed] = [found.new, found.left, found.changed].map(stored);
        let values =
            [lease.ctx.workspace.0.into(), lease.run.0.into(), new.into(), left.into(), changed.into()];
        tx.execute_raw(sql(tx, text, values)).await?;
        Ok(())
    }
}
