//! Looking at mailboxes.

use app::ports::Mailboxes;
use async_trait::async_trait;
use domain::{
    AppError,
    ids::{DelegationId, RowNo},
    list::{ListQuery, Spine},
    mailbox::MailboxRow,
    workspace::Snapshot,
};

use super::Caller;

/// Rows that one call may ask for.
const WINDOW: usize = 500;

#[async_trait]
impl Mailboxes for Caller {
    async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot, AppError> {
        self.state.store.snapshot(&self.ctx, delegation).await.map_err(|e| self.app_error(e))
    }

    async fn spine(&self, delegation: DelegationId, query: &ListQuery) -> Result<Spine, AppError> {
        self.state.store.spine(&self.ctx, delegation, query).await.map_err(|e| self.app_error(e))
    }

    async fn rows(&self, delegation: DelegationId, rows: &[RowNo]) -> Result<Vec<MailboxRow>, AppError> {
        let rows = &rows[..rows.len().min(WINDOW)];
        self.state.store.rows(&self.ctx, delegation, rows).await.map_err(|e| self.app_error(e))
    }
}
