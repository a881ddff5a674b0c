//! Settling: results, progress, slots, events and the lease's renewal in one fenced transaction.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Reason,
    connection::{Connection, Hold},
    ids::MailboxId,
    live::Change,
    mailbox::MailboxRow,
    run::{ItemState, RunKind, RunState},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Fate, Lease, Pulse, Settled, Work, WorkItem};
use crate::store::{
    Store, StoreError,
    db::{in_write, sql},
    entity::{mailbox, run_item},
    events::Log,
    list::row_view,
};

impl Store {
    /// The next items that are due, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the run is gone.
    pub async fn work(&self, lease: &Lease, limit: u64) -> Result<Work, StoreError> {
        let (on, now) = (self.db.read(), self.now());
        let pending = || {
            run_item::Entity::find()
                .filter(run_item::Column::WorkspaceId.eq(lease.ctx.workspace.0))
                .filter(run_item::Column::RunId.eq(lease.run.0))
                .filter(run_item::Column::State.eq(ItemState::Pending.as_str()))
        };
        let due = pending()
            .filter(run_item::Column::RetryAt.is_null().or(run_item::Column::RetryAt.lte(now)))
            .order_by_asc(run_item::Column::MailboxId)
            .limit(limit)
            .all(on)
            .await?;
        let mut mailboxes: HashMap<uuid::Uuid, mailbox::Model> = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(lease.ctx.workspace.0))
            .filter(mailbox::Column::Id.is_in(due.iter().map(|item| item.mailbox_id)))
            .all(on)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let mut items = Vec::with_capacity(due.len());
        for item in due {
            let Some(row) = mailboxes.remove(&item.mailbox_id) else { continue };
            items.push(WorkItem {
                mailbox: MailboxId(row.id),
                entra_id: row.entra_id,
                connection: row.connection.parse().map_err(StoreError::corrupt)?,
                licensed: row.licensed,
                on_premises: row.on_premises,
                licensed_at: row.licensed_at,
                attempt: u32::try_from(item.attempt).unwrap_or(0),
            });
        }
        let next_retry = match items.is_empty() {
            true => pending()
                .order_by_asc(run_item::Column::RetryAt)
                .one(on)
                .await?
                .and_then(|item| item.retry_at),
            false => None,
        };
        let run = Self::run_row(on, &lease.ctx, lease.run).await?;
        let over = Self::overdrawn(on, lease, &Self::pools_in(on, &lease.ctx).await?).await?;
        let pause_requested = !run.cancel_requested && run.paused_by.is_some();
        Ok(Work { items, next_retry, cancel_requested: run.cancel_requested, pause_requested, over })
    }

    /// Writes results. Each item counts once, however often it is reported; and what Microsoft has answered is
    /// written although the plan may have shrunk meanwhile: its slot was reserved.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost; nothing is written then.
    pub async fn settle(&self, lease: &Lease, results: &[Settled]) -> Result<Pulse, StoreError> {
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let mut results = results.to_vec();
        results.sort_unstable_by_key(|result| result.mailbox);
        let (head, pulse) = in_write!(self.db, |tx| {
            Self::lock_pools(tx, ctx).await?;
            let mut log = Log::open(tx, ctx, id, now).await?;
            let asked = self.fence(tx, lease, now).await?;
            let rows = mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::Id.is_in(results.iter().map(|r| r.mailbox.0)))
                .all(tx)
                .await?;
            let mut rows: HashMap<uuid::Uuid, mailbox::Model> =
                rows.into_iter().map(|row| (row.id, row)).collect();
            let mut ledger = Ledger::default();
            for result in &results {
                if !Self::settle_item(tx, lease, result, now).await? {
                    continue;
                }
                ledger.count(result.fate);
                let Some(row) = rows.remove(&result.mailbox.0) else { continue };
                if let Some((connection, reason)) = outcome(lease, &row, result.fate)? {
                    self.move_mailbox(tx, &mut log, &mut ledger, row, connection, reason).await?;
                }
            }
            ledger.write(tx, lease, &mut log).await?;
            let over = Self::overdrawn(tx, lease, &Self::pools_in(tx, ctx).await?).await?;
            let pulse = Pulse { cancel_requested: asked.cancel, pause_requested: asked.pause, over };
            Ok((log.close().await?, pulse))
        })?;
        self.hub.ring(id, head);
        Ok(pulse)
    }

    /// Returns whether the item was still open: only then does its result count.
    async fn settle_item(
        tx: &DatabaseTransaction,
        lease: &Lease,
        result: &Settled,
        now: i64,
    ) -> Result<bool, StoreError> {
        let (state, reason) = match result.fate {
            Fate::Done => (ItemState::Succeeded, None),
            Fate::Failed(reason) => (ItemState::Failed, Some(reason.code())),
            Fate::Retry(at) => {
                tx.execute_raw(sql(
                    tx,
                    "UPDATE run_item SET attempt = attempt + 1, retry_at = $4 WHERE workspace_id = $1 AND run_id = $2 AND mailbox_id = $3 AND state = 'pending'",
                    [lease.ctx.workspace.0.into(), lease.run.0.into(), result.mailbox.0.into(), at.into()],
                ))
                .await?;
                return Ok(false);
            }
        };
        let done = tx
            .execute_raw(sql(
                tx,
                "UPDATE run_item SET state = $4, reason = $5, settled_at = $6 \
                 WHERE workspace_id = $1 AND run_id = $2 AND mailbox_id = $3 AND state = 'pending'",
                [
                    lease.ctx.workspace.0.into(),
                    lease.run.0.into(),
                    result.mailbox.0.into(),
                    state.as_str().into(),
                    reason.map(str::to_owned).into(),
                    now.into(),
                ],
            ))
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes a mailbox out of its run and into its next state, with its slot and its event.
    pub(super) async fn move_mailbox(
        &self,
        tx: &DatabaseTransaction,
        log: &mut Log<'_>,
        ledger: &mut Ledger,
        row: mailbox::Model,
        connection: Connection,
        reason: Option<Reason>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let before = row_view(row.clone())?;
        if !before.connection.may_become(connection) {
            return Err(StoreError::Corrupt(format!("{} may not become {connection}", before.connection)));
        }
        let fresh = connection == Connection::Connected && before.connection.holds() != Hold::Used;
        let mut after = MailboxRow {
            connection,
            reason,
            busy: false,
            checked_at: Some(now),
            connected_at: if fresh { Some(now) } else { before.connected_at },
            ..before.clone()
        };
        ledger.hold(row.pool.as_deref(), before.connection.holds(), connection.holds());
        // A check that finds everything as it was is worth a time stamp and no event.
        let shown = MailboxRow { checked_at: before.checked_at, ..after.clone() } != before;
        if shown {
            after.rev = log.next();
            log.push(&Change::Mailbox(Box::new(after.clone())))?;
            ledger.moved = true;
        }
        let mut model = row.into_active_model();
        if connection.holds() == Hold::Nothing {
            model.pool = Set(None);
        }
        model.connection = Set(connection.as_str().to_owned());
        model.reason = Set(after.reason.map(|r| r.code().to_owned()));
        model.run_id = Set(None);
        model.checked_at = Set(after.checked_at);
        model.connected_at = Set(after.connected_at);
        model.rev = Set(after.rev.0);
        model.update(tx).await?;
        Ok(())
    }
}

