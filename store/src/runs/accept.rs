//! Accepts runs: the slots of a run are reserved in the same transaction, all or nothing.

use domain::{
    connection::Connection,
    ids::{DelegationId, Millis, RowNumber, RuleId, RunId},
    live::Change,
    run::{ItemState, RunKind, RunState, RunView},
    slots::{MAX_PER_RUN, PlanState, Shortfall},
    undo::{DISCONNECTS_AFTER, UNDO},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{
    INTERACTIVE, MAX_INTERACTIVE,
    plan::{Plan, pool_for_connections},
    take::take_mailboxes,
};
use crate::row_security::{InWorkspace, ScopedTx};
use crate::{
    Runs, Store, StoreError,
    clock::hash,
    db::{ROWS, in_write, sql, stored, tuples},
    entity::{mailbox, run},
    events::Log,
};

/// A request for a run.
#[derive(Clone, Debug)]
pub struct NewRun<'a> {
    pub delegation: DelegationId,
    pub kind: RunKind,
    /// Empty for a sync, and for a check of all connected mailboxes.
    pub rows: &'a [RowNumber],
    /// Idempotency key: a repeated key is the same run.
    pub key: Option<&'a str>,
}

impl NewRun<'_> {
    fn request_hash(&self) -> String {
        let mut rows: Vec<u32> = self.rows.iter().map(|row| row.0).collect();
        rows.sort_unstable();
        hash(&format!("{} {} {rows:?}", self.delegation, self.kind))
    }

    fn covers_everything(&self) -> bool {
        self.rows.is_empty() && self.kind == RunKind::Verify
    }
}

impl Runs<'_> {
    /// Accepts a run and reserves its slots. Work on mailboxes begins after the commit.
    ///
    /// # Errors
    /// [`StoreError::LimitExceeded`], [`StoreError::Slots`], [`StoreError::PlanInactive`], [`StoreError::NothingToDo`],
    /// [`StoreError::KeyReused`]; [`StoreError::NotFound`] when a row or the delegation is not the workspace's. Nothing
    /// has changed then.
    pub async fn accept_run(self, new: &NewRun<'_>) -> Result<RunView, StoreError> {
        self.accept_run_of(new, None).await
    }

    /// The same for a rule that starts the run.
    pub(crate) async fn accept_run_of(
        self,
        new: &NewRun<'_>,
        rule: Option<RuleId>,
    ) -> Result<RunView, StoreError> {
        let ctx = self.ctx;
        let requested = u32::try_from(new.rows.len()).unwrap_or(u32::MAX);
        if requested > MAX_PER_RUN {
            return Err(StoreError::LimitExceeded { requested, limit: MAX_PER_RUN });
        }
        let now = self.now();
        let (head, view) = in_write!(self.db, ctx, |tx| {
            let pools = Store::lock_pools(tx).await?;
            let mut log = Log::open(tx, new.delegation, now).await?;
            if let Some(known) = self.known_run(tx, new).await? {
                return Ok((None, known));
            }
            let plan = Plan::of(new.kind, Store::selected(tx, new).await?)?;
            if plan.taken.is_empty() && new.kind != RunKind::Sync {
                return Err(StoreError::NothingToDo);
            }
            let pool = pool_for_connections(&pools);
            if plan.slots > 0 {
                let pool = pool.ok_or(Shortfall { requested: plan.slots, free: 0 })?;
                if pool.plan == PlanState::Inactive {
                    return Err(StoreError::PlanInactive);
                }
                pool.check(plan.slots)?;
            }
            let pool = pool.map(|pool| pool.plan_type_id.as_str());
            let id = RunId(self.sources.id());
            let row = self.insert_run(tx, (new, rule), id, pool, &plan).await?;
            let slots = plan.slots;
            let taken = (new.kind != RunKind::Sync).then_some(plan.taken.len());
            take_mailboxes(tx, &mut log, (ctx, id), new.kind, pool, plan).await?;
            if let Some(pool) = pool
                && slots > 0
            {
                Store::move_slots(tx, pool, 0, stored(slots)).await?;
                log.push(&Change::Slots(Store::pools_in(tx).await?))?;
            }
            let view = Store::run_view(row)?;
            log.push(&Change::Run(Box::new(view.clone())))?;
            log.push(&Change::Counts(Store::counts(tx, new.delegation).await?))?;
            let (what, line) = (format!("run.{}", new.kind), (self.sources.id(), now));
            Store::audit_of(tx, line, &what, Some(&id.to_string()), taken).await?;
            let head = match new.kind {
                RunKind::Sync => self.log_delegation(tx, new.delegation, log).await?,
                _ => log.close().await?,
            };
            if slots > 0 {
                self.announce_pools(tx, &pools).await?;
            }
            Ok((Some(head), view))
        })?;
        if let Some(head) = head {
            self.signals.notify(new.delegation, head);
            self.work.notify_one();
        }
        Ok(view)
    }
}

