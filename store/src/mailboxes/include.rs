//! Ends an exclusion: soon, as an exact undo, or later, with states that follow the directory.

use std::collections::BTreeMap;

use domain::{
    Reason,
    connection::Connection,
    ids::{DelegationId, ExclusionId, Millis},
    live::Change,
    undo::{ExclusionTarget, REQUEST_TIME, UNDO},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use crate::row_security::ScopedTx;
use crate::{
    Mailboxes, Store, StoreError,
    db::in_write,
    entity::mailbox,
    events::Log,
    mailboxes::directory::after_directory,
    mailboxes::exclude::{AT_ONCE, PER_STATEMENT},
    mailboxes::list::row_view,
};

type Status = (Connection, Option<Reason>);

/// How an exclusion is ended.
#[derive(Clone, Copy)]
enum Back<'a> {
    Undo(ExclusionId),
    Include(&'a ExclusionTarget),
}

impl Mailboxes<'_> {
    /// Restores state and reason of every mailbox of an exclusion; a mailbox for which the directory has reported an
    /// obstacle since becomes ineligible. Returns how many; 0 when the exclusion was undone already.
    ///
    /// # Errors
    /// [`StoreError::TooLateToInclude`] when it is too late; [`StoreError::NotFound`] when the delegation is not the
    /// workspace's.
    pub async fn undo_exclusion(
        self,
        delegation: DelegationId,
        exclusion: ExclusionId,
    ) -> Result<u32, StoreError> {
        self.put_back(delegation, Back::Undo(exclusion)).await
    }

    /// Includes every excluded mailbox of `target` again: its new state follows from the directory. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::LimitExceeded`]; [`StoreError::NotFound`] when a row or the delegation is not the workspace's.
    /// Nothing has changed then.
    pub async fn include(
        self,
        delegation: DelegationId,
        target: &ExclusionTarget,
    ) -> Result<u32, StoreError> {
        self.put_back(delegation, Back::Include(target)).await
    }

    /// Puts back all mailboxes, in several transactions. Returns how many.
    async fn put_back(self, id: DelegationId, back: Back<'_>) -> Result<u32, StoreError> {
        let ctx = self.ctx;
        let (mut total, asked_at) = (0, self.now());
        loop {
            let now = self.now();
            let (head, found) = in_write!(self.db, ctx, |tx| {
                let mut log = Log::open(tx, id, now).await?;
                let rows = self.to_put_back(tx, id, back, asked_at).await?;
                if rows.is_empty() {
                    return Ok((None, 0));
                }
                let found = rows.len();
                Store::put_back_rows(tx, &mut log, rows, back).await?;
                log.push(&Change::Counts(Store::counts(tx, id).await?))?;
                let (what, target) = match back {
                    Back::Undo(exclusion) => ("mailbox.exclude.undo", exclusion.to_string()),
                    Back::Include(_) => ("mailbox.include", id.to_string()),
                };
                let line = (self.sources.id(), now);
                Store::audit_of(tx, line, what, Some(&target), Some(found)).await?;
                Ok((Some(log.close().await?), found))
            })?;
            if let Some(head) = head {
                self.signals.notify(id, head);
            }
            total += u32::try_from(found).unwrap_or(u32::MAX);
            if (found as u64) < AT_ONCE {
                return Ok(total);
            }
        }
    }
}

impl Store {
    /// The mailboxes of one transaction. Whether an undo is in time counts from when it was asked for: that of a whole
    /// organisation takes several transactions, as its exclusion did.
    async fn to_put_back(
        &self,
        tx: &ScopedTx<'_>,
        id: DelegationId,
        back: Back<'_>,
        asked_at: Millis,
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        let ctx = tx.ctx();
        let exclusion = match back {
            Back::Undo(exclusion) => exclusion,
            Back::Include(target) => {
                let mut rows =
                    Self::target_mailboxes(tx, id, target, |state| state == Connection::Excluded).await?;
                rows.retain(|row| row.connection == Connection::Excluded.as_str());
                return Ok(rows);
            }
        };
        let of_it = || {
            mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::DelegationId.eq(id.0))
                .filter(mailbox::Column::ExclusionId.eq(exclusion.0))
        };
        let last: Option<Option<Millis>> = of_it()
            .select_only()
            .column_as(mailbox::Column::ExcludedAt.max(), "at")
            .into_tuple()
            .one(tx)
            .await?;
        if last.flatten().is_some_and(|at| at < asked_at - UNDO - REQUEST_TIME) {
            return Err(StoreError::TooLateToInclude);
        }
        Ok(of_it().order_by_asc(mailbox::Column::Id).limit(AT_ONCE).all(tx).await?)
    }

    async fn put_back_rows(
        tx: &ScopedTx<'_>,
        log: &mut Log<'_>,
        rows: Vec<mailbox::Model>,
        back: Back<'_>,
    ) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        let rev = log.next();
        let mut by_status: BTreeMap<(&'static str, Option<&'static str>), Vec<Uuid>> = BTreeMap::new();
        for row in rows {
            let (connection, reason) = match back {
                Back::Undo(_) => former_status(&row)?,
                Back::Include(_) => directory_status(&row)?,
            };
            let mut after = row_view(row)?;
            if !after.connection.may_become(connection) {
                return Err(StoreError::Corrupt(format!("{} may not become {connection}", after.connection)));
            }
            by_status.entry((connection.as_str(), reason.map(Reason::code))).or_default().push(after.id.0);
            after.connection = connection;
            after.reason = reason;
            after.rev = rev;
            log.push(&Change::Mailbox(Box::new(after)))?;
        }
        for ((connection, reason), ids) in by_status {
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

fn former_status(row: &mailbox::Model) -> Result<Status, StoreError> {
    let now = state(&row.connection)?;
    let was = match (now, row.excluded_from.as_deref()) {
        (Connection::Excluded, Some(was)) => (state(was)?, reason(row.excluded_reason.as_deref())?),
        // The user has left the organisation meanwhile: only the exclusion is cleared.
        _ => return Ok((now, reason(row.reason.as_deref())?)),
    };
    Ok(after_directory(was.0, was.1, reason(row.obstacle.as_deref())?, row.connected_at.is_some()))
}

fn directory_status(row: &mailbox::Model) -> Result<Status, StoreError> {
    let obstacle = reason(row.obstacle.as_deref())?;
    let back = if row.connected_at.is_some() { Connection::Disconnected } else { Connection::Available };
    Ok(obstacle.map_or((back, None), |obstacle| (Connection::Ineligible, Some(obstacle))))
}
