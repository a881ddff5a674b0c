//! Who is calling: the session cookie, looked up once a request.

use std::sync::Arc;

use app::ports::Desk;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use super::pages;
use crate::{services::Caller, sources::hash, state::AppState};

/// The cookie's name; behind HTTPS the browser itself guarantees its origin by the prefix.
pub(super) fn cookie_name(state: &AppState) -> &'static str {
    if state.config.is_https() { "__Host-sid" } else { "sid" }
}

pub(super) fn cookie(state: &AppState, token: String) -> Cookie<'static> {
    Cookie::build((cookie_name(state), token))
        .path("/")
        .http_only(true)
        .secure(state.config.is_https())
        .same_site(SameSite::Lax)
        .build()
}

/// Names the session of a request to whatever outlives the request: the hash of its token.
#[derive(Clone, Debug)]
pub struct SessionKey(pub(crate) Arc<str>);

/// Puts the workspace context and the desk into the request when somebody is signed in.
pub(super) async fn identify(
    State(state): State<AppState>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(cookie) = jar.get(cookie_name(&state)) {
        match state.store.session(cookie.value()).await {
            Ok(Some(ctx)) => {
                let desk: Desk = Caller::new(state.clone(), ctx.clone()).desk();
                request.extensions_mut().insert(ctx);
                request.extensions_mut().insert(SessionKey(hash(cookie.value()).into()));
                request.extensions_mut().insert(desk);
            }
            Ok(None) => {}
            // Nobody is signed out because the database is away for a moment.
            Err(error) => {
                tracing::error!(%error, "session lookup failed");
                let text =
                    "The console cannot reach its database. Try again in a moment; nothing was changed.";
                let page = Html(pages::page("Not available", text, &[]));
                return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
            }
        }
    }
    next.run(request).await
}
