//! A check that nobody asked for is in no hurry: a mailbox that fails one is asked for once more before it needs
//! attention, and one that is as it was is not written at all.

use domain::{Reason, cadence::SUSPICION, connection::Connection, ids::Millis};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Fate, Lease};
use crate::store::{StoreError, entity::mailbox};

/// Mailboxes of one transaction that have failed once, and those that were cleared of it.
#[derive(Default)]
pub(super) struct Doubts {
    suspected: Vec<Uuid>,
    cleared: Vec<Uuid>,
}

impl Doubts {
    /// Whether that is all there is to say of this mailbox: its state stays.
    pub(super) fn settles(&mut self, row: &mailbox::Model, fate: Fate, now: Millis) -> bool {
        let connected = row.connection == Connection::Connected.as_str();
        match (fate, row.suspected_at) {
            (Fate::Retry(_), _) => true,
            (Fate::Done, Some(_)) if connected => {
                self.cleared.push(row.id);
                true
            }
            (Fate::Done, _) => connected,
            (Fate::Failed(_), None) if connected => {
                self.suspected.push(row.id);
                true
            }
            (Fate::Failed(_), Some(since)) if connected => now - since < SUSPICION,
            // Whom the directory does not know any more is named so, whatever the mailbox answers.
            (Fate::Failed(_), _) if row.reason.as_deref() == Some(Reason::UserNotFound.code()) => true,
            // Needs attention as before, for the same reason: nothing new.
            (Fate::Failed(reason), _) => row.reason.as_deref() == Some(reason.code()),
        }
    }

    /// When they are asked for again.
    pub(super) fn next_check(&self) -> Option<Millis> {
        (!self.suspected.is_empty()).then_some(SUSPICION)
    }

    pub(super) async fn write(
        self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        now: Millis,
    ) -> Result<(), StoreError> {
        for (mailboxes, at) in [(self.suspected, Some(now)), (self.cleared, None)] {
            if mailboxes.is_empty() {
                continue;
            }
            mailbox::Entity::update_many()
                .col_expr(mailbox::Column::SuspectedAt, Expr::value(at))
                .filter(mailbox::Column::WorkspaceId.eq(lease.ctx.workspace.0))
                .filter(mailbox::Column::Id.is_in(mailboxes))
                .exec(tx)
                .await?;
        }
        Ok(())
    }
}
