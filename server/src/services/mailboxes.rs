//! Reads mailboxes, and excludes or includes them.

use app::ports::Mailboxes;
use async_trait::async_trait;
use domain::{
    Act, AppError,
    addresses::{Found, MAX_ADDRESSES},
    attention_group::AttentionGroup,
    ids::{DelegationId, ExclusionId, MailboxId, RowNumber, Seq},
    list::{ListOrder, ListQuery},
    mailbox::{History, MailboxDetail, MailboxRow},
    purpose::Purpose,
    text::{clean, number},
    undo::{Exclusion, ExclusionTarget},
    workspace::Snapshot,
};

use super::SignedInCaller;
use store::NewExclusion;

/// The maximum number of rows that one call returns.
const WINDOW: usize = 500;

#[async_trait]
impl Mailboxes for SignedInCaller {
    async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot, AppError> {
        self.state.store.mailboxes(&self.ctx).snapshot(delegation).await.map_err(Into::into)
    }

    async fn attention_groups(&self, delegation: DelegationId) -> Result<Vec<AttentionGroup>, AppError> {
        self.state.store.mailboxes(&self.ctx).attention_groups(delegation).await.map_err(Into::into)
    }

    async fn list_order(&self, delegation: DelegationId, query: &ListQuery) -> Result<ListOrder, AppError> {
        self.state
            .store
            .mailboxes(&self.ctx)
            .list_order(delegation, &query.cleaned())
            .await
            .map_err(Into::into)
    }

    async fn rows(&self, delegation: DelegationId, rows: &[RowNumber]) -> Result<Vec<MailboxRow>, AppError> {
        let rows = &rows[..rows.len().min(WINDOW)];
        self.state.store.mailboxes(&self.ctx).rows(delegation, rows).await.map_err(Into::into)
    }

    async fn detail(&self, delegation: DelegationId, id: MailboxId) -> Result<MailboxDetail, AppError> {
        self.state.store.mailboxes(&self.ctx).mailbox_detail(delegation, id).await.map_err(Into::into)
    }

    async fn history(
        &self,
        delegation: DelegationId,
        id: MailboxId,
        before: Seq,
    ) -> Result<History, AppError> {
        let store = &self.state.store;
        store.mailboxes(&self.ctx).mailbox_history(delegation, id, Some(before)).await.map_err(Into::into)
    }

    async fn find(
        &self,
        delegation: DelegationId,
        addresses: &[String],
        purpose: Purpose,
    ) -> Result<Found, AppError> {
        if addresses.len() > MAX_ADDRESSES {
            let most = number(MAX_ADDRESSES as u64);
            return Err(AppError::invalid(
                "addresses",
                format!("At most {most} addresses are looked up at once. Nothing was selected."),
            ));
        }
        let addresses: Vec<String> = addresses.iter().map(|text| clean(text).into_owned()).collect();
        let found =
            self.state.store.mailboxes(&self.ctx).find_addresses(delegation, &addresses, purpose).await;
        found.map_err(Into::into)
    }

    async fn exclude(
        &self,
        delegation: DelegationId,
        id: ExclusionId,
        target: &ExclusionTarget,
    ) -> Result<Exclusion, AppError> {
        self.allow(Act::Exclude)?;
        let new = NewExclusion { id, delegation, target };
        self.state.store.mailboxes(&self.ctx).exclude(&new).await.map_err(Into::into)
    }

    async fn undo_exclusion(&self, delegation: DelegationId, id: ExclusionId) -> Result<u32, AppError> {
        self.allow(Act::Exclude)?;
        self.state.store.mailboxes(&self.ctx).undo_exclusion(delegation, id).await.map_err(Into::into)
    }

    async fn include(&self, delegation: DelegationId, target: &ExclusionTarget) -> Result<u32, AppError> {
        self.allow(Act::Exclude)?;
        self.state.store.mailboxes(&self.ctx).include(delegation, target).await.map_err(Into::into)
    }
}
