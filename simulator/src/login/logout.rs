//! Signing out.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;

use super::reply_address;
use crate::state::Simulator;
use crate::web::html;
use crate::web::redirect::found;

/// The query of `/logout`.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    post_logout_redirect_uri: Option<String>,
}

/// `GET /{tenant}/oauth2/v2.0/logout`
pub(crate) async fn sign_out(
    State(simulator): State<Simulator>,
    Query(request): Query<Request>,
    headers: HeaderMap,
) -> Response {
    simulator.sessions.close(&headers);
    let requested = request.post_logout_redirect_uri.as_deref();
    match requested.map(|uri| reply_address::check(&simulator, Some(uri))) {
        Some(Ok(reply)) => found(&reply),
        _ => Html(html::page("Signed out", "<h1>You signed out of your account</h1>")).into_response(),
    }
}
