//! What the server functions answer to a call that no console of ours sends.

use app::api::is_unreadable;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, StatusCode},
    middleware::Next,
    response::Response,
};

/// `server_fn`'s mark on an answer that is its own error and not the function's.
const ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// Longer than any such error.
const LENGTH: usize = 64 * 1_024;

/// 400 for a call that cannot be read. `server_fn` says 500 then, which would be a failure of ours; a refusal of ours is
/// an answer, and whatever else it could not do stays 500.
pub(super) async fn tell_unreadable(request: Request, next: Next) -> Response {
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
