//! Rate limits: by session if there is one, otherwise by network.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};

use super::{admission::SessionKey, pages};
use crate::{
    rate_limits::{Bucket, RateLimits, network_of},
    state::AppState,
};
use store::Origin;

/// The largest request body, in bytes: a thousand row numbers, or a pasted list of addresses.
pub(super) const BODY: usize = 2 * 1_024 * 1_024;
/// The wait that is named when another process has counted.
const MINUTE: Duration = Duration::from_secs(60);

/// Receives the whole body of a request before it is looked up who sends it: otherwise a request that is sent slowly
/// would keep the rights of a session that ends meanwhile.
pub(super) async fn receive(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match to_bytes(body, BODY).await {
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

/// The bucket of a request and the key that it counts for.
fn bucket<'l>(limits: &'l RateLimits, request: &Request) -> Option<(&'l Bucket, String)> {
    let path = request.uri().path();
    let network = || network(request);
    let caller = || {
        let session = request.extensions().get::<SessionKey>();
        session.map_or_else(network, |SessionKey(session)| session.to_string())
    };
    let is_change = request.method() != Method::GET && request.method() != Method::HEAD;
    match path {
        "/embed/session" => Some((&limits.launches, network())),
        _ if path.starts_with("/enter")
            || path.starts_with("/sign-in")
            || path.starts_with("/welcome")
            || path.starts_with("/join") =>
        {
            Some((&limits.sign_ins, network()))
        }
        _ if path.starts_with("/live/") => Some((&limits.streams, caller())),
        _ if path.ends_with(".csv") || path.ends_with("/print") => Some((&limits.downloads, caller())),
        _ if is_change && !path.starts_with("/host/") => Some((&limits.changes, caller())),
        _ => None,
    }
}

fn network(request: &Request) -> String {
    let origin = request.extensions().get::<Arc<Origin>>();
    origin.map(|origin| network_of(&origin.address)).unwrap_or_default()
}

/// Refuses a request above the limit, with the time until the next one is accepted.
pub(super) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if let Some((bucket, key)) = bucket(&state.limits, &request)
        && let Err(wait) = count(&state, bucket, &key).await
    {
        return too_often(wait);
    }
    if request.uri().path().starts_with("/host/") {
        return guard_the_host_key(&state, request, next).await;
    }
    next.run(request).await
}

/// A network that has sent too many wrong keys is not answered for a while, also with the right one: otherwise the limit
/// would not slow a guess.
async fn guard_the_host_key(state: &AppState, request: Request, next: Next) -> Response {
    let (bucket, network) = (&state.limits.wrong_keys, network(&request));
    let shared = bucket.shared.filter(|_| state.store.db.is_postgres());
    let counted = match shared {
        Some(name) => state.store.requests_counted(name, &network).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a rate limit cannot be read");
            0
        }),
        None => 0,
    };
    if counted >= bucket.a_minute || state.limits.is_barred(&network) {
        return too_often(MINUTE);
    }
    let answer = next.run(request).await;
    if answer.status() == StatusCode::UNAUTHORIZED && count(state, bucket, &network).await.is_err() {
        state.limits.bar(&network);
    }
    answer
}

/// Counts a request. The error is the time to wait.
async fn count(state: &AppState, bucket: &Bucket, key: &str) -> Result<(), Duration> {
    if let Err(early) = bucket.limiter.check_key(&key.to_owned()) {
        // Frees the memory of keys without recent requests.
        bucket.limiter.retain_recent();
        return Err(early.wait_time_from(governor::clock::Clock::now(bucket.limiter.clock())));
    }
    let Some(name) = bucket.shared.filter(|_| state.store.db.is_postgres()) else { return Ok(()) };
    match state.store.count_request(name, key).await {
        Ok(counted) if counted > bucket.a_minute => Err(MINUTE),
        Ok(_) => Ok(()),
        Err(error) => {
            // The limit of this process holds.
            tracing::warn!(%error, "a request cannot be counted");
            Ok(())
        }
    }
}

fn too_often(wait: Duration) -> Response {
    let seconds = (wait.as_secs() + 1).to_string();
    let text = format!("Too many requests in a short time. Try again in {seconds} s; nothing was changed.");
    let page = Html(pages::page("Too many requests", &text, &[]));
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)], page).into_response()
}
