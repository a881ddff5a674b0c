//! Runs: review, start, watch, pause, cancel, undo, retry.

use async_trait::async_trait;
use domain::{
    AppError,
    ids::{DelegationId, RowNo, RunId},
    run::{Review, RunDetail, RunKind, RunView},
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

    /// The newest runs of a delegation, at most 50.
    async fn list(&self, delegation: DelegationId) -> Result<Vec<RunView>, AppError>;

    async fn detail(&self, run: RunId) -> Result<RunDetail, AppError>;
}
