//! Departed mailboxes: they keep their slots for a grace period, because users may return; then the slots are released.

use domain::{
    connection::Connection,
    ids::{DelegationId, Millis},
    live::Change,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::row_security::ScopedTx;
use crate::{Store, StoreError, db::stored, entity::mailbox, events::Log, mailboxes::list::row_view};

/// The default grace period: Microsoft 365 keeps a deleted account for as long.
pub(crate) const GRACE: Millis = 30 * DAY;
const DAY: Millis = 24 * 60 * 60 * 1_000;

impl Store {
    /// Sets the grace period, in days, for which departed mailboxes keep their slots.
    #[must_use]
    pub fn with_grace(self, days: u16) -> Self {
        Self { grace: Millis::from(days) * DAY, ..self }
    }

    /// Removes mailboxes that departed before `until` from the list, and releases their slots. The caller has locked
    /// the slot accounts. Returns how many.
    pub(crate) async fn remove_departed(
        &self,
        tx: &ScopedTx<'_>,
        id: DelegationId,
        log: &mut Log<'_>,
        until: Millis,
    ) -> Result<usize, StoreError> {
        let ctx = tx.ctx();
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
            Self::move_slots(tx, &pool, -stored(slots), 0).await?;
        }
        log.push(&Change::Counts(Self::counts(tx, id).await?))?;
        let line = (self.sources.id(), self.now());
        Self::audit_of(tx, line, "mailbox.left", Some(&id.to_string()), Some(count)).await?;
        Ok(count)
    }
}
