//! Looking at runs: lists, results by reason, and the dry run.

use domain::{
    ids::{DelegationId, RowNo, RunId},
    run::{Found, ReasonGroup, Review, RunCounts, RunDetail, RunKind, RunView},
    sending::SendLimit,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::plan::{Plan, paying};
use crate::store::{Store, StoreError, WorkspaceCtx, db::sql, entity::run, watch::told};

/// Mailboxes a second that Microsoft lets us check, by experience: only for the estimate.
const RATE: u32 = 60;

impl Store {
    pub(in crate::store) fn run_view(row: run::Model) -> Result<RunView, StoreError> {
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
            },
        })
    }

    /// The newest runs of a delegation: those that somebody asked for, and those of the others that found something.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn runs(
        &self,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        limit: u64,
    ) -> Result<Vec<RunView>, StoreError> {
        self.delegation_row(&self.db.read_in(ctx), ctx, delegation).await?;
        let rows = run::Entity::find()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::DelegationId.eq(delegation.0))
            .filter(told())
            .order_by_desc(run::Column::CreatedAt)
            .limit(limit)
            .all(&self.db.read_in(ctx))
            .await?;
        rows.into_iter().map(Self::run_view).collect()
    }

    /// A run with its results by reason.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such run.
    pub async fn run_detail(&self, ctx: &WorkspaceCtx, id: RunId) -> Result<RunDetail, StoreError> {
        let on = &self.db.read_in(ctx);
        let row = Self::run_row(on, ctx, id).await?;
        let counted = on
            .query_all_raw(sql(
                on,
                "SELECT state, reason, COUNT(*) AS n FROM run_item \
                 WHERE workspace_id = $1 AND run_id = $2 AND state NOT IN ('pending', 'succeeded') \
                 GROUP BY state, reason",
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
        Ok(RunDetail { run: Self::run_view(row)?, groups })
    }

    /// The organisation's sending limit beside the mailboxes that would send after a run; `None` when it adds nobody.
    async fn sending(
        &self,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        plan: &Plan,
    ) -> Result<Option<SendLimit>, StoreError> {
        if plan.slots == 0 {
            return Ok(None);
        }
        let on = &self.db.read_in(ctx);
        let text = "SELECT COUNT(*) AS licensed FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2 AND licensed \
                    AND connection <> 'removed'";
        let row = on.query_one_raw(sql(on, text, [ctx.workspace.0.into(), delegation.0.into()])).await?;
        let licensed = row.map_or(Ok(0), |row| row.try_get::<i64>("", "licensed"))?;
        let counts = Self::counts(on, ctx, delegation).await?;
        let sending = counts.connected + counts.attention + counts.connecting + plan.slots;
        Ok(Some(SendLimit::new(u32::try_from(licensed).unwrap_or(u32::MAX), sending)))
    }

    /// What a run would do, without doing it.
    ///
    /// # Errors
    /// As [`Store::accept_run`], but for slots: the review shows the shortage instead.
    pub async fn review_run(
        &self,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        kind: RunKind,
        rows: &[RowNo],
    ) -> Result<Review, StoreError> {
        let requested = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if requested > domain::slots::MAX_PER_RUN {
            return Err(StoreError::TooMany { requested, limit: domain::slots::MAX_PER_RUN });
        }
        self.delegation_row(&self.db.read_in(ctx), ctx, delegation).await?;
        let plan =
            Plan::of(kind, Self::mailboxes_by_row(&self.db.read_in(ctx), ctx, delegation, rows).await?)?;
        let pools = self.pools(ctx).await?;
        let takes = u32::try_from(plan.taken.len()).unwrap_or(u32::MAX);
        Ok(Review {
            kind,
            takes,
            skipped: plan.left_by_words(),
            pool: paying(&pools).cloned(),
            slots: plan.slots,
            sending: self.sending(ctx, delegation, &plan).await?,
            seconds: if kind == RunKind::Disconnect { 1 } else { takes.div_ceil(RATE).max(1) },
        })
    }
}
