//! The list of mailboxes: reading it, excluding mailboxes and including them again.

use async_trait::async_trait;
use domain::{
    AppError,
    addresses::Found,
    attention_group::AttentionGroup,
    ids::{DelegationId, ExclusionId, MailboxId, RowNumber, Seq},
    list::{ListOrder, ListQuery},
    mailbox::{History, MailboxDetail, MailboxRow},
    purpose::Purpose,
    undo::{Exclusion, ExclusionTarget},
    workspace::Snapshot,
};

#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// The delegation with its counts, slots and runs, at one position of its event log.
    async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot, AppError>;

    /// Mailboxes that need attention or could not be connected, by reason.
    async fn attention_groups(&self, delegation: DelegationId) -> Result<Vec<AttentionGroup>, AppError>;

    /// The row numbers of the whole filtered list, in order.
    async fn list_order(&self, delegation: DelegationId, query: &ListQuery) -> Result<ListOrder, AppError>;

    /// Rows by number, at most 500. Rows that no longer exist are left out.
    async fn rows(&self, delegation: DelegationId, rows: &[RowNumber]) -> Result<Vec<MailboxRow>, AppError>;

    /// One mailbox with the first page of its history.
    async fn detail(&self, delegation: DelegationId, id: MailboxId) -> Result<MailboxDetail, AppError>;

    /// The page of a mailbox's history before a position in the event log.
    async fn history(
        &self,
        delegation: DelegationId,
        id: MailboxId,
        before: Seq,
    ) -> Result<History, AppError>;

    /// Finds the mailboxes of at most [`domain::addresses::MAX_ADDRESSES`] addresses, and which of them `purpose`
    /// accepts.
    async fn find(
        &self,
        delegation: DelegationId,
        addresses: &[String],
        purpose: Purpose,
    ) -> Result<Found, AppError>;

    /// Excludes mailboxes immediately. The browser creates the id: a repeated request with it is the same exclusion.
    async fn exclude(
        &self,
        delegation: DelegationId,
        id: ExclusionId,
        target: &ExclusionTarget,
    ) -> Result<Exclusion, AppError>;

    /// Restores all mailboxes of an exclusion to exactly their previous state. Returns how many.
    ///
    /// # Errors
    /// [`AppError::TooLate`] after [`domain::undo::UNDO`].
    async fn undo_exclusion(&self, delegation: DelegationId, id: ExclusionId) -> Result<u32, AppError>;

    /// Includes excluded mailboxes again, in the state that the directory gives them. Returns how many.
    async fn include(&self, delegation: DelegationId, target: &ExclusionTarget) -> Result<u32, AppError>;
}
