//! Runs: review, start, watch, pause, cancel, undo, retry.

use async_trait::async_trait;
use domain::{
    AppError, Reason,
    ids::{DelegationId, RowNo, RunId},
    list::ListQuery,
    run::{ItemPlace, ItemState, Review, RunDetail, RunItems, RunKind, RunView},
};

/// A request for a run.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub delegation: DelegationId,
    pub kind: RunKind,
    /// Empty for `Sync`, and for `Verify` of everything connected.
    pub rows: Vec<RowNo>,
    /// Made by the browser once per intention: the same key is the same run.
    pub key: String,
}

#[async_trait]
pub trait Runs: Send + Sync {
    /// The dry run: changes nothing.
    async fn review(
        &self,
        delegation: DelegationId,
        kind: RunKind,
        rows: &[RowNo],
    ) -> Result<Review, AppError>;

    /// Accepts a run and reserves its slots, all or nothing.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Slots`], [`AppError::NothingToDo`], [`AppError::KeyReused`].
    async fn start(&self, request: RunRequest) -> Result<RunView, AppError>;

    /// The same over everybody a list shows, in its order, as many as one run takes.
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

    /// Cancels what a run has not done yet.
    async fn cancel(&self, run: RunId) -> Result<RunView, AppError>;

    /// Puts a run aside; its reservations stay.
    async fn pause(&self, run: RunId) -> Result<RunView, AppError>;

    async fn resume(&self, run: RunId) -> Result<RunView, AppError>;

    /// Undoes a disconnect that was not begun: its mailboxes are exactly as before.
    ///
    /// # Errors
    /// [`AppError::TooLate`] when it was.
    async fn undo(&self, run: RunId) -> Result<RunView, AppError>;

    /// Starts a run over those that failed in this one and may still be taken.
    ///
    /// # Errors
    /// As [`Runs::start`].
    async fn retry_failed(&self, run: RunId, key: String) -> Result<RunView, AppError>;

    /// Starts a run over those of one outcome and reason that may still be taken, as many as one run takes.
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

    /// A page of a run's mailboxes by name, of one outcome or of all.
    async fn items(
        &self,
        run: RunId,
        outcome: Option<ItemState>,
        after: Option<ItemPlace>,
    ) -> Result<RunItems, AppError>;

    /// The newest runs of a delegation, at most 50.
    async fn list(&self, delegation: DelegationId) -> Result<Vec<RunView>, AppError>;

    async fn detail(&self, run: RunId) -> Result<RunDetail, AppError>;
}
