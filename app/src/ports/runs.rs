//! Runs: review, start, watch, cancel.

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

    async fn cancel(&self, run: RunId) -> Result<RunView, AppError>;

    /// The newest runs of a delegation, at most 50.
    async fn list(&self, delegation: DelegationId) -> Result<Vec<RunView>, AppError>;

    async fn detail(&self, run: RunId) -> Result<RunDetail, AppError>;
}
