//! Rate limits: by session if there is one, otherwise by network address.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};

use super::{admission::SessionKey, pages};
use crate::{
    rate_limits::{Limiter, RateLimits},
    state::AppState,
};
use store::Origin;

/// The largest request body, in bytes: a thousand row numbers, or a pasted list of addresses.
pub(super) const BODY: usize = 2 * 1_024 * 1_024;

/// The bucket of a request and the key that it counts for.
fn bucket<'l>(limits: &'l RateLimits, request: &Request) -> Option<(&'l Limiter, String)> {
    let path = request.uri().path();
    let address = || {
        let origin = request.extensions().get::<Arc<Origin>>();
        origin.map(|origin| origin.address.clone()).unwrap_or_default()
    };
    let caller = || {
        let session = request.extensions().get::<SessionKey>();
        session.map_or_else(address, |SessionKey(session)| session.to_string())
    };
    let is_change = request.method() != Method::GET && request.method() != Method::HEAD;
    match path {
        "/embed/session" => Some((&limits.launches, address())),
        _ if path.starts_with("/enter")
            || path.starts_with("/sign-in")
            || path.starts_with("/welcome")
            || path.starts_with("/join") =>
        {
            Some((&limits.sign_ins, address()))
        }
        _ if path.starts_with("/live/") => Some((&limits.streams, caller())),
        _ if is_change && !path.starts_with("/host/") => Some((&limits.changes, caller())),
        _ => None,
    }
}

/// Refuses a request above the limit, with the time until the next one is accepted.
pub(super) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if let Some((limiter, key)) = bucket(&state.limits, &request)
        && let Err(early) = limiter.check_key(&key)
    {
        // Frees the memory of keys without recent requests.
        limiter.retain_recent();
        let wait = early.wait_time_from(governor::clock::Clock::now(limiter.clock()));
        return too_often(wait);
    }
    next.run(request).await
}

fn too_often(wait: Duration) -> Response {
    let seconds = (wait.as_secs() + 1).to_string();
    let text = format!("That was too often in a short time. Try again in {seconds} s; nothing was changed.");
    let page = Html(pages::page("Too many requests", &text, &[]));
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)], page).into_response()
}
