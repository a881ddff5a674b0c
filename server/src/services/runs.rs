//! Reviewing, starting, pausing, cancelling, undoing, retrying and looking at runs.

mod ask_first;

use app::ports::{RunRequest, Runs};
use async_trait::async_trait;
use domain::{
    Act, AppError, Reason,
    ids::{DelegationId, RowNo, RunId},
    list::ListQuery,
    run::{ItemPlace, ItemState, Review, RunDetail, RunItems, RunKind, RunView},
    slots::MAX_PER_RUN,
};

use super::Caller;
use crate::store::{FEW, NewRun, in_bulk};

/// The longest idempotency key we keep.
const KEY: usize = 128;

/// Mailboxes on one page of a run's results.
const PAGE: u64 = 50;

#[async_trait]
impl Runs for Caller {
    async fn review(
        &self,
        delegation: DelegationId,
        kind: RunKind,
        rows: &[RowNo],
    ) -> Result<Review, AppError> {
        self.state.store.review_run(&self.ctx, delegation, kind, rows).await.map_err(|e| self.app_error(e))
    }

    async fn start(&self, request: RunRequest) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let RunRequest { delegation, kind, rows, key } = request;
        if key.is_empty() || key.len() > KEY {
            return Err(AppError::invalid(
                "key",
                "The request has no usable key. Reload the page and try again.",
            ));
        }
        let known =
            self.state.store.delegation(&self.ctx, delegation).await.map_err(|e| self.app_error(e))?;
        if !known.view.state.is_linked() {
            return Err(AppError::refused(
                Reason::ConsentMissing,
                "This organisation is not connected yet. Approve Warmy and connect it first. Nothing was changed.",
            ));
        }
        if kind == RunKind::Reconnect {
            self.ask_first(&known.view).await?;
        }
        let new = NewRun { delegation, kind, rows: &rows, key: Some(&key) };
        let accepting = self.state.store.accept_run(&self.ctx, &new);
        // Taking hundreds of mailboxes is bulk work as well: others are at work on theirs.
        let run = if rows.len() > FEW { in_bulk(accepting).await } else { accepting.await };
        run.map_err(|e| self.app_error(e))
    }

    async fn start_matching(
        &self,
        delegation: DelegationId,
        kind: RunKind,
        query: &ListQuery,
        key: String,
    ) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let spine = self.state.store.spine(&self.ctx, delegation, query).await;
        let mut rows = spine.map_err(|e| self.app_error(e))?.order;
        // None would be everybody to a check.
        if rows.is_empty() {
            return Err(AppError::NothingToDo);
        }
        rows.truncate(MAX_PER_RUN as usize);
        self.start(RunRequest { delegation, kind, rows, key }).await
    }

    async fn cancel(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.cancel_run(&self.ctx, run).await.map_err(|e| self.app_error(e))
    }

    async fn pause(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.pause_run(&self.ctx, run).await.map_err(|e| self.app_error(e))
    }

    async fn resume(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.resume_run(&self.ctx, run).await.map_err(|e| self.app_error(e))
    }

    async fn undo(&self, run: RunId) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        self.state.store.undo_run(&self.ctx, run).await.map_err(|e| self.app_error(e))
    }

    async fn retry_failed(&self, run: RunId, key: String) -> Result<RunView, AppError> {
        self.allow(Act::Run)?;
        let (before, rows) =
            self.state.store.failed_rows(&self.ctx, run).await.map_err(|e| self.app_error(e))?;
        if rows.is_empty() {
            return Err(AppError::NothingToDo);
        }
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
        let (before, mut rows) =
            store.rows_of(&self.ctx, run, outcome, Some(reason)).await.map_err(|e| self.app_error(e))?;
        if rows.is_empty() {
            return Err(AppError::NothingToDo);
        }
        rows.truncate(MAX_PER_RUN as usize);
        self.start(RunRequest { delegation: before.delegation, kind: before.kind, rows, key }).await
    }

    async fn items(
        &self,
        run: RunId,
        outcome: Option<ItemState>,
        after: Option<ItemPlace>,
    ) -> Result<RunItems, AppError> {
        let store = &self.state.store;
        store.run_items(&self.ctx, run, outcome, after.as_ref(), PAGE).await.map_err(|e| self.app_error(e))
    }

    async fn list(&self, delegation: DelegationId) -> Result<Vec<RunView>, AppError> {
        self.state.store.runs(&self.ctx, delegation, 50).await.map_err(|e| self.app_error(e))
    }

    async fn detail(&self, run: RunId) -> Result<RunDetail, AppError> {
        self.state.store.run_detail(&self.ctx, run).await.map_err(|e| self.app_error(e))
    }
}
