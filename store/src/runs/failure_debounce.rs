//! Debounces failures in scheduled checks: a connected mailbox needs attention only after a second failure, and a
//! mailbox that has not changed is not written.

use domain::{Reason, connection::Connection, ids::Millis, schedule::RECHECK_AFTER};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::ItemOutcome;
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{StoreError, entity::mailbox};

/// Mailboxes of one transaction that have failed once, and those whose suspicion is cleared.
#[derive(Default)]
pub(super) struct FailureDebounce {
    suspected: Vec<Uuid>,
    cleared: Vec<Uuid>,
}

impl FailureDebounce {
    /// Records the outcome for a mailbox. Returns whether its state stays as it is.
    pub(super) fn keeps_state(&mut self, row: &mailbox::Model, outcome: ItemOutcome, now: Millis) -> bool {
        let connected = row.connection == Connection::Connected.as_str();
        match (outcome, row.suspected_at) {
            (ItemOutcome::Retry(_), _) => true,
            (ItemOutcome::Done, Some(_)) if connected => {
                self.cleared.push(row.id);
                true
            }
            (ItemOutcome::Done, _) => connected,
            (ItemOutcome::Failed(_), None) if connected => {
                self.suspected.push(row.id);
                true
            }
            (ItemOutcome::Failed(_), Some(since)) if connected => now - since < RECHECK_AFTER,
            // A user who is missing from the directory keeps that reason, whatever the check returns.
            (ItemOutcome::Failed(_), _) if row.reason.as_deref() == Some(Reason::UserNotFound.code()) => true,
            // Needs attention as before, for the same reason.
            (ItemOutcome::Failed(reason), _) => row.reason.as_deref() == Some(reason.code()),
        }
    }

    /// The wait until the suspected mailboxes are checked again, in milliseconds.
    pub(super) fn next_check(&self) -> Option<Millis> {
        (!self.suspected.is_empty()).then_some(RECHECK_AFTER)
    }

    pub(super) async fn write(self, tx: &ScopedTx<'_>, lease: &Lease, now: Millis) -> Result<(), StoreError> {
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
