//! Taking an exclusion back: at once and exactly, or later and to where the directory says.

use std::collections::BTreeMap;

use domain::{
    Reason,
    connection::Connection,
    ids::{DelegationId, ExclusionId, Millis},
    live::Change,
    undo::{UNDO, Whom},
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Store, StoreError, WorkspaceCtx,
    db::in_write,
    directory::after_directory,
    entity::mailbox,
    events::Log,
    exclude::{AT_ONCE, PER_STATEMENT},
    list::row_view,
};

/// A press at the last moment is on its way for a while.
const ON_ITS_WAY: Millis = 2_000;

type Place = (Connection, Option<Reason>);

/// How an exclusion is taken back.
#[derive(Clone, Copy)]
enum Back<'a> {
    Undo(ExclusionId),
    Include(&'a Whom),
}

impl Store {
    /// Puts every mailbox of an exclusion back exactly where it was, state and reason; whom the directory has since
    /// found an obstacle for, there. Returns how many; none when it was undone already.
    ///
    /// # Errors
    /// [`StoreError::ExcludedForGood`] when it is too late; [`StoreError::NotFound`] when the delegation is not the
    /// workspace's.
    pub async fn undo_exclusion(
        &self,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        exclusion: ExclusionId,
    ) -> Result<u32, StoreError> {
        self.put_back(ctx, delegation, Back::Undo(exclusion)).await
    }

    /// Takes back in every mailbox of `whom` that is kept out: to where the directory says. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::TooMany`]; [`StoreError::NotFound`] when a row or the delegation is not the workspace's. Nothing
    /// has changed then.
    pub async fn include(
        &self,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        whom: &Whom,
    ) -> Result<u32, StoreError> {
        self.put_back(ctx, delegation, Back::Include(whom)).await
    }

    /// Transaction by transaction until nobody is left. Returns how many were put back.
    async fn put_back(
        &self,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        back: Back<'_>,
    ) -> Result<u32, StoreError> {
        let mut total = 0;
        loop {
            let now = self.now();
            let (head, found) = in_write!(self.db, ctx, |tx| {
                let mut log = Log::open(tx, ctx, id, now).await?;
                let rows = self.to_put_back(tx, ctx, id, back).await?;
                if rows.is_empty() {
                    return Ok((None, 0));
                }
                let found = rows.len();
                Self::put_back_rows(tx, ctx, &mut log, rows, back).await?;
                log.push(&Change::Counts(Self::counts(tx, ctx, id).await?))?;
                let (what, target) = match back {
                    Back::Undo(exclusion) => ("mailbox.exclude.undo", exclusion.to_string()),
                    Back::Include(_) => ("mailbox.include", id.to_string()),
                };
                let line = (self.sources.id(), now);
                Self::audit_of(tx, ctx, line, what, Some(&target), Some(found)).await?;
                Ok((Some(log.close().await?), found))
            })?;
            if let Some(head) = head {
                self.hub.ring(id, head);
            }
            total += u32::try_from(found).unwrap_or(u32::MAX);
            if (found as u64) < AT_ONCE {
                return Ok(total);
            }
        }
    }

    /// One transaction's worth.
    async fn to_put_back(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        back: Back<'_>,
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        let exclusion = match back {
            Back::Undo(exclusion) => exclusion,
            Back::Include(whom) => {
                let mut rows =
                    Self::of_whom(tx, ctx, id, whom, |state| state == Connection::Excluded).await?;
                rows.retain(|row| row.connection == Connection::Excluded.as_str());
                return Ok(rows);
            }
        };
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(id.0))
            .filter(mailbox::Column::ExclusionId.eq(exclusion.0))
            .order_by_asc(mailbox::Column::Id)
            .limit(AT_ONCE)
            .all(tx)
            .await?;
        let late = self.now() - UNDO - ON_ITS_WAY;
        match rows.iter().any(|row| row.excluded_at.is_some_and(|at| at < late)) {
            true => Err(StoreError::ExcludedForGood),
            false => Ok(rows),
        }
    }

    async fn put_back_rows(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        log: &mut Log<'_>,
        rows: Vec<mailbox::Model>,
        back: Back<'_>,
    ) -> Result<(), StoreError> {
        let rev = log.next();
        let mut places: BTreeMap<(&'static str, Option<&'static str>), Vec<Uuid>> = BTreeMap::new();
        for row in rows {
            let (connection, reason) = match back {
                Back::Undo(_) => where_it_was(&row)?,
                Back::Include(_) => where_the_directory_says(&row)?,
            };
            let mut after = row_view(row)?;
            if !after.connection.may_become(connection) {
                return Err(StoreError::Corrupt(format!("{} may not become {connection}", after.connection)));
            }
            places.entry((connection.as_str(), reason.map(Reason::code))).or_default().push(after.id.0);
            after.connection = connection;
            after.reason = reason;
            after.rev = rev;
            log.push(&Change::Mailbox(Box::new(after)))?;
        }
        for ((connection, reason), ids) in places {
            for chunk in ids.chunks(PER_STATEMENT) {
                use mailbox::Column as C;
                mailbox::Entity::update_many()
                    .col_expr(C::Connection, Expr::value(connection))
                    .col_expr(C::Reason, Expr::value(reason))
                    .col_expr(C::ExcludedFrom, Expr::value(None::<String>))
                    .col_expr(C::ExcludedReason, Expr::value(None::<String>))
                    .col_expr(C::ExclusionId, Expr::value(None::<Uuid>))
                    .col_expr(C::ExcludedAt, Expr::value(None::<Millis>))
                    .col_expr(C::Rev, Expr::value(rev.0))
                    .filter(C::WorkspaceId.eq(ctx.workspace.0))
                    .filter(C::Id.is_in(chunk.iter().copied()))
                    .exec(tx)
                    .await?;
            }
        }
        Ok(())
    }
}

fn state(text: &str) -> Result<Connection, StoreError> {
    text.parse().map_err(StoreError::corrupt)
}

fn reason(text: Option<&str>) -> Result<Option<Reason>, StoreError> {
    text.map(str::parse).transpose().map_err(StoreError::corrupt)
}

fn where_it_was(row: &mailbox::Model) -> Result<Place, StoreError> {
    let now = state(&row.connection)?;
    let was = match (now, row.excluded_from.as_deref()) {
        (Connection::Excluded, Some(was)) => (state(was)?, reason(row.excluded_reason.as_deref())?),
        // It left the organisation meanwhile: only the mark goes.
        _ => return Ok((now, reason(row.reason.as_deref())?)),
    };
    Ok(after_directory(was.0, was.1, reason(row.obstacle.as_deref())?, row.connected_at.is_some()))
}

fn where_the_directory_says(row: &mailbox::Model) -> Result<Place, StoreError> {
    let obstacle = reason(row.obstacle.as_deref())?;
    let back = if row.connected_at.is_some() { Connection::Disconnected } else { Connection::Available };
    Ok(obstacle.map_or((back, None), |obstacle| (Connection::Ineligible, Some(obstacle))))
}
