//! The list of mailboxes: snapshot, list order, rows.

mod facets;
mod find;
mod matching;
mod search;

use domain::{
    connection::Connection,
    ids::{DelegationId, MailboxId, RowNumber, Seq},
    list::{ListOrder, ListQuery, Sort},
    mailbox::{Counts, MailboxRow},
    run::RunKind,
    workspace::Snapshot,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

pub(crate) use facets::FacetCache;
pub(crate) use matching::matching;
pub(crate) use search::{aliases, domain_of, fold, search_text};

use crate::row_security::InWorkspace;
use crate::{Mailboxes, Store, StoreError, db::sql, entity::mailbox};

pub(crate) fn row_view(row: mailbox::Model) -> Result<MailboxRow, StoreError> {
    Ok(MailboxRow {
        row: RowNumber(u32::try_from(row.row_no).map_err(StoreError::corrupt)?),
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

/// A row number in the form in which the database stores it.
pub(crate) fn stored_row(row: RowNumber) -> i32 {
    i32::try_from(row.0).unwrap_or(i32::MAX)
}

#[derive(FromQueryResult)]
struct OrderRow {
    row_no: i32,
    connection: String,
    busy: bool,
}

impl Mailboxes<'_> {
    /// The state of a delegation without its rows, at one position of its log.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn snapshot(self, id: DelegationId) -> Result<Snapshot, StoreError> {
        let ctx = self.ctx;
        // The position is read first: later reads may be newer, and applying a change twice is harmless.
        let delegation = self.delegations(ctx).delegation(id).await?.view;
        Ok(Snapshot {
            delegation,
            counts: Store::counts(&self.db.read_in(ctx), id).await?,
            pools: self.slots(ctx).pools().await?,
            attention_groups: self.attention_groups(id).await?,
            runs: self.runs(ctx).list(id, 20).await?,
        })
    }

    /// The row numbers of the filtered list, in order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn list_order(self, id: DelegationId, query: &ListQuery) -> Result<ListOrder, StoreError> {
        let ctx = self.ctx;
        use mailbox::Column as C;
        let directory_rev = self.delegation_row(&self.db.read_in(ctx), id).await?.directory_rev;
        let order = if query.descending { Order::Desc } else { Order::Asc };
        let column = match query.sort {
            Sort::Name => C::NameNorm,
            Sort::Address => C::AddressNorm,
            Sort::Department => C::DepartmentNorm,
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
            .into_model::<OrderRow>()
            .all(&self.db.read_in(ctx))
            .await?;
        let facets = self.facets(id, directory_rev).await?;
        let mut list_order = ListOrder {
            directory_rev,
            departments: facets.departments.clone(),
            domains: facets.domains.clone(),
            order: Vec::with_capacity(rows.len()),
            ..ListOrder::default()
        };
        for row in rows {
            let number = RowNumber(u32::try_from(row.row_no).map_err(StoreError::corrupt)?);
            let connection: Connection = row.connection.parse().map_err(StoreError::corrupt)?;
            if connection.accepts(RunKind::Connect) && !row.busy {
                list_order.connectable.push(number);
            }
            match connection {
                Connection::Excluded => list_order.excluded.push(number),
                Connection::Failed => list_order.failed.push(number),
                _ => {}
            }
            list_order.order.push(number);
        }
        Ok(list_order)
    }

    /// Rows by number, in no particular order; missing ones are left out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn rows(self, id: DelegationId, rows: &[RowNumber]) -> Result<Vec<MailboxRow>, StoreError> {
        let ctx = self.ctx;
        self.delegation_row(&self.db.read_in(ctx), id).await?;
        Store::mailboxes_by_row(&self.db.read_in(ctx), id, rows).await?.into_iter().map(row_view).collect()
    }
}

impl Store {
    pub(crate) async fn counts(on: &impl InWorkspace, id: DelegationId) -> Result<Counts, StoreError> {
        let ctx = on.ctx();
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

    pub(crate) async fn mailboxes_by_row(
        on: &impl InWorkspace,
        id: DelegationId,
        rows: &[RowNumber],
    ) -> Result<Vec<mailbox::Model>, StoreError> {
        let ctx = on.ctx();
        Ok(mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(id.0))
            .filter(mailbox::Column::RowNo.is_in(rows.iter().copied().map(stored_row)))
            .order_by_asc(mailbox::Column::Id)
            .all(on)
            .await?)
    }
}
