//! The list of mailboxes.

use async_trait::async_trait;
use domain::{
    AppError,
    ids::{DelegationId, RowNo},
    list::{ListQuery, Spine},
    mailbox::MailboxRow,
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
}
