//! The list of mailboxes: snapshot, order spine, windows of rows.

mod facets;
mod find;
mod matching;
mod search;

use domain::{
    connection::Connection,
    ids::{DelegationId, MailboxId, RowNo, Seq},
    list::{ListQuery, Sort, Spine},
    mailbox::{Counts, MailboxRow},
    run::RunKind,
    workspace::Snapshot,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

pub(in crate::store) use facets::FacetCache;
pub(in crate::store) use matching::matching;
pub(in crate::store) use search::{aliases, domain_of, search_text};

use super::{Store, StoreError, WorkspaceCtx, db::sql, entity::mailbox};

pub(in crate::store) fn row_view(row: mailbox::Model) -> Result<MailboxRow, StoreError> {
    Ok(MailboxRow {
        row: RowNo(u32::try_from(row.row_no).map_err(StoreError::corrupt)?),
        id: MailboxId(row.id),
        name: row.name,
        address: row.address,
        department: row.department,
        kind: row.kind.parse().map_err(StoreError::corrupt)?,
        connection: row.connection.parse().map_err(StoreError::corrupt)?,
        reason: row.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
        busy: row.run_id.is_some(),
        checked_at: row.checked_at,
        connected_at: row.connected_at,
        rev: Seq(row.rev),
    })
}

/// A row number as the database has it.
pub(in crate::store) fn stored_row(row: RowNo) -> i32 {
    i32::try_from(row.0).unwrap_or(i32::MAX)
}

#[derive(FromQueryResult)]
struct SpineRow {
    row_no: i32,
    connection: String,
    busy: bool,
}

impl Store {
    /// Everything about a delegation but its rows, at one position of its log.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn snapshot(&self, ctx: &WorkspaceCtx, id: DelegationId) -> Result<Snapshot, StoreError> {
        // The position is read first: what is read after it may be newer, and applying a change twice is harmless.
        let delegation = self.delegation(ctx, id).await?.view;
        Ok(Snapshot {
            delegation,
            counts: Self::counts(&self.db.read_in(ctx), ctx, id).await?,
            pools: self.pools(ctx).await?,
            causes: self.causes(ctx, id).await?,
            runs: self.runs(ctx, id, 20).await?,
        })
    }

    pub(in crate::store) async fn counts(
        on: &impl ConnectionTrait,
        ctx: &WorkspaceCtx,
        id: DelegationId,
    ) -> Result<Counts, StoreError> {
        let rows = on
            .query_all_raw(sql(
                on,
                "SELECT connection, COUNT(*) AS n FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2 GROUP BY connection",
                [ctx.workspace.0.into(), id.0.into()],
            ))
            .await?;
        let mut counts = Counts::default();
        for row in rows {
            let connection: Connection =
                row.try_get::<String>("", "connection")?.parse().map_err(StoreError::corrupt)?;
            counts.add(connection, u32::try_from(row.try_get::<i64>("", "n")?).unwrap_or(u32::MAX));
        }
        Ok(counts)
    }

    /// The row numbers of the whole filtered list, in order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn spine(
        &self,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        query: &ListQuery,
    ) -> Result<Spine, StoreError> {
        use mailbox::Column as C;
        let directory_rev = self.delegation_row(&self.db.read_in(ctx), ctx, id).await?.directory_rev;
        let order = if query.descending { Order::Desc } else { Order::Asc };
        let column = match query.sort {
            Sort::Name => C::NameNorm,
            Sort::Address => C::AddressNorm,
            Sort::Department => C::Department,
            Sort::Kind => C::Kind,
            Sort::Status => C::Connection,
            Sort::Checked => C::CheckedAt,
        };
        let rows = mailbox::Entity::find()
            .select_only()
            .column(C::RowNo)
            .column(C::Connection)
            .column_as(Expr::col(C::RunId).is_not_null(), "busy")
            .filter(matching(ctx, id, query))
            .order_by(column, order)
            .order_by(C::NameNorm, Order::Asc)
            .order_by(C::RowNo, Order::Asc)
            .into_model::<SpineRow>()
            .all(&self.db.read_in(ctx))
            .await?;
        let facets = self.facets(ctx, id, directory_rev).await?;
        let mut spine = Spine {
            directory_rev,
            departments: facets.departments.clone(),
            domains: facets.domains.clone(),
            order: Vec::with_capacity(rows.len()),
            ..Spine::default()
        };
        for row in rows {
            let number = RowNo(u32::try_from(row.row_no).map_err(StoreError::corrupt)?);
            let connection: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
            if connection.accepts(RunKind::Connect) && !row.busy {
                spine.connectable.push(number);
            }
            if connection == Connection::Excluded {
                spine.excluded.push(number);
            }
            spine.order.push(number);
        }
        Ok(spine)
    }

    /// Rows by number, in no particular order; those that are gone are left out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn rows(
        &self,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        rows: &[RowNo],
    ) -> Result<Vec<MailboxRow>, StoreError> {
        self.delegation_row(&self.db.read_in(ctx), ctx, id).await?;
        Self::mailboxes_by_row(&self.db.read_in(ctx), ctx, id, rows)
            .await?
            .into_iter()
            .map(row_view)
            .collect()
    }

    pub(in crate::store) async fn mailboxes_by_row(
        on: &impl ConnectionTrait,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        rows: &[RowNo],
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        Ok(mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(id.0))
            .filter(mailbox::Column::RowNo.is_in(rows.iter().copied().map(stored_row)))
            .order_by_asc(mailbox::Column::Id)
            .all(on)
            .await?)
    }
}
