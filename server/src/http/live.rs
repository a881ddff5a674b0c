//! `GET /live/{delegation}?since=`: the stream of one delegation.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::ids::{DelegationId, Seq, WorkspaceId};
use futures::Stream;
use serde::Deserialize;
use tokio::{
    sync::{
        OwnedSemaphorePermit,
        broadcast::{self, error::RecvError},
    },
    time::{Instant, MissedTickBehavior, interval_at, sleep},
};

use super::admission::{SessionCaller, SessionKey};
use crate::{
    live::{FeedReader, Next},
    state::AppState,
};
use store::StoreError;

/// A stream ends after this time and the browser reconnects, which spreads streams over the replicas.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

const BEAT: Bytes = Bytes::from_static(b"event: beat\ndata: {}\n\n");

#[derive(Debug, Deserialize)]
pub(super) struct Resume {
    since: Option<i64>,
    /// Ends the answer after the events that there are: for browsers behind a proxy that keeps back an open answer.
    #[serde(default)]
    once: bool,
}

/// Sends all events after `since` (or `Last-Event-ID`), then new ones as they are committed. Events: `change` with a
/// [`domain::live::Batch`], `reset` (take a snapshot), `beat` at once and every 15 s: a browser reports a stream as open
/// with its first byte.
///
/// The stream ends after `MAX_AGE`, when the process stops, when the session has ended (at once, on every replica; at the
/// next beat if the signal was lost), and when the log cannot be read.
pub(super) async fn stream(
    SessionCaller { ctx, session }: SessionCaller,
    State(state): State<AppState>,
    Path(delegation): Path<DelegationId>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Response {
    let Ok(place) = Arc::clone(&state.streams).try_acquire_owned() else {
        // The rest of the connections is for pages; the browser tries again.
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "15")]).into_response();
    };
    let head = match state.store.delegations(&ctx).delegation(delegation).await {
        Ok(delegation) => delegation.view.seq,
        Err(StoreError::NotFound) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(%error, "a live stream cannot start");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    // No log has a negative number; a browser never sends one.
    let seen = Seq(last.or(resume.since).unwrap_or(0).max(0));
    let reader = state.hub.follow(&state.store, &ctx, delegation, (seen, head));
    let ended = Ended { ended: state.store.signals.ended_sessions(), workspace: ctx.workspace() };
    let events = events(state, (session, ended, place), reader, (seen, resume.once), head);
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies must not buffer the stream.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(events)).into_response()
}

/// The events of the stream. They are read from the log only when the client pulls them.
fn events(
    state: AppState,
    (SessionKey(session), mut ended, place): (SessionKey, Ended, OwnedSemaphorePermit),
    mut reader: FeedReader,
    (mut seen, once): (Seq, bool),
    head: Seq,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    async_stream::stream! {
        let _place = place;
        if seen > head {
            // The client has seen more than the log holds: a backup was restored.
            seen = head;
            yield Ok(reset(head));
        }
        if !once {
            yield Ok(BEAT);
        }
        let every = state.hub.beat();
        let mut beat = interval_at(Instant::now() + every, every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = sleep(MAX_AGE);
        tokio::pin!(end);
        while !once || seen < head {
            tokio::select! {
                biased;
                () = state.shutdown.cancelled() => break,
                () = &mut end => break,
                () = ended.here() => {
                    if !lives(&state, &session).await {
                        break;
                    }
                }
                _ = beat.tick() => {
                    reader.prune();
                    if !lives(&state, &session).await {
                        break;
                    }
                    yield Ok(BEAT);
                }
                next = reader.next(seen) => match next {
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

/// Whether a stream's session still lives. A stream ends too when that cannot be checked; the browser reconnects.
async fn lives(state: &AppState, session: &str) -> bool {
    state.store.session_lives(session).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a live stream ends: its session cannot be checked");
        false
    })
}

/// Sessions that end in the workspace of a stream.
struct Ended {
    ended: broadcast::Receiver<WorkspaceId>,
    workspace: WorkspaceId,
}

impl Ended {
    /// Waits until one has ended, or may have.
    async fn here(&mut self) {
        loop {
            match self.ended.recv().await {
                Ok(workspace) if workspace != self.workspace => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => return std::future::pending().await,
            }
        }
    }
}

fn reset(head: Seq) -> Bytes {
    format!("event: reset\nid: {}\ndata: {{}}\n\n", head.0).into()
}