/// The state after a result; `None` when the mailbox is not this run's to move (any more).
fn outcome(
    lease: &Lease,
    row: &mailbox::Model,
    fate: Fate,
) -> Result<Option<(Connection, Option<Reason>)>, StoreError> {
    let before: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
    let reason: Option<Reason> =
        row.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?;
    let mine = match lease.kind {
        // A room's inbox answers as well, and it stays what it is.
        RunKind::Verify if before == Connection::Ineligible => {
            row.run_id.is_none() && reason != Some(Reason::NotAUserMailbox)
        }
        RunKind::Verify => row.run_id.is_none() && before.holds() == Hold::Used,
        _ => row.run_id == Some(lease.run.0),
    };
    if !mine {
        return Ok(None);
    }
    Ok(match (lease.kind, fate) {
        (_, Fate::Retry(_)) | (RunKind::Sync, _) => None,
        (RunKind::Disconnect, Fate::Done) => Some((Connection::Disconnected, None)),
        (_, Fate::Done) if before == Connection::Ineligible => Some((Connection::Available, None)),
        (_, Fate::Failed(reason)) if before == Connection::Ineligible => Some((before, Some(reason))),
        (_, Fate::Done) => Some((Connection::Connected, None)),
        // Who had a slot keeps it.
        (_, Fate::Failed(reason)) if before.holds() == Hold::Used => {
            Some((Connection::NeedsAttention, Some(reason)))
        }
        (_, Fate::Failed(reason)) => Some((Connection::Failed, Some(reason))),
    })
}

/// What a transaction does to counters, gathered so that each is written once.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) succeeded: i32,
    pub(super) failed: i32,
    pub(super) cancelled: i32,
    /// By pool: used, reserved.
    pub(super) slots: BTreeMap<String, (i32, i32)>,
    pub(super) moved: bool,
}

impl Ledger {
    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Done => self.succeeded += 1,
            Fate::Failed(_) => self.failed += 1,
            Fate::Retry(_) => {}
        }
    }

    fn hold(&mut self, pool: Option<&str>, before: Hold, after: Hold) {
        let Some(pool) = pool else { return };
        let entry = self.slots.entry(pool.to_owned()).or_default();
        for (hold, sign) in [(before, -1), (after, 1)] {
            match hold {
                Hold::Used => entry.0 += sign,
                Hold::Reserved => entry.1 += sign,
                Hold::Nothing => {}
            }
        }
    }

    /// Writes slots and progress, and logs what they are now.
    pub(super) async fn write(
        self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        log: &mut Log<'_>,
    ) -> Result<(), StoreError> {
        let ctx = &lease.ctx;
        let mut slots_moved = false;
        for (pool, (used, reserved)) in &self.slots {
            slots_moved |= (*used, *reserved) != (0, 0);
            Store::move_slots(tx, ctx, pool, *used, *reserved).await?;
        }
        let row = Store::run_row(tx, ctx, lease.run).await?;
        let (succeeded, failed, cancelled) =
            (row.succeeded + self.succeeded, row.failed + self.failed, row.cancelled + self.cancelled);
        let mut model = row.into_active_model();
        model.succeeded = Set(succeeded);
        model.failed = Set(failed);
        model.cancelled = Set(cancelled);
        if self.succeeded + self.failed > 0 {
            // What failed before was something else: the next wait begins short again.
            model.attempt = Set(0);
        }
        // Results mean that the wait is over.
        model.state = Set(RunState::Running.as_str().to_owned());
        model.reason = Set(None);
        model.waiting_until = Set(None);
        let row = model.update(tx).await?;
        if self.succeeded + self.failed + self.cancelled > 0 {
            log.push(&Change::Run(Box::new(Store::run_view(row)?)))?;
        }
        if slots_moved {
            log.push(&Change::Slots(Store::pools_in(tx, ctx).await?))?;
        }
        if self.moved {
            log.push(&Change::Counts(Store::counts(tx, ctx, lease.delegation).await?))?;
        }
        Ok(())
    }
}
