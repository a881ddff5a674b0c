//! Keeping mailboxes out: at once, no run. They hold no slot, so nothing is given back.

use domain::{
    connection::Connection,
    ids::{DelegationId, ExclusionId, Millis},
    live::Change,
    slots::MAX_PER_RUN,
    undo::{Exclusion, UNDO, Whom},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::mailbox,
    events::Log,
    list::{matching, row_view},
};

/// Mailboxes that one transaction changes: a whole organisation must not keep everybody else waiting.
pub(super) const AT_ONCE: u64 = 1_000;
/// Ids that one statement names.
pub(super) const PER_STATEMENT: usize = 500;

/// Somebody asks for mailboxes to be kept out.
#[derive(Clone, Debug)]
pub struct NewExclusion<'a> {
    /// The same id twice is the same act.
    pub id: ExclusionId,
    pub delegation: DelegationId,
    pub whom: &'a Whom,
}

impl Store {
    /// Keeps out every mailbox of `whom` that [`Connection::may_be_excluded`] and is in no run; the others stay as
    /// they are. Where each was is kept for [`Store::undo_exclusion`].
    ///
    /// # Errors
    /// [`StoreError::TooMany`]; [`StoreError::NotFound`] when a row or the delegation is not the workspace's. Nothing
    /// has changed then.
    pub async fn exclude(&self, ctx: &WorkspaceCtx, new: &NewExclusion<'_>) -> Result<Exclusion, StoreError> {
        while self.exclude_some(ctx, new).await? {}
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
        let asked = match new.whom {
            Whom::Rows(rows) => u32::try_from(rows.len()).unwrap_or(u32::MAX),
            Whom::Matching(_) => excluded,
        };
        let undo_until = at.unwrap_or_else(|| self.now()) + UNDO;
        Ok(Exclusion { id: new.id, excluded, left: asked.saturating_sub(excluded), undo_until })
    }

    /// One transaction's worth. Returns whether there may be more.
    async fn exclude_some(&self, ctx: &WorkspaceCtx, new: &NewExclusion<'_>) -> Result<bool, StoreError> {
        let (id, now) = (new.delegation, self.now());
        let (head, more) = in_write!(self.db, ctx, |tx| {
            // Accepting a run holds the same lock: a mailbox is kept out or taken by the run, never both.
            let mut log = Log::open(tx, ctx, id, now).await?;
            let found = Self::of_whom(tx, ctx, id, new.whom, Connection::may_be_excluded).await?;
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
            let more = matches!(new.whom, Whom::Matching(_)) && taken.len() as u64 == AT_ONCE;
            for mut after in taken {
                after.connection = Connection::Excluded;
                after.reason = None;
                after.rev = rev;
                log.push(&Change::Mailbox(Box::new(after)))?;
            }
            log.push(&Change::Counts(Self::counts(tx, ctx, id).await?))?;
            let target = new.id.to_string();
            let line = (self.sources.id(), now);
            Self::audit_of(tx, ctx, line, "mailbox.exclude", Some(&target), Some(count)).await?;
            Ok((Some(log.close().await?), more))
        })?;
        if let Some(head) = head {
            self.hub.ring(id, head);
        }
        Ok(more)
    }

    /// The mailboxes meant, at most [`AT_ONCE`] in one of the states when they are named by a list.
    pub(super) async fn of_whom(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        whom: &Whom,
        states: impl Fn(Connection) -> bool,
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        match whom {
            Whom::Rows(rows) => {
                let mut rows = rows.clone();
                rows.sort_unstable();
                rows.dedup();
                let requested = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                if requested > MAX_PER_RUN {
                    return Err(StoreError::TooMany { requested, limit: MAX_PER_RUN });
                }
                let found = Self::mailboxes_by_row(tx, ctx, id, &rows).await?;
                if found.len() == rows.len() { Ok(found) } else { Err(StoreError::NotFound) }
            }
            Whom::Matching(query) => {
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
