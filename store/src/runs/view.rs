//! Views of runs: lists, results by reason, and the dry run.

use domain::{
    bulk::{BulkKind, Review},
    connection::Connection,
    ids::{DelegationId, RowNumber, RunId},
    run::{Found, ItemState, ReasonGroup, RunCounts, RunDetail, RunKind, RunView},
    sending::SendLimit,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect};

use super::{NewRun, plan::Plan};
use crate::{
    Runs, Store, StoreError,
    db::{in_list, read_ids, sql},
    entity::run,
    schedule::visible,
};

/// The smallest run whose pace is used for an estimate.
const MIN_FOR_PACE: i64 = 20;

impl Runs<'_> {
    /// The newest runs of a delegation: requested runs, and scheduled runs that failed or found a change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn list(self, delegation: DelegationId, limit: u64) -> Result<Vec<RunView>, StoreError> {
        let ctx = self.ctx;
        self.delegation_row(&self.db.read_in(ctx), delegation).await?;
        let rows = run::Entity::find()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::DelegationId.eq(delegation.0))
            .filter(visible())
            .order_by_desc(run::Column::CreatedAt)
            .limit(limit)
            .all(&self.db.read_in(ctx))
            .await?;
        rows.into_iter().map(Store::run_view).collect()
    }

    /// A run with its results by reason.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn run_detail(self, id: RunId) -> Result<RunDetail, StoreError> {
        let ctx = self.ctx;
        let on = &self.db.read_in(ctx);
        let row = Store::run_row(on, id).await?;
        let counted = on
            .query_all_raw(sql(
                on,
                &format!(
                    "SELECT state, reason, COUNT(*) AS n FROM run_item \
                     WHERE workspace_id = $1 AND run_id = $2 AND state NOT IN {} GROUP BY state, reason",
                    in_list([ItemState::Pending.as_str(), ItemState::Succeeded.as_str()]),
                ),
                [ctx.workspace.0.into(), id.0.into()],
            ))
            .await?;
        let mut groups = Vec::with_capacity(counted.len());
        for group in counted {
            let (state, reason): (String, Option<String>) =
                (group.try_get("", "state")?, group.try_get("", "reason")?);
            let names = on
                .query_all_raw(sql(
                    on,
                    "SELECT m.name FROM run_item i \
                     JOIN mailbox m ON m.workspace_id = i.workspace_id AND m.id = i.mailbox_id \
                     WHERE i.workspace_id = $1 AND i.run_id = $2 AND i.state = $3 AND COALESCE(i.reason, '') = $4 \
                     ORDER BY m.name_norm LIMIT 5",
                    [
                        ctx.workspace.0.into(),
                        id.0.into(),
                        state.clone().into(),
                        reason.clone().unwrap_or_default().into(),
                    ],
                ))
                .await?;
            groups.push(ReasonGroup {
                outcome: state.parse().map_err(StoreError::corrupt)?,
                reason: reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
                count: u32::try_from(group.try_get::<i64>("", "n")?).unwrap_or(u32::MAX),
                names: names.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?,
            });
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        let unreadable = read_ids(row.unreadable.as_deref())?.into_iter().collect();
        Ok(RunDetail { run: Store::run_view(row)?, groups, unreadable })
    }

    /// The organisation's sending limit and the mailboxes that would send after a run; `None` when the run adds none.
    async fn sending(self, delegation: DelegationId, plan: &Plan) -> Result<Option<SendLimit>, StoreError> {
        let ctx = self.ctx;
        if plan.slots == 0 {
            return Ok(None);
        }
        let on = &self.db.read_in(ctx);
        let text = "SELECT COUNT(*) AS licensed FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2 AND licensed \
                    AND connection <> $3";
        let removed = Connection::Removed.as_str();
        let values = [ctx.workspace.0.into(), delegation.0.into(), removed.into()];
        let row = on.query_one_raw(sql(on, text, values)).await?;
        let licensed = row.map_or(Ok(0), |row| row.try_get::<i64>("", "licensed"))?;
        let counts = Store::counts(on, delegation).await?;
        let sending = counts.in_use() + counts.connecting + plan.slots;
        Ok(Some(SendLimit::new(u32::try_from(licensed).unwrap_or(u32::MAX), sending)))
    }

    /// The pace of the last larger run of this organisation in which Microsoft was asked; `None` without one.
    async fn pace(self, delegation: DelegationId) -> Result<Option<Pace>, StoreError> {
        let ctx = self.ctx;
        let on = &self.db.read_in(ctx);
        let kinds = [RunKind::Connect, RunKind::Reconnect, RunKind::Verify].map(RunKind::as_str);
        let text = format!(
            "SELECT total - skipped AS mailboxes, finished_at - started_at AS millis FROM run \
             WHERE workspace_id = $1 AND delegation_id = $2 AND kind IN {} AND cancelled = 0 \
             AND finished_at > started_at AND total - skipped >= $3 ORDER BY created_at DESC LIMIT 1",
            in_list(kinds)
        );
        let values = [ctx.workspace.0.into(), delegation.0.into(), MIN_FOR_PACE.into()];
        let found = on.query_one_raw(sql(on, &text, values)).await?;
        let pace = |row: QueryResult| {
            let (mailboxes, millis): (i32, i64) = (row.try_get("", "mailboxes")?, row.try_get("", "millis")?);
            Ok(Pace { mailboxes: i64::from(mailboxes), millis })
        };
        found.map(pace).transpose()
    }

    /// Reviews a run without starting it.
    ///
    /// # Errors
    /// As [`accept_run`](Self::accept_run), except for slots: the review shows the shortage instead.
    pub async fn review_run(
        self,
        delegation: DelegationId,
        kind: RunKind,
        rows: &[RowNumber],
    ) -> Result<Review, StoreError> {
        let ctx = self.ctx;
        let requested = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if requested > domain::slots::MAX_PER_RUN {
            return Err(StoreError::LimitExceeded { requested, limit: domain::slots::MAX_PER_RUN });
        }
        self.delegation_row(&self.db.read_in(ctx), delegation).await?;
        let new = NewRun { delegation, kind, rows, key: None };
        let plan = Plan::of(kind, Store::selected(&self.db.read_in(ctx), &new).await?)?;
        let pools = self.slots(ctx).pools().await?;
        let takes = u32::try_from(plan.taken.len()).unwrap_or(u32::MAX);
        Ok(Review {
            kind: BulkKind::Run(kind),
            takes,
            skipped: plan.skipped_by_reason(),
            beyond: 0,
            pools: plan.pool_changes(kind, &pools),
            sending: self.sending(delegation, &plan).await?,
            seconds: match kind {
                RunKind::Disconnect => None,
                _ => self.pace(delegation).await?.map(|pace| pace.seconds(takes)),
            },
        })
    }
}

