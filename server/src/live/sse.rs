//! `GET /live/{delegation}?since=`: the stream of one delegation.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::ids::{DelegationId, Seq};
use futures::Stream;
use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::feed::{Following, Next};
use crate::{
    http::SessionKey,
    state::AppState,
    store::{StoreError, WorkspaceCtx},
};

/// Streams are ended after a while, so that they move to where there is room for them.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

#[derive(Debug, Deserialize)]
pub struct Resume {
    since: Option<i64>,
}

/// Everything after `since` (or `Last-Event-ID`), then what comes. Events: `change` with a
/// [`domain::live::Batch`], `reset` (take a snapshot), `beat` every 15 s.
///
/// It ends when the process stops, when the session has ended, and when the log cannot be read.
pub async fn stream(
    State(state): State<AppState>,
    session: Option<Extension<SessionKey>>,
    ctx: Option<Extension<WorkspaceCtx>>,
    Path(delegation): Path<DelegationId>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Response {
    let (Some(Extension(session)), Some(Extension(ctx))) = (session, ctx) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let head = match state.store.delegation(&ctx, delegation).await {
        Ok(delegation) => delegation.view.seq,
        Err(StoreError::NotFound) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(%error, "a live stream cannot start");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let seen = Seq(last.or(resume.since).unwrap_or(0));
    let following = state.store.hub.follow(&state.store, &ctx, delegation, (seen, head));
    let events = events(state, session, following, seen, head);
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // Proxies must not collect the stream before they pass it on.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(events)).into_response()
}

/// The stream itself. It is pulled: nothing happens while the client does not read.
fn events(
    state: AppState,
    SessionKey(session): SessionKey,
    mut following: Following,
    mut seen: Seq,
    head: Seq,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    async_stream::stream! {
        if seen > head {
            // From another life of this log, before a backup was played back.
            seen = head;
            yield Ok(reset(head));
        }
        let every = state.store.hub.beat;
        let mut beat = interval_at(Instant::now() + every, every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = sleep(MAX_AGE);
        tokio::pin!(end);
        loop {
            tokio::select! {
                biased;
                () = state.shutdown.cancelled() => break,
                () = &mut end => break,
                _ = beat.tick() => {
                    following.feed.forget();
                    match state.store.session_lives(&session).await {
                        Ok(true) => yield Ok(Bytes::from_static(b"event: beat\ndata: {}\n\n")),
                        Ok(false) => break,
                        Err(error) => {
                            tracing::warn!(%error, "a stream cannot look after its session; it ends");
                            break;
                        }
                    }
                }
                next = following.next(seen) => match next {
                    Next::Frame(frame) => {
                        seen = frame.seq;
                        yield Ok(frame.bytes);
                    }
                    Next::Reset(head) => {
                        seen = head;
                        yield Ok(reset(head));
                    }
                    Next::Ended => break,
                },
            }
        }
    }
}

fn reset(head: Seq) -> Bytes {
    format!("event: reset\nid: {}\ndata: {{}}\n\n", head.0).into()
}
