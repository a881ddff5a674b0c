//! Settling: results, progress, slots, events and the lease's renewal in one fenced transaction.

use std::collections::{HashMap, HashSet};

use domain::{
    Reason,
    connection::{Connection, Hold},
    ids::Millis,
    run::{ItemState, RunKind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Fate, Lease, Pulse, Settled, doubts::Doubts, moves::Moves};
use crate::store::{
    Store, StoreError,
    db::{ROWS, in_write, sql, tuples},
    entity::mailbox,
    events::Log,
};

impl Store {
    /// Writes results. Each item counts once, however often it is reported; and what Microsoft has answered is
    /// written although the plan may have shrunk meanwhile: its slot was reserved.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost; nothing is written then.
    pub async fn settle(&self, lease: &Lease, results: &[Settled]) -> Result<Pulse, StoreError> {
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let mut results = results.to_vec();
        results.sort_by_key(|result| result.mailbox);
        results.dedup_by_key(|result| result.mailbox);
        let (head, pulse) = in_write!(self.db, &lease.ctx, |tx| {
            let mut pools = Self::lock_pools(tx, ctx).await?;
            let mut log = Log::open(tx, ctx, id, now).await?;
            let asked = self.fence(tx, lease, now).await?;
            let counted = match lease.watch {
                None => settle_items(tx, lease, &results, now).await?,
                // It has no items.
                Some(_) => results.iter().map(|result| result.mailbox.0).collect(),
            };
            let rows = mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::Id.is_in(counted.iter().copied()))
                .all(tx)
                .await?;
            let mut rows: HashMap<Uuid, mailbox::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
            let mut moves = Moves::answered(now);
            let mut doubts = Doubts::default();
            for result in results.iter().filter(|result| counted.contains(&result.mailbox.0)) {
                let row = rows.remove(&result.mailbox.0);
                match (lease.watch, &row) {
                    (None, _) => moves.ledger.count(result.fate),
                    (Some(_), Some(row)) if doubts.settles(row, result.fate, now) => continue,
                    (Some(_), _) => {}
                }
                let Some(row) = row else { continue };
                if let Some((connection, reason)) = outcome(lease, &row, result.fate)? {
                    moves.push(&mut log, row, connection, reason)?;
                }
            }
            if let Some(wait) = moves.next_check().or(doubts.next_check()) {
                self.plan_check(tx, ctx, id, wait).await?;
            }
            doubts.write(tx, lease, now).await?;
            moves.write(tx, lease, &mut log, &mut pools).await?;
            let over = Self::overdrawn(tx, lease, &pools).await?;
            let pulse = Pulse { cancel_requested: asked.cancel, pause_requested: asked.pause, over };
            Ok((log.close().await?, pulse))
        })?;
        self.hub.ring(id, head);
        Ok(pulse)
    }
}

/// Writes the results into the run's items, all at once. Returns whose item was still open and is now settled: only
/// their results count.
async fn settle_items(
    tx: &DatabaseTransaction,
    lease: &Lease,
    results: &[Settled],
    now: Millis,
) -> Result<HashSet<Uuid>, StoreError> {
    let mut counted = HashSet::new();
    for results in results.chunks(ROWS) {
        let text = format!(
            "WITH result (id, fate, because, settled, again) AS (VALUES {}) \
             UPDATE run_item SET state = fate, reason = because, settled_at = settled, \
             attempt = CASE WHEN again IS NULL THEN attempt ELSE attempt + 1 END, retry_at = COALESCE(again, retry_at) \
             FROM result WHERE workspace_id = $1 AND run_id = $2 AND mailbox_id = id AND state = 'pending' \
             RETURNING mailbox_id, state",
            tuples(3, results.len(), 5),
        );
        let values = results.iter().flat_map(|Settled { mailbox, fate }| {
            let (state, reason, settled, again) = match fate {
                Fate::Done => (ItemState::Succeeded, None, Some(now), None),
                Fate::Failed(reason) => (ItemState::Failed, Some(*reason), Some(now), None),
                Fate::Retry(at) => (ItemState::Pending, None, None, Some(*at)),
            };
            let reason = reason.map(|reason| reason.code().to_owned());
            [mailbox.0.into(), state.as_str().into(), reason.into(), settled.into(), again.into()]
        });
        let values = [lease.ctx.workspace.0.into(), lease.run.0.into()].into_iter().chain(values);
        for row in tx.query_all_raw(sql(tx, &text, values)).await? {
            if row.try_get::<String>("", "state")? != ItemState::Pending.as_str() {
                counted.insert(row.try_get("", "mailbox_id")?);
            }
        }
    }
    Ok(counted)
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
        // What could not be connected may be once its cause has gone, but nobody has chosen it again.
        RunKind::Verify if before == Connection::Failed => row.run_id.is_none(),
        RunKind::Verify => row.run_id.is_none() && before.holds() == Hold::Used,
        _ => row.run_id == Some(lease.run.0),
    };
    if !mine {
        return Ok(None);
    }
    Ok(match (lease.kind, fate) {
        (_, Fate::Retry(_)) | (RunKind::Sync, _) => None,
        (RunKind::Disconnect, Fate::Done) => Some((Connection::Disconnected, None)),
        (RunKind::Verify, Fate::Done) if before.holds() == Hold::Nothing => {
            Some((Connection::Available, None))
        }
        (_, Fate::Failed(reason)) if before == Connection::Ineligible => Some((before, Some(reason))),
        (_, Fate::Done) => Some((Connection::Connected, None)),
        // Who had a slot keeps it.
        (_, Fate::Failed(reason)) if before.holds() == Hold::Used => {
            Some((Connection::NeedsAttention, Some(reason)))
        }
        (_, Fate::Failed(reason)) => Some((Connection::Failed, Some(reason))),
    })
}
