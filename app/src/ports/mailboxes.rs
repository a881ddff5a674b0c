//! The list of mailboxes: looking at it, keeping mailboxes out of it.

use async_trait::async_trait;
use domain::{
    AppError,
    ids::{DelegationId, ExclusionId, RowNo},
    list::{ListQuery, Spine},
    mailbox::MailboxRow,
    undo::{Exclusion, Whom},
    workspace::Snapshot,
};

#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// The delegation with its counts, slots and runs, at one position of its event log.
    async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot, AppError>;

    /// The row numbers of the whole filtered list, in order.
    async fn spine(&self, delegation: DelegationId, query: &ListQuery) -> Result<Spine, AppError>;

    /// Rows by number, at most 500; those that are gone are left out.
    async fn rows(&self, delegation: DelegationId, rows: &[RowNo]) -> Result<Vec<MailboxRow>, AppError>;

    /// Keeps mailboxes out, at once. The browser makes the id: the same id is the same act.
    async fn exclude(
        &self,
        delegation: DelegationId,
        id: ExclusionId,
        whom: &Whom,
    ) -> Result<Exclusion, AppError>;

    /// Puts everybody of an exclusion back exactly where they were. Returns how many.
    ///
    /// # Errors
    /// [`AppError::TooLate`] after [`domain::undo::UNDO`].
    async fn undo_exclusion(&self, delegation: DelegationId, id: ExclusionId) -> Result<u32, AppError>;

    /// Takes back in who is kept out, to where the directory says. Returns how many.
    async fn include(&self, delegation: DelegationId, whom: &Whom) -> Result<u32, AppError>;
}
