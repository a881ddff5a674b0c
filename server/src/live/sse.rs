//! `GET /live/{delegation}?since=`: the stream of one delegation.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response, Sse, sse::Event},
};
use domain::ids::{DelegationId, Seq};
use serde::Deserialize;

use crate::{
    state::AppState,
    store::{Since, WorkspaceCtx},
};

/// Browsers drop an event without data, so a beat carries some.
const BEAT: Duration = Duration::from_secs(15);
/// Streams are ended after a while, so that a browser's cookie is looked at again.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

#[derive(Debug, Deserialize)]
pub struct Resume {
    since: Option<i64>,
}

/// Everything after `since` (or `Last-Event-ID`), then what comes. Events: `change` with a
/// [`domain::live::Batch`], `reset` (take a snapshot), `beat` every 15 s.
pub async fn stream(
    State(state): State<AppState>,
    ctx: Option<Extension<WorkspaceCtx>>,
    Path(delegation): Path<DelegationId>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Response {
    let Some(Extension(ctx)) = ctx else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    if let Err(error) = state.store.delegation(&ctx, delegation).await {
        tracing::debug!(%error, "live stream refused");
        return StatusCode::NOT_FOUND.into_response();
    }
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let mut seen = Seq(last.or(resume.since).unwrap_or(0));
    // Listening starts before the first read, so nothing falls between catching up and waiting.
    let mut bell = state.store.hub.listen(delegation);
    let events = async_stream::stream! {
        let end = tokio::time::sleep(MAX_AGE);
        tokio::pin!(end);
        loop {
            bell.mark_unchanged();
            match state.store.events_since(&ctx, delegation, seen).await {
                Ok(Since::Batch(batch)) => {
                    seen = batch.seq;
                    if let Ok(data) = serde_json::to_string(&batch) {
                        yield Ok::<_, Infallible>(Event::default().event("change").id(seen.0.to_string()).data(data));
                    }
                    continue;
                }
                Ok(Since::Reset { head }) => {
                    seen = head;
                    yield Ok(Event::default().event("reset").id(seen.0.to_string()).data("{}"));
                    continue;
                }
                Ok(Since::Nothing) => {}
                Err(error) => tracing::warn!(%error, "live stream cannot read the log; the next ring tries again"),
            }
            tokio::select! {
                rung = bell.changed() => if rung.is_err() { break },
                () = tokio::time::sleep(BEAT) => yield Ok(Event::default().event("beat").data("{}")),
                () = state.shutdown.cancelled() => break,
                () = &mut end => break,
            }
        }
    };
    let mut response = Sse::new(events).into_response();
    // Proxies must not collect the stream before they pass it on.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response
}
