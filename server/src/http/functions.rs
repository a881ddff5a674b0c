//! Server functions: the calls that they accept, and their status for those that they cannot read.

use app::api::is_unreadable;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The header by which `server_fn` marks errors of its own, not of the function.
const ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// The largest such error that is read, in bytes; real ones are shorter.
const LENGTH: usize = 64 * 1_024;

/// The beginning of their addresses.
const PREFIX: &str = "/api/";

/// Accepts calls as our own page sends them: in JSON. A form or a plain text can be sent by any page without asking the
/// browser for permission.
pub(super) async fn accept_json(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_json = kind
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if is_json || !request.uri().path().starts_with(PREFIX) {
        return next.run(request).await;
    }
    StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response()
}

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
