//! Excludes mailboxes: at once, without a run. They hold no slot, so no slot is released.

use domain::{
    connection::Connection,
    ids::{DelegationId, ExclusionId, Millis},
    live::Change,
    slots::MAX_PER_RUN,
    undo::{Exclusion, ExclusionTarget, UNDO},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::row_security::ScopedTx;
use crate::{
    Mailboxes, Store, StoreError,
    db::{in_write, sql},
    entity::mailbox,
    events::Log,
    mailboxes::list::{matching, row_view},
};

/// Mailboxes that one transaction changes, so that a whole organisation does not block other writers.
pub(super) const AT_ONCE: u64 = 1_000;
/// Ids that one statement names.
pub(super) const PER_STATEMENT: usize = 500;

/// A request to exclude mailboxes.
#[derive(Clone, Debug)]
pub struct NewExclusion<'a> {
    /// A repeated id is the same exclusion.
    pub id: ExclusionId,
    pub delegation: DelegationId,
    pub target: &'a ExclusionTarget,
}

impl Mailboxes<'_> {
    /// Excludes every mailbox of `target` that [`Connection::may_be_excluded`] and is in no run; the others stay as
    /// they are. The former states are stored for [`undo_exclusion`](Self::undo_exclusion).
    ///
    /// # Errors
    /// [`StoreError::LimitExceeded`]; [`StoreError::NotFound`] when a row or the delegation is not the workspace's.
    /// Nothing has changed then.
    pub async fn exclude(self, new: &NewExclusion<'_>) -> Result<Exclusion, StoreError> {
        let ctx = self.ctx;
        while self.exclude_some(new).await? {}
        let on = &self.db.read_in(ctx);
        let found = on
            .query_one_raw(sql(
                on,
                "SELECT COUNT(*) AS n, MAX(excluded_at) AS at FROM mailbox \
                 WHERE workspace_id = $1 AND delegation_id = $2 AND exclusion_id = $3",
                [ctx.workspace.0.into(), new.delegation.0.into(), new.id.0.into()],
            ))
            .await?
            .ok_or(StoreError::NotFound)?;
        let excluded = u32::try_from(found.try_get::<i64>("", "n")?).unwrap_or(u32::MAX);
        let at: Option<Millis> = found.try_get("", "at")?;
        let requested = match new.target {
            ExclusionTarget::Rows(rows) => u32::try_from(rows.len()).unwrap_or(u32::MAX),
            ExclusionTarget::Matching(_) => excluded,
        };
        let undo_until = at.unwrap_or_else(|| self.now()) + UNDO;
        Ok(Exclusion { id: new.id, excluded, left: requested.saturating_sub(excluded), undo_until })
    }

    /// Excludes the mailboxes of one transaction. Returns whether there may be more.
    async fn exclude_some(self, new: &NewExclusion<'_>) -> Result<bool, StoreError> {
        let ctx = self.ctx;
        let (id, now) = (new.delegation, self.now());
        let (head, more) = in_write!(self.db, ctx, |tx| {
            // Accepting a run holds the same lock: a mailbox is excluded or taken by the run, never both.
            let mut log = Log::open(tx, id, now).await?;
            let found = Store::target_mailboxes(tx, id, new.target, Connection::may_be_excluded).await?;
            let mut taken = Vec::with_capacity(found.len());
            for row in found.into_iter().filter(|row| row.run_id.is_none()) {
                let before = row_view(row)?;
                if before.connection.may_be_excluded() {
                    taken.push(before);
                }
            }
            let count = taken.len();
            if taken.is_empty() {
                return Ok((None, false));
            }
            let rev = log.next();
            for chunk in taken.chunks(PER_STATEMENT) {
                use mailbox::Column as C;
                mailbox::Entity::update_many()
                    .col_expr(C::ExcludedFrom, Expr::col(C::Connection))
                    .col_expr(C::ExcludedReason, Expr::col(C::Reason))
                    .col_expr(C::ExclusionId, Expr::value(new.id.0))
                    .col_expr(C::ExcludedAt, Expr::value(now))
                    .col_expr(C::Connection, Expr::value(Connection::Excluded.as_str()))
                    .col_expr(C::Reason, Expr::value(None::<String>))
                    .col_expr(C::Rev, Expr::value(rev.0))
                    .filter(C::WorkspaceId.eq(ctx.workspace.0))
                    .filter(C::Id.is_in(chunk.iter().map(|row| row.id.0)))
                    .exec(tx)
                    .await?;
            }
            let more = matches!(new.target, ExclusionTarget::Matching(_)) && taken.len() as u64 == AT_ONCE;
            for mut after in taken {
                after.connection = Connection::Excluded;
                after.reason = None;
                after.rev = rev;
                log.push(&Change::Mailbox(Box::new(after)))?;
            }
            log.push(&Change::Counts(Store::counts(tx, id).await?))?;
            let target = new.id.to_string();
            let line = (self.sources.id(), now);
            Store::audit_of(tx, line, "mailbox.exclude", Some(&target), Some(count)).await?;
            Ok((Some(log.close().await?), more))
        })?;
        if let Some(head) = head {
            self.signals.notify(id, head);
        }
        Ok(more)
    }
}

impl Store {
    /// The mailboxes of a target. Of a filtered list, at most [`AT_ONCE`] that are in one of the states and in no run.
    pub(super) async fn target_mailboxes(
        tx: &ScopedTx<'_>,
        id: DelegationId,
        target: &ExclusionTarget,
        states: impl Fn(Connection) -> bool,
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        let ctx = tx.ctx();
        match target {
            ExclusionTarget::Rows(rows) => {
                let mut rows = rows.clone();
                rows.sort_unstable();
                rows.dedup();
                let requested = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                if requested > MAX_PER_RUN {
                    return Err(StoreError::LimitExceeded { requested, limit: MAX_PER_RUN });
                }
                let found = Self::mailboxes_by_row(tx, id, &rows).await?;
                if found.len() == rows.len() { Ok(found) } else { Err(StoreError::NotFound) }
            }
            ExclusionTarget::Matching(query) => {
                let states = Connection::ALL.into_iter().filter(|state| states(*state));
                Ok(mailbox::Entity::find()
                    .filter(matching(ctx, id, query))
                    .filter(mailbox::Column::Connection.is_in(states.map(Connection::as_str)))
                    .filter(mailbox::Column::RunId.is_null())
                    .order_by_asc(mailbox::Column::Id)
                    .limit(AT_ONCE)
                    .all(tx)
                    .await?)
            }
        }
    }
}
