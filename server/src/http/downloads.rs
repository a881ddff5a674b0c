//! Downloads: the results of a run, and the audit log.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    activity::{ActivityQuery, Entry},
    ids::RunId,
    run::{ItemState, RunItem},
};
use serde::Deserialize;

use super::{admission::SessionCaller, csv};
use crate::state::AppState;
use store::StoreError;

/// Lines per query.
const PAGE: u64 = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    result: Option<String>,
}

impl Which {
    /// The result to which the answer is limited; an unknown one is none.
    pub(super) fn state(&self) -> Option<ItemState> {
        self.result.as_deref().and_then(|result| result.parse().ok())
    }
}

/// `GET /runs/{run}/results.csv?result=`: every mailbox of a run with its result.
pub(super) async fn run_results(
    SessionCaller { ctx, .. }: SessionCaller,
    State(state): State<AppState>,
    Path(run): Path<RunId>,
    Query(which): Query<Which>,
) -> Response {
    let outcome = which.state();
    // Read before the first byte is sent: afterwards the status cannot change.
    let first = match state.store.runs(&ctx).run_items(run, outcome, None, PAGE).await {
        Ok(first) => first,
        Err(error) => return refusal(&error),
    };
    let lines = async_stream::try_stream! {
        let mut page = first;
        loop {
            yield page.items.iter().map(item).collect::<String>();
            let Some(next) = page.next else { break };
            page = state.store.runs(&ctx).run_items(run, outcome, Some(&next), PAGE).await?;
        }
    };
    let heading =
        ["Name", "Address", "Result", "Reason", "What it means", "Finished (UTC)", "Microsoft’s answer"];
    csv::file(&format!("run-{run}"), &heading, lines)
}

/// `GET /activity.csv?who=&what=&from=&to=`: the audit log, newest first.
pub(super) async fn activity(
    SessionCaller { ctx, .. }: SessionCaller,
    State(state): State<AppState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    let pairs = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let mut query = ActivityQuery::from_pairs(pairs).cleaned();
    let first = match state.store.activity(&ctx).page(&query, PAGE).await {
        Ok(first) => first,
        Err(error) => return refusal(&error),
    };
    let lines = async_stream::try_stream! {
        let mut page = first;
        loop {
            yield page.entries.iter().map(entry).collect::<String>();
            query.before = page.next;
            if query.before.is_none() {
                break;
            }
            page = state.store.activity(&ctx).page(&query, PAGE).await?;
        }
    };
    let heading =
        ["When (UTC)", "Who", "What", "Mailboxes", "Target", "Code", "Before", "After", "From", "Request"];
    csv::file("activity", &heading, lines)
}

fn entry(entry: &Entry) -> String {
    csv::line([
        csv::moment(entry.at).as_str(),
        entry.who.as_str(),
        entry.words(),
        entry.mailboxes.map(|n| n.to_string()).unwrap_or_default().as_str(),
        entry.target.as_deref().unwrap_or_default(),
        entry.what.as_str(),
        entry.change.as_ref().map_or("", |(before, _)| before),
        entry.change.as_ref().map_or(entry.found.words().as_str(), |(_, after)| after),
        entry.from.as_deref().unwrap_or_default(),
        entry.request.as_deref().unwrap_or_default(),
    ])
}

fn item(item: &RunItem) -> String {
    csv::line([
        item.name.as_str(),
        item.address.as_str(),
        item.outcome.as_str(),
        item.reason.map_or("", domain::Reason::title),
        item.reason.map_or("", |reason| reason.help().meaning),
        item.settled_at.map(csv::moment).unwrap_or_default().as_str(),
        item.evidence.as_ref().map(ToString::to_string).unwrap_or_default().as_str(),
    ])
}

pub(super) fn refusal(error: &StoreError) -> Response {
    if matches!(error, StoreError::NotFound) {
        return StatusCode::NOT_FOUND.into_response();
    }
    tracing::error!(%error, "a download or a page for paper failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
