//! How often somebody may ask: by session where there is one, by network address where there is none.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{SessionKey, pages};
use crate::{state::AppState, store::Origin};

/// The largest body of a request: a thousand row numbers, or a pasted list of addresses.
pub(super) const BODY: usize = 2 * 1_024 * 1_024;

type Limiter = DefaultKeyedRateLimiter<String>;

/// The buckets of one process.
#[derive(Debug)]
pub struct Limits {
    ways_in: Limiter,
    launches: Limiter,
    changes: Limiter,
    streams: Limiter,
}

/// How many a minute, and as many at once.
fn a_minute(times: u32) -> Limiter {
    let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_minute(times))
}

impl Limits {
    /// `factor` makes every bucket so many times as large: for tests and for hosts behind one address.
    #[must_use]
    pub fn new(factor: u16) -> Self {
        let factor = u32::from(factor.max(1));
        Self {
            ways_in: a_minute(20 * factor),
            launches: a_minute(60 * factor),
            changes: a_minute(600 * factor),
            streams: a_minute(30 * factor),
        }
    }

    /// The bucket of a request and whom it counts for.
    fn bucket(&self, request: &Request) -> Option<(&Limiter, String)> {
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
            "/embed/session" => Some((&self.launches, address())),
            _ if path.starts_with("/enter")
                || path.starts_with("/sign-in")
                || path.starts_with("/welcome")
                || path.starts_with("/join") =>
            {
                Some((&self.ways_in, address()))
            }
            _ if path.starts_with("/live/") => Some((&self.streams, caller())),
            _ if is_change && !path.starts_with("/host/") => Some((&self.changes, caller())),
            _ => None,
        }
    }
}

/// Refuses what comes too often, and says when to come again.
pub(super) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if let Some((limiter, whom)) = state.limits.bucket(&request)
        && let Err(early) = limiter.check_key(&whom)
    {
        // Those who have long been quiet take no memory.
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
