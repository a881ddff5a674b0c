//! Runs: review, start, pause, cancel, undo, retry, list.

use async_trait::async_trait;
use domain::{
    AppError, Reason,
    bulk::{BulkAction, Review},
    ids::{DelegationId, RowNumber, RunId},
    list::ListQuery,
    run::{ItemCursor, ItemState, RunDetail, RunItems, RunKind, RunView},
};

/// A request for a run.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub delegation: DelegationId,
    pub kind: RunKind,
    /// Empty for `Sync`, and for `Verify` of all connected mailboxes.
    pub rows: Vec<RowNumber>,
    /// Created by the browser once per user action: a repeated request with the same key returns the same run.
    pub key: String,
}

#[async_trait]
pub trait Runs: Send + Sync {
    /// Reviews a bulk action without changing anything.
    async fn review(&self, delegation: DelegationId, action: &BulkAction) -> Result<Review, AppError>;

    /// Accepts a run and reserves its slots, all or nothing.
    ///
    /// # Errors
    /// [`AppError::LimitExceeded`], [`AppError::Slots`], [`AppError::NothingToDo`], [`AppError::KeyReused`].
    async fn start(&self, request: RunRequest) -> Result<RunView, AppError>;

    /// Starts a run over the mailboxes that match a list query, in list order, at most
    /// [`domain::slots::MAX_PER_RUN`].
    ///
    /// # Errors
    /// As [`Runs::start`].
    async fn start_matching(
        &self,
        delegation: DelegationId,
        kind: RunKind,
        query: &ListQuery,
        key: String,
    ) -> Result<RunView, AppError>;

    /// Cancels the remaining mailboxes of a run.
    async fn cancel(&self, run: RunId) -> Result<RunView, AppError>;

    /// Pauses a run; its reservations stay.
    async fn pause(&self, run: RunId) -> Result<RunView, AppError>;

    async fn resume(&self, run: RunId) -> Result<RunView, AppError>;

    /// Undoes a disconnect that has not begun: its mailboxes return to their earlier state.
    ///
    /// # Errors
    /// [`AppError::TooLate`] when it has begun.
    async fn undo(&self, run: RunId) -> Result<RunView, AppError>;

    /// Starts a run over the mailboxes of this run that failed and are still eligible.
    ///
    /// # Errors
    /// As [`Runs::start`].
    async fn retry_failed(&self, run: RunId, key: String) -> Result<RunView, AppError>;

    /// Starts a run over the mailboxes of this run that have the given outcome and reason and are still eligible, at
    /// most [`domain::slots::MAX_PER_RUN`].
    ///
    /// # Errors
    /// As [`Runs::start`].
    async fn retry_group(
        &self,
        run: RunId,
        outcome: ItemState,
        reason: Option<Reason>,
        key: String,
    ) -> Result<RunView, AppError>;

    /// A page of a run's mailboxes in order of name, with one outcome or all.
    async fn items(
        &self,
        run: RunId,
        outcome: Option<ItemState>,
        after: Option<ItemCursor>,
    ) -> Result<RunItems, AppError>;

    /// The newest runs of a delegation, at most 50.
    async fn list(&self, delegation: DelegationId) -> Result<Vec<RunView>, AppError>;

    async fn detail(&self, run: RunId) -> Result<RunDetail, AppError>;
}
