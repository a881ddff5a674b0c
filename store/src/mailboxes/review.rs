//! The dry run of an exclusion, and of its end.

use std::collections::BTreeMap;

use domain::{
    Reason,
    bulk::{BulkKind, Review, left_because},
    connection::Connection,
    ids::DelegationId,
    slots::MAX_PER_RUN,
    undo::ExclusionTarget,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Mailboxes, Store, StoreError,
    entity::mailbox,
    mailboxes::list::{matching, row_view},
};

/// Mailboxes in the same state.
#[derive(FromQueryResult)]
struct Group {
    connection: String,
    reason: Option<String>,
    busy: bool,
    n: i64,
}

impl Mailboxes<'_> {
    /// Reviews [`exclude`](Self::exclude), or [`include`](Self::include) if `kind` is [`BulkKind::Include`].
    ///
    /// # Errors
    /// As of the action.
    pub async fn review_exclusion(
        self,
        id: DelegationId,
        target: &ExclusionTarget,
        kind: BulkKind,
    ) -> Result<Review, StoreError> {
        let accepts = |state: Connection, busy: bool| match kind {
            BulkKind::Include => state == Connection::Excluded,
            _ => state.may_be_excluded() && !busy,
        };
        let (mut takes, mut skipped) = (0, BTreeMap::new());
        for (state, busy, reason, count) in self.states_of(id, target).await? {
            if accepts(state, busy) {
                takes += count;
            } else {
                *skipped.entry(left_because(state, busy, reason).to_owned()).or_insert(0) += count;
            }
        }
        let skipped = skipped.into_iter().collect();
        Ok(Review { kind, takes, skipped, beyond: 0, pools: Vec::new(), seconds: None, sending: None })
    }

    /// The states of a target's mailboxes, each with whether they are in a run, and their number.
    async fn states_of(
        self,
        id: DelegationId,
        target: &ExclusionTarget,
    ) -> Result<Vec<(Connection, bool, Option<Reason>, u32)>, StoreError> {
        let ctx = self.ctx;
        let on = &self.db.read_in(ctx);
        self.delegation_row(on, id).await?;
        let rows = match target {
            ExclusionTarget::Matching(query) => return self.states_matching(id, query).await,
            ExclusionTarget::Rows(rows) => rows,
        };
        let requested = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if requested > MAX_PER_RUN {
            return Err(StoreError::LimitExceeded { requested, limit: MAX_PER_RUN });
        }
        let found = Store::mailboxes_by_row(on, id, rows).await?.into_iter().map(row_view);
        found.map(|row| row.map(|row| (row.connection, row.busy, row.reason, 1))).collect()
    }

    async fn states_matching(
        self,
        id: DelegationId,
        query: &domain::list::ListQuery,
    ) -> Result<Vec<(Connection, bool, Option<Reason>, u32)>, StoreError> {
        use mailbox::Column as C;
        let busy = || Expr::col(C::RunId).is_not_null();
        let groups = mailbox::Entity::find()
            .select_only()
            .columns([C::Connection, C::Reason])
            .column_as(busy(), "busy")
            .column_as(C::Id.count(), "n")
            .filter(matching(self.ctx, id, query))
            .group_by(C::Connection)
            .group_by(C::Reason)
            .group_by(busy())
            .into_model::<Group>()
            .all(&self.db.read_in(self.ctx))
            .await?;
        groups.into_iter().map(Group::read).collect()
    }
}

impl Group {
    fn read(self) -> Result<(Connection, bool, Option<Reason>, u32), StoreError> {
        let state = self.connection.parse().map_err(StoreError::corrupt)?;
        let reason = self.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?;
        Ok((state, self.busy, reason, u32::try_from(self.n).unwrap_or(u32::MAX)))
    }
}
