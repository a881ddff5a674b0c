//! Runs: see [`crate::ports::Runs`].

use domain::{
    Reason,
    ids::{DelegationId, RowNo, RunId},
    list::ListQuery,
    run::{ItemPlace, ItemState, Review, RunDetail, RunItems, RunKind, RunView},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::{RunRequest, desk};

/// The dry run.
#[server(input = Json, output = Json)]
pub async fn review_run(delegation: DelegationId, kind: RunKind, rows: Vec<RowNo>) -> Wire<Review> {
    Ok(async { desk()?.runs.review(delegation, kind, &rows).await }.await)
}

/// Starts a run. `key` is made once per intention, so that a repeated request is the same run.
#[server(input = Json, output = Json)]
pub async fn start_run(
    delegation: DelegationId,
    kind: RunKind,
    rows: Vec<RowNo>,
    key: String,
) -> Wire<RunView> {
    Ok(async { desk()?.runs.start(RunRequest { delegation, kind, rows, key }).await }.await)
}

/// Starts a run over everybody a list shows.
#[server(input = Json, output = Json)]
pub async fn start_matching(
    delegation: DelegationId,
    kind: RunKind,
    query: ListQuery,
    key: String,
) -> Wire<RunView> {
    Ok(async { desk()?.runs.start_matching(delegation, kind, &query, key).await }.await)
}

/// Cancels what a run has not done yet.
#[server(input = Json, output = Json)]
pub async fn cancel_run(run: RunId) -> Wire<RunView> {
    Ok(async { desk()?.runs.cancel(run).await }.await)
}

/// Puts a run aside.
#[server(input = Json, output = Json)]
pub async fn pause_run(run: RunId) -> Wire<RunView> {
    Ok(async { desk()?.runs.pause(run).await }.await)
}

/// Lets a paused run go on.
#[server(input = Json, output = Json)]
pub async fn resume_run(run: RunId) -> Wire<RunView> {
    Ok(async { desk()?.runs.resume(run).await }.await)
}

/// Undoes a disconnect that was not begun.
#[server(input = Json, output = Json)]
pub async fn undo_run(run: RunId) -> Wire<RunView> {
    Ok(async { desk()?.runs.undo(run).await }.await)
}

/// Starts a run over those that failed in this one.
#[server(input = Json, output = Json)]
pub async fn retry_failed(run: RunId, key: String) -> Wire<RunView> {
    Ok(async { desk()?.runs.retry_failed(run, key).await }.await)
}

/// Starts a run over those with one outcome and reason.
#[server(input = Json, output = Json)]
pub async fn retry_group(
    run: RunId,
    outcome: ItemState,
    reason: Option<Reason>,
    key: String,
) -> Wire<RunView> {
    Ok(async { desk()?.runs.retry_group(run, outcome, reason, key).await }.await)
}

/// A page of a run's mailboxes.
#[server(input = Json, output = Json)]
pub async fn list_run_items(
    run: RunId,
    outcome: Option<ItemState>,
    after: Option<ItemPlace>,
) -> Wire<RunItems> {
    Ok(async { desk()?.runs.items(run, outcome, after).await }.await)
}

/// The newest runs.
#[server(input = Json, output = Json)]
pub async fn list_runs(delegation: DelegationId) -> Wire<Vec<RunView>> {
    Ok(async { desk()?.runs.list(delegation).await }.await)
}

/// A run with its results by reason.
#[server(input = Json, output = Json)]
pub async fn load_run(run: RunId) -> Wire<RunDetail> {
    Ok(async { desk()?.runs.detail(run).await }.await)
}
