//! Who has left the organisation keeps the slot for a while, for people come back; then it is given back.

use domain::{
    connection::Connection,
    ids::{DelegationId, Millis},
    live::Change,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter,
};

use super::{Store, StoreError, WorkspaceCtx, db::stored, entity::mailbox, events::Log, list::row_view};

/// How long unless configured: as long as Microsoft 365 keeps a deleted account.
pub(in crate::store) const GRACE: Millis = 30 * DAY;
const DAY: Millis = 24 * 60 * 60 * 1_000;

impl Store {
    /// Another time, in days, for which those who left keep their slots.
    #[must_use]
    pub fn with_grace(self, days: u16) -> Self {
        Self { grace: Millis::from(days) * DAY, ..self }
    }

    /// Takes those off the list who left before `until`, and gives their slots back. The slot accounts are locked.
    /// Returns how many.
    pub(in crate::store) async fn let_leavers_go(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        log: &mut Log<'_>,
        until: Millis,
    ) -> Result<usize, StoreError> {
        use mailbox::Column as C;
        let gone = mailbox::Entity::find()
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::DelegationId.eq(id.0))
            .filter(C::Connection.eq(Connection::NeedsAttention.as_str()))
            .filter(C::LeftAt.lt(until))
            .filter(C::RunId.is_null())
            .all(tx)
            .await?;
        let count = gone.len();
        if count == 0 {
            return Ok(0);
        }
        let mut freed = std::collections::BTreeMap::<String, u32>::new();
        for row in gone {
            let mut after = row_view(row.clone())?;
            after.connection = Connection::Removed;
            after.reason = None;
            after.rev = log.next();
            log.push(&Change::Mailbox(Box::new(after.clone())))?;
            if let Some(pool) = &row.pool {
                *freed.entry(pool.clone()).or_default() += 1;
            }
            let mut model = row.into_active_model();
            model.connection = Set(after.connection.as_str().to_owned());
            model.reason = Set(None);
            model.pool = Set(None);
            model.suspected_at = Set(None);
            model.left_at = Set(None);
            model.rev = Set(after.rev.0);
            model.update(tx).await?;
        }
        for (pool, slots) in freed {
            Self::move_slots(tx, ctx, &pool, -stored(slots), 0).await?;
        }
        log.push(&Change::Counts(Self::counts(tx, ctx, id).await?))?;
        let line = (self.sources.id(), self.now());
        Self::audit_of(tx, ctx, line, "mailbox.left", Some(&id.to_string()), Some(count)).await?;
        Ok(count)
    }
}
