//! Who is calling: the session cookie, looked up once a request.

use app::ports::Desk;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{services::Caller, state::AppState};

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
                request.extensions_mut().insert(desk);
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "session lookup failed"),
        }
    }
    next.run(request).await
}
