//! The list of mailboxes: looking at it, keeping mailboxes out of it.

use async_trait::async_trait;
use domain::{
    AppError,
    addresses::Found,
    cause::Cause,
    ids::{DelegationId, ExclusionId, MailboxId, RowNo, Seq},
    list::{ListQuery, Spine},
    mailbox::{History, MailboxDetail, MailboxRow},
    purpose::Purpose,
    undo::{Exclusion, Whom},
    workspace::Snapshot,
};

#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// The delegation with its counts, slots and runs, at one position of its event log.
    async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot, AppError>;

    /// Mailboxes that need attention or could not be connected, by reason.
    async fn causes(&self, delegation: DelegationId) -> Result<Vec<Cause>, AppError>;

    /// The row numbers of the whole filtered list, in order.
    async fn spine(&self, delegation: DelegationId, query: &ListQuery) -> Result<Spine, AppError>;

    /// Rows by number, at most 500; those that are gone are left out.
    async fn rows(&self, delegation: DelegationId, rows: &[RowNo]) -> Result<Vec<MailboxRow>, AppError>;

    /// One mailbox with the first page of its history.
    async fn detail(&self, delegation: DelegationId, id: MailboxId) -> Result<MailboxDetail, AppError>;

    /// The page of its history that comes before a place in the log.
    async fn history(
        &self,
        delegation: DelegationId,
        id: MailboxId,
        before: Seq,
    ) -> Result<History, AppError>;

    /// Whose these addresses are, at most [`domain::addresses::MOST`], and which of them `purpose` takes.
    async fn find(
        &self,
        delegation: DelegationId,
        addresses: &[String],
        purpose: Purpose,
    ) -> Result<Found, AppError>;

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