/// Mailboxes that a run settled in a time.
#[derive(Clone, Copy, Debug)]
struct Pace {
    mailboxes: i64,
    millis: i64,
}

impl Pace {
    /// The time for `count` mailboxes, at least 1 s.
    fn seconds(self, count: u32) -> u32 {
        let millis = i64::from(count).saturating_mul(self.millis) / self.mailboxes.max(1);
        u32::try_from((millis + 999) / 1_000).unwrap_or(u32::MAX).max(1)
    }
}

impl Store {
    pub(crate) fn run_view(row: run::Model) -> Result<RunView, StoreError> {
        let count = |n: i32| u32::try_from(n).unwrap_or(0);
        Ok(RunView {
            id: RunId(row.id),
            delegation: DelegationId(row.delegation_id),
            kind: row.kind.parse().map_err(StoreError::corrupt)?,
            state: row.state.parse().map_err(StoreError::corrupt)?,
            reason: row.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
            waiting_until: row.waiting_until,
            paused_by: row.paused_by,
            counts: RunCounts {
                total: count(row.total),
                succeeded: count(row.succeeded),
                failed: count(row.failed),
                skipped: count(row.skipped),
                cancelled: count(row.cancelled),
            },
            started_by: row.started_by,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            scheduled: row.scheduled.is_some(),
            found: Found {
                new: count(row.found_new),
                left: count(row.found_left),
                changed: count(row.found_changed),
                unreadable: count(row.found_unreadable),
            },
        })
    }
}
