//! Settles results: writes results, progress, slots and events, and renews the lease, in one fenced transaction.

use std::collections::{HashMap, HashSet};

use domain::{
    Reason,
    connection::{Connection, Hold},
    ids::Millis,
    run::{ItemState, RunKind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    ItemOutcome, ItemResult, SettleReply,
    failure_debounce::FailureDebounce,
    transitions::{Answer, Transitions, columns},
};
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{
    LeasedRun, Store, StoreError,
    db::{ROWS, in_write, sql, tuples},
    entity::mailbox,
    events::Log,
};

impl LeasedRun<'_> {
    /// Writes results. An item counts once, however often it is reported. Microsoft's answers are written even if the
    /// plan has shrunk meanwhile, because their slots were reserved.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost; nothing is written then.
    pub async fn settle(self, results: &[ItemResult]) -> Result<SettleReply, StoreError> {
        let lease = self.lease;
        let (ctx, id, now) = (&lease.ctx, lease.delegation, self.now());
        let mut results = results.to_vec();
        results.sort_by_key(|result| result.mailbox);
        results.dedup_by_key(|result| result.mailbox);
        let (head, reply) = in_write!(self.db, &lease.ctx, |tx| {
            let mut pools = Store::lock_pools(tx).await?;
            let mut log = Log::open(tx, id, now).await?;
            let stop = self.fence(tx, lease, now).await?;
            let counted = match lease.scheduled {
                None => settle_items(tx, lease, &results, now).await?,
                // A scheduled check has no items.
                Some(_) => results.iter().map(|result| result.mailbox.0).collect(),
            };
            let rows = mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::Id.is_in(counted.iter().copied()))
                .all(tx)
                .await?;
            let mut rows: HashMap<Uuid, mailbox::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
            let mut moves = Transitions::answered(now);
            let mut debounce = FailureDebounce::default();
            for result in results.iter().filter(|result| counted.contains(&result.mailbox.0)) {
                let row = rows.remove(&result.mailbox.0);
                match (lease.scheduled, &row) {
                    (None, _) => moves.ledger.count(result.outcome),
                    (Some(_), Some(row)) if debounce.keeps_state(row, result.outcome, now) => continue,
                    (Some(_), _) => {}
                }
                let Some(row) = row else { continue };
                if let Some((connection, reason)) = outcome(lease, &row, result.outcome)? {
                    let answer = Answer { evidence: result.evidence.as_ref(), kind: result.kind };
                    moves.push(&mut log, row, connection, reason, answer)?;
                }
            }
            if let Some(wait) = moves.next_check().or(debounce.next_check()) {
                self.plan_check(tx, id, wait).await?;
            }
            debounce.write(tx, lease, now).await?;
            moves.write(tx, lease, &mut log, &mut pools).await?;
            let over = Store::overdrawn(tx, lease, &pools).await?;
            let reply = SettleReply { cancel_requested: stop.cancel, pause_requested: stop.pause, over };
            Ok((log.close().await?, reply))
        })?;
        self.signals.notify(id, head);
        Ok(reply)
    }
}

/// Writes the results into the run's items, in few statements. Returns the mailboxes whose items were open and are now
/// settled: only their results count.
async fn settle_items(
    tx: &ScopedTx<'_>,
    lease: &Lease,
    results: &[ItemResult],
    now: Millis,
) -> Result<HashSet<Uuid>, StoreError> {
    let mut counted = HashSet::new();
    for results in results.chunks(ROWS) {
        let text = format!(
            "WITH result (id, fate, because, settled, again, code, request) AS (VALUES {}) \
             UPDATE run_item SET state = fate, reason = because, settled_at = settled, \
             answer_code = code, answer_request = request, \
             attempt = CASE WHEN again IS NULL THEN attempt ELSE attempt + 1 END, retry_at = COALESCE(again, retry_at) \
             FROM result WHERE workspace_id = $1 AND run_id = $2 AND mailbox_id = id AND state = '{}' \
             RETURNING mailbox_id, state",
            tuples(3, results.len(), 7),
            ItemState::Pending,
        );
        let values = results.iter().flat_map(|ItemResult { mailbox, outcome, evidence, kind: _ }| {
            let (state, reason, settled, again) = match outcome {
                ItemOutcome::Done => (ItemState::Succeeded, None, Some(now), None),
                ItemOutcome::Failed(reason) => (ItemState::Failed, Some(*reason), Some(now), None),
                ItemOutcome::Retry(at) => (ItemState::Pending, None, None, Some(*at)),
            };
            let reason = reason.map(|reason| reason.code().to_owned());
            let (code, request) = columns(evidence.as_ref());
            [
                mailbox.0.into(),
                state.as_str().into(),
                reason.into(),
                settled.into(),
                again.into(),
                code.into(),
                request.into(),
            ]
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

/// The state after a result; `None` when the run must not change the mailbox (any more).
fn outcome(
    lease: &Lease,
    row: &mailbox::Model,
    outcome: ItemOutcome,
) -> Result<Option<(Connection, Option<Reason>)>, StoreError> {
    let before: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
    let reason: Option<Reason> =
        row.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?;
    let is_ours = match lease.kind {
        // The mailbox of a room answers as well, but stays ineligible.
        RunKind::Verify if before == Connection::Ineligible => {
            row.run_id.is_none() && reason != Some(Reason::NotAUserMailbox)
        }
        // A failed mailbox whose cause has gone can be connected again, but no user has chosen that yet.
        RunKind::Verify if before == Connection::Failed => row.run_id.is_none(),
        RunKind::Verify => row.run_id.is_none() && before.holds() == Hold::Used,
        _ => row.run_id == Some(lease.run.0),
    };
    if !is_ours {
        return Ok(None);
    }
    Ok(match (lease.kind, outcome) {
        (_, ItemOutcome::Retry(_)) | (RunKind::Sync, _) => None,
        (RunKind::Disconnect, ItemOutcome::Done) => Some((Connection::Disconnected, None)),
        (RunKind::Verify, ItemOutcome::Done) if before.holds() == Hold::Nothing => {
            Some((Connection::Available, None))
        }
        (_, ItemOutcome::Failed(reason)) if before == Connection::Ineligible => Some((before, Some(reason))),
        (_, ItemOutcome::Done) => Some((Connection::Connected, None)),
        // A mailbox that has a slot keeps it.
        (_, ItemOutcome::Failed(reason)) if before.holds() == Hold::Used => {
            Some((Connection::NeedsAttention, Some(reason)))
        }
        (_, ItemOutcome::Failed(reason)) => Some((Connection::Failed, Some(reason))),
    })
}
