//! The status of server functions for calls that they cannot read.

use app::api::is_unreadable;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, StatusCode},
    middleware::Next,
    response::Response,
};

/// The header by which `server_fn` marks errors of its own, not of the function.
const ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// The largest such error that is read, in bytes; real ones are shorter.
const LENGTH: usize = 64 * 1_024;

/// Answers 400 to a call that cannot be read. `server_fn` answers 500, which would count as our failure. Refusals of
/// the functions are unchanged, and all other failures stay 500.
pub(super) async fn mark_unreadable(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR || !answer.headers().contains_key(ERROR) {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let Ok(error) = to_bytes(body, LENGTH).await else { return Response::from_parts(head, Body::empty()) };
    if is_unreadable(&error) {
        head.status = StatusCode::BAD_REQUEST;
    }
    Response::from_parts(head, Body::from(error))
}
