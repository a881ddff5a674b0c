//! Reviews, starts, pauses, cancels, undoes, retries and reads runs.

mod preflight;
mod review;

use app::ports::{RunRequest, Runs};
use async_trait::async_trait;
use domain::{
    Act, AppError, Reason,
    bulk::{BulkAction, Review},
    ids::{DelegationId, RunId},
    list::ListQuery,
    run::{ItemCursor, ItemState, RunDetail, RunItems, RunKind, RunView},
};

use super::SignedInCaller;
use review::for_one_run;
use store::{MAX_INTERACTIVE, NewRun, in_bulk};

/// The longest idempotency key, in bytes.
const KEY: usize = 128;

/// Mailboxes on one page of a run's results.
const PAGE: u64 = 50;

#[async_trait]
impl Runs for SignedInCaller {
    async fn review(&self, delegation: DelegationId, action: &BulkAction) -> Result<Review, AppError> {
        self.review_action(delegation, action).await
    }

    async fn start(&self, request: RunRequest) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let RunRequest { delegation, kind, mut rows, key } = request;
        // A sync concerns the whole directory.
        if kind == RunKind::Sync {
            rows.clear();
        }
        if key.is_empty() || key.len() > KEY || key.chars().any(char::is_control) {
            return Err(AppError::invalid(
                "key",
                "The request has no usable key. Reload the page and try again.",
            ));
        }
        let known = self.state.store.delegations(&self.ctx).delegation(delegation).await?;
        if !known.view.state.is_linked() {
            return Err(AppError::refused(
                Reason::ConsentMissing,
                "This organisation is not connected yet. Approve Warmy and connect it first. Nothing was changed.",
            ));
        }
        if kind == RunKind::Reconnect {
            self.preflight(&known.view).await?;
        }
        let new = NewRun { delegation, kind, rows: &rows, key: Some(&key) };
        let accepting = self.state.store.runs(&self.ctx).accept_run(&new);
        // Taking hundreds of mailboxes is bulk work, which must not delay other requests.
        let run = if rows.len() > MAX_INTERACTIVE { in_bulk(accepting).await } else { accepting.await };
        run.map_err(Into::into)
    }

    async fn start_matching(
        &self,
        delegation: DelegationId,
        kind: RunKind,
        query: &ListQuery,
        key: String,
    ) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let (rows, _) = for_one_run(self.matching(delegation, query).await?)?;
        self.start(RunRequest { delegation, kind, rows, key }).await
    }

    async fn cancel(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.runs(&self.ctx).cancel_run(run).await.map_err(Into::into)
    }

    async fn pause(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.runs(&self.ctx).pause_run(run).await.map_err(Into::into)
    }

    async fn resume(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.runs(&self.ctx).resume_run(run).await.map_err(Into::into)
    }

    async fn undo(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.runs(&self.ctx).undo_run(run).await.map_err(Into::into)
    }

    async fn retry_failed(&self, run: RunId, key: String) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let (before, rows) = self.state.store.runs(&self.ctx).failed_rows(run).await?;
        let (rows, _) = for_one_run(rows)?;
        self.start(RunRequest { delegation: before.delegation, kind: before.kind, rows, key }).await
    }

    async fn retry_group(
        &self,
        run: RunId,
        outcome: ItemState,
        reason: Option<Reason>,
        key: String,
    ) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let store = &self.state.store;
        let (before, rows) = store.runs(&self.ctx).rows_of(run, outcome, Some(reason)).await?;
        let (rows, _) = for_one_run(rows)?;
        self.start(RunRequest { delegation: before.delegation, kind: before.kind, rows, key }).await
    }

    async fn items(
        &self,
        run: RunId,
        outcome: Option<ItemState>,
        after: Option<ItemCursor>,
    ) -> Result<RunItems, AppError> {
        let store = &self.state.store;
        store.runs(&self.ctx).run_items(run, outcome, after.as_ref(), PAGE).await.map_err(Into::into)
    }

    async fn list(&self, delegation: DelegationId) -> Result<Vec<RunView>, AppError> {
        self.state.store.runs(&self.ctx).list(delegation, 50).await.map_err(Into::into)
    }

    async fn detail(&self, run: RunId) -> Result<RunDetail, AppError> {
        self.state.store.runs(&self.ctx).run_detail(run).await.map_err(Into::into)
    }
}