impl Store {
    /// The run that an earlier request with the same key has created; for a sync, the active one.
    async fn known_run(&self, tx: &ScopedTx<'_>, new: &NewRun<'_>) -> Result<Option<RunView>, StoreError> {
        let ctx = tx.ctx();
        let runs = || run::Entity::find().filter(run::Column::WorkspaceId.eq(ctx.workspace.0));
        if let Some(key) = new.key
            && let Some(known) = runs().filter(run::Column::IdempotencyKey.eq(key)).one(tx).await?
        {
            return if known.request_hash == Some(new.request_hash()) {
                Self::run_view(known).map(Some)
            } else {
                Err(StoreError::KeyReused)
            };
        }
        if new.kind != RunKind::Sync {
            return Ok(None);
        }
        let active = runs()
            .filter(run::Column::DelegationId.eq(new.delegation.0))
            .filter(run::Column::Kind.eq(RunKind::Sync.as_str()))
            .filter(run::Column::FinishedAt.is_null())
            .one(tx)
            .await?;
        active.map(Self::run_view).transpose()
    }

    /// The mailboxes of a request, in order of their rows.
    pub(super) async fn selected(
        on: &impl InWorkspace,
        new: &NewRun<'_>,
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        let ctx = on.ctx();
        if new.covers_everything() {
            return Ok(mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::DelegationId.eq(new.delegation.0))
                .filter(
                    mailbox::Column::Connection
                        .is_in([Connection::Connected.as_str(), Connection::NeedsAttention.as_str()]),
                )
                .filter(mailbox::Column::RunId.is_null())
                .order_by_asc(mailbox::Column::Id)
                .all(on)
                .await?);
        }
        let mut rows = new.rows.to_vec();
        rows.sort_unstable();
        rows.dedup();
        let found = Self::mailboxes_by_row(on, new.delegation, &rows).await?;
        if found.len() == rows.len() { Ok(found) } else { Err(StoreError::NotFound) }
    }

    async fn insert_run(
        &self,
        tx: &ScopedTx<'_>,
        (new, rule): (&NewRun<'_>, Option<RuleId>),
        id: RunId,
        pool: Option<&str>,
        plan: &Plan,
    ) -> Result<run::Model, StoreError> {
        let ctx = tx.ctx();
        let now = self.now();
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        // A disconnect can be undone for a while; no slot is released before that. It begins later than that, so that
        // an undo of the last moment arrives in time.
        let undo_until = (new.kind == RunKind::Disconnect).then_some(now + UNDO);
        let begins_at = if new.kind == RunKind::Disconnect { now + DISCONNECTS_AFTER } else { now };
        let interactive =
            new.kind != RunKind::Sync && !new.covers_everything() && plan.taken.len() <= MAX_INTERACTIVE;
        let row = run::ActiveModel {
            workspace_id: Set(ctx.workspace.0),
            id: Set(id.0),
            delegation_id: Set(new.delegation.0),
            kind: Set(new.kind.as_str().to_owned()),
            state: Set(RunState::Queued.as_str().to_owned()),
            pool: Set(pool.map(str::to_owned)),
            priority: Set(if interactive { INTERACTIVE } else { 0 }),
            total: Set(count(plan.taken.len() + plan.left.len())),
            skipped: Set(count(plan.left.len())),
            waiting_until: Set(undo_until),
            next_wake_at: Set(begins_at),
            idempotency_key: Set(new.key.map(str::to_owned)),
            request_hash: Set(Some(new.request_hash())),
            started_by: Set(ctx.who.clone()),
            rule_id: Set(rule.map(|rule| rule.0)),
            created_at: Set(now),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        let taken: Vec<Uuid> = plan.taken.iter().map(|(mailbox, _)| mailbox.id).collect();
        let left: Vec<Uuid> = plan.left.iter().map(|(mailbox, _)| mailbox.id).collect();
        insert_items(tx, id, &taken, (ItemState::Pending, None)).await?;
        insert_items(tx, id, &left, (ItemState::Skipped, Some(now))).await?;
        Ok(row)
    }
}

/// Inserts items of the run, with the current state of their mailboxes. To be called before the mailboxes are changed.
async fn insert_items(
    tx: &ScopedTx<'_>,
    run: RunId,
    mailboxes: &[Uuid],
    (state, settled): (ItemState, Option<Millis>),
) -> Result<(), StoreError> {
    let ctx = tx.ctx();
    for mailboxes in mailboxes.chunks(ROWS) {
        let text = format!(
            "INSERT INTO run_item (workspace_id, run_id, mailbox_id, state, reason, attempt, settled_at, found_connection, \
             found_reason) SELECT workspace_id, $2, id, $3, CASE WHEN $3 = '{}' THEN reason END, 0, $4, connection, reason \
             FROM mailbox WHERE workspace_id = $1 AND id IN {}",
            ItemState::Skipped,
            tuples(5, 1, mailboxes.len()),
        );
        let values = [ctx.workspace.0.into(), run.0.into(), state.as_str().into(), settled.into()];
        let values = values.into_iter().chain(mailboxes.iter().map(|id| (*id).into()));
        let inserted = tx.execute_raw(sql(tx, &text, values)).await?.rows_affected();
        if inserted != mailboxes.len() as u64 {
            return Err(StoreError::Corrupt(format!(
                "{inserted} of {} mailboxes became items",
                mailboxes.len()
            )));
        }
    }
    Ok(())
}
