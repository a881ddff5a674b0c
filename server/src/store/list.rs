//! The list of mailboxes: snapshot, order spine, windows of rows.

use domain::{
    connection::Connection,
    ids::{DelegationId, MailboxId, RowNo, Seq},
    list::{ListQuery, Sort, Spine},
    mailbox::{Counts, MailboxRow},
    run::RunKind,
    workspace::Snapshot,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

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
            counts: Self::counts(self.db.read(), ctx, id).await?,
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
        let directory_rev = self.delegation_row(self.db.read(), ctx, id).await?.directory_rev;
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
            .all(self.db.read())
            .await?;
        let mut spine =
            Spine { directory_rev, departments: self.departments(ctx, id).await?, ..Spine::default() };
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

    async fn departments(&self, ctx: &WorkspaceCtx, id: DelegationId) -> Result<Vec<String>, StoreError> {
        use mailbox::Column as C;
        Ok(mailbox::Entity::find()
            .select_only()
            .column(C::Department)
            .distinct()
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::DelegationId.eq(id.0))
            .filter(C::Department.is_not_null())
            .order_by_asc(C::Department)
            .limit(200)
            .into_tuple()
            .all(self.db.read())
            .await?)
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
        self.delegation_row(self.db.read(), ctx, id).await?;
        Self::mailboxes_by_row(self.db.read(), ctx, id, rows).await?.into_iter().map(row_view).collect()
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

/// The mailboxes that a list shows.
pub(in crate::store) fn matching(ctx: &WorkspaceCtx, id: DelegationId, query: &ListQuery) -> Condition {
    use mailbox::Column as C;
    let mut filter = Condition::all()
        .add(C::WorkspaceId.eq(ctx.workspace.0))
        .add(C::DelegationId.eq(id.0))
        .add(C::Connection.is_in(query.tab.states().iter().map(|state| state.as_str())));
    if !query.search.is_empty() {
        let pattern = LikeExpr::new(format!("%{}%", escape_like(&query.search.to_lowercase()))).escape('\\');
        filter = filter.add(
            Condition::any()
                .add(Expr::col(C::NameNorm).like(pattern.clone()))
                .add(Expr::col(C::AddressNorm).like(pattern)),
        );
    }
    if let Some(kind) = query.kind {
        filter = filter.add(C::Kind.eq(kind.as_str()));
    }
    if let Some(department) = &query.department {
        filter = filter.add(C::Department.eq(department.as_str()));
    }
    if let Some(reason) = query.reason {
        filter = filter.add(C::Reason.eq(reason.code()));
    }
    filter
}

/// What a person types is looked for as it stands.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
