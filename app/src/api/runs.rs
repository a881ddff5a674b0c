//! Runs: see [`crate::ports::Runs`].

use domain::{
    Reason,
    bulk::{BulkAction, Review},
    ids::{DelegationId, RowNumber, RunId},
    list::ListQuery,
    run::{ItemCursor, ItemState, RunDetail, RunItems, RunKind, RunView},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::{Wire, kept_alive::KeptAlive};
#[cfg(feature = "ssr")]
use crate::ports::{RunRequest, caller};

/// Reviews a bulk action without changing anything.
#[server(input = Json, output = Json)]
pub async fn review_action(delegation: DelegationId, action: BulkAction) -> Wire<Review> {
    Ok(async { caller()?.runs.review(delegation, &action).await }.await)
}

/// Starts a run. `key` is created once per user action, so that a repeated request is the same run.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn start_run(
    delegation: DelegationId,
    kind: RunKind,
    rows: Vec<RowNumber>,
    key: String,
) -> Wire<RunView> {
    Ok(async { caller()?.runs.start(RunRequest { delegation, kind, rows, key }).await }.await)
}

/// Starts a run over all mailboxes that match a list query.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn start_matching(
    delegation: DelegationId,
    kind: RunKind,
    query: ListQuery,
    key: String,
) -> Wire<RunView> {
    Ok(async { caller()?.runs.start_matching(delegation, kind, &query, key).await }.await)
}

/// Cancels the remaining mailboxes of a run.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn cancel_run(run: RunId) -> Wire<RunView> {
    Ok(async { caller()?.runs.cancel(run).await }.await)
}

/// Pauses a run.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn pause_run(run: RunId) -> Wire<RunView> {
    Ok(async { caller()?.runs.pause(run).await }.await)
}

/// Resumes a paused run.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn resume_run(run: RunId) -> Wire<RunView> {
    Ok(async { caller()?.runs.resume(run).await }.await)
}

/// Undoes a disconnect that has not begun.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn undo_run(run: RunId) -> Wire<RunView> {
    Ok(async { caller()?.runs.undo(run).await }.await)
}

/// Starts a run over the failed mailboxes of this run.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn retry_failed(run: RunId, key: String) -> Wire<RunView> {
    Ok(async { caller()?.runs.retry_failed(run, key).await }.await)
}

/// Starts a run over the mailboxes of this run that have the given outcome and reason.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn retry_group(
    run: RunId,
    outcome: ItemState,
    reason: Option<Reason>,
    key: String,
) -> Wire<RunView> {
    Ok(async { caller()?.runs.retry_group(run, outcome, reason, key).await }.await)
}

/// A page of a run's mailboxes.
#[server(input = Json, output = Json)]
pub async fn list_run_items(
    run: RunId,
    outcome: Option<ItemState>,
    after: Option<ItemCursor>,
) -> Wire<RunItems> {
    Ok(async { caller()?.runs.items(run, outcome, after).await }.await)
}

/// The newest runs.
#[server(input = Json, output = Json)]
pub async fn list_runs(delegation: DelegationId) -> Wire<Vec<RunView>> {
    Ok(async { caller()?.runs.list(delegation).await }.await)
}

/// A run with its results by reason.
#[server(input = Json, output = Json)]
pub async fn load_run(run: RunId) -> Wire<RunDetail> {
    Ok(async { caller()?.runs.detail(run).await }.await)
}
