//! Looking at mailboxes, and keeping them out.

use app::ports::Mailboxes;
use async_trait::async_trait;
use domain::{
    Act, AppError,
    addresses::{Found, MOST},
    cause::Cause,
    ids::{DelegationId, ExclusionId, MailboxId, RowNo, Seq},
    list::{ListQuery, Spine},
    mailbox::{History, MailboxDetail, MailboxRow},
    purpose::Purpose,
    undo::{Exclusion, Whom},
    workspace::Snapshot,
};

use super::Caller;
use crate::store::NewExclusion;

/// Rows that one call may ask for.
const WINDOW: usize = 500;

#[async_trait]
impl Mailboxes for Caller {
    async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot, AppError> {
        self.state.store.snapshot(&self.ctx, delegation).await.map_err(|e| self.app_error(e))
    }

    async fn causes(&self, delegation: DelegationId) -> Result<Vec<Cause>, AppError> {
        self.state.store.causes(&self.ctx, delegation).await.map_err(|e| self.app_error(e))
    }

    async fn spine(&self, delegation: DelegationId, query: &ListQuery) -> Result<Spine, AppError> {
        self.state.store.spine(&self.ctx, delegation, query).await.map_err(|e| self.app_error(e))
    }

    async fn rows(&self, delegation: DelegationId, rows: &[RowNo]) -> Result<Vec<MailboxRow>, AppError> {
        let rows = &rows[..rows.len().min(WINDOW)];
        self.state.store.rows(&self.ctx, delegation, rows).await.map_err(|e| self.app_error(e))
    }

    async fn detail(&self, delegation: DelegationId, id: MailboxId) -> Result<MailboxDetail, AppError> {
        self.state.store.mailbox_detail(&self.ctx, delegation, id).await.map_err(|e| self.app_error(e))
    }

    async fn history(
        &self,
        delegation: DelegationId,
        id: MailboxId,
        before: Seq,
    ) -> Result<History, AppError> {
        let store = &self.state.store;
        store.mailbox_history(&self.ctx, delegation, id, Some(before)).await.map_err(|e| self.app_error(e))
    }

    async fn find(
        &self,
        delegation: DelegationId,
        addresses: &[String],
        purpose: Purpose,
    ) -> Result<Found, AppError> {
        if addresses.len() > MOST {
            let most = domain::text::number(MOST as u64);
            return Err(AppError::invalid(
                "addresses",
                format!("At most {most} addresses are looked up at once. Nothing was selected."),
            ));
        }
        let found = self.state.store.find_addresses(&self.ctx, delegation, addresses, purpose).await;
        found.map_err(|e| self.app_error(e))
    }

    async fn exclude(
        &self,
        delegation: DelegationId,
        id: ExclusionId,
        whom: &Whom,
    ) -> Result<Exclusion, AppError> {
        self.allow(Act::Exclude)?;
        let new = NewExclusion { id, delegation, whom };
        self.state.store.exclude(&self.ctx, &new).await.map_err(|e| self.app_error(e))
    }

    async fn undo_exclusion(&self, delegation: DelegationId, id: ExclusionId) -> Result<u32, AppError> {
        self.allow(Act::Exclude)?;
        self.state.store.undo_exclusion(&self.ctx, delegation, id).await.map_err(|e| self.app_error(e))
    }

    async fn include(&self, delegation: DelegationId, whom: &Whom) -> Result<u32, AppError> {
        self.allow(Act::Exclude)?;
        self.state.store.include(&self.ctx, delegation, whom).await.map_err(|e| self.app_error(e))
    }
}
