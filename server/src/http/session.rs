//! Identifies the caller by the session cookie or the API key, once per request.

use std::sync::Arc;

use app::{EmbeddedIn, ReadOnly, ports::Caller};
use axum::{
    Extension,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use axum_extra::{
    TypedHeader,
    headers::{Authorization, authorization::Bearer},
};

use domain::Act;

use super::{admission::SessionKey, pages};
use crate::{services::SignedInCaller, state::AppState};
use store::clock::hash;
use store::{Origin, SignedIn, StoreError, WorkspaceCtx};

/// The cookie's name; for a `Secure` cookie, its prefix makes the browser guarantee the cookie's origin.
pub(super) fn cookie_name(state: &AppState) -> &'static str {
    if is_secure(state) { "__Host-sid" } else { "sid" }
}

/// Whether the cookie is `Secure`: with HTTPS, and inside a host on another site, where browsers accept no other cookie
/// (on their own machine also without HTTPS).
fn is_secure(state: &AppState) -> bool {
    state.config.is_https() || state.config.embed_cross_site
}

/// The session's cookie; its form depends on the configuration and never on a request. Inside a host on another site it
/// is partitioned, so that it is sent only in that host's frame.
pub(super) fn cookie(state: &AppState, token: String) -> Cookie<'static> {
    let cross_site = state.config.embed_cross_site;
    let cookie = Cookie::build((cookie_name(state), token))
        .path("/")
        .http_only(true)
        .secure(is_secure(state))
        .same_site(if cross_site { SameSite::None } else { SameSite::Lax });
    if cross_site { cookie.partitioned(true).build() } else { cookie.build() }
}

/// `POST /sign-out`: ends this browser's session.
pub(super) async fn sign_out(
    State(state): State<AppState>,
    ctx: Option<Extension<WorkspaceCtx>>,
    jar: CookieJar,
) -> Response {
    if let Some(Extension(ctx)) = ctx
        && let Some(session) = ctx.session()
        && let Err(error) = state.store.people(&ctx).end_session(session).await
        && !matches!(error, StoreError::NotFound)
    {
        tracing::error!(%error, "a session could not be ended");
        let text = "You are still signed in: the database cannot be reached. Try again in a moment.";
        return (StatusCode::SERVICE_UNAVAILABLE, Html(pages::page("Not signed out", text, &[])))
            .into_response();
    }
    // With the attributes of the cookie itself: a partitioned one is only removed as partitioned.
    let mut gone = cookie(&state, String::new());
    gone.make_removal();
    (jar.add(gone), Redirect::to("/sign-in")).into_response()
}

/// Puts the workspace context and the caller into a request that is signed in.
pub(super) async fn identify(
    State(state): State<AppState>,
    jar: CookieJar,
    key: Option<TypedHeader<Authorization<Bearer>>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(cookie) = jar.get(cookie_name(&state)) {
        match state.store.session(cookie.value()).await {
            Ok(Some(SignedIn { ctx, embedded })) => {
                if let Some((host, until)) = embedded {
                    request.extensions_mut().insert(EmbeddedIn { host, until });
                }
                if !ctx.role().may(Act::Run) {
                    request.extensions_mut().insert(ReadOnly);
                }
                put(&state, &mut request, ctx, cookie.value());
            }
            Ok(None) => {}
            // An outage of the database signs no user out.
            Err(error) => {
                tracing::error!(%error, "session lookup failed");
                let text =
                    "The console cannot reach its database. Try again in a moment; nothing was changed.";
                let page = Html(pages::page("Not available", text, &[]));
                return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
            }
        }
    }
    if request.extensions().get::<WorkspaceCtx>().is_none()
        && let Some(TypedHeader(Authorization(key))) = key
    {
        match state.store.program(key.token()).await {
            Ok(Some(ctx)) => put(&state, &mut request, ctx, key.token()),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "API key lookup failed");
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        }
    }
    next.run(request).await
}

/// Puts a caller into the request: the context, the hash of its token, and the console's ports.
fn put(state: &AppState, request: &mut Request, ctx: WorkspaceCtx, token: &str) {
    let origin = request.extensions().get::<Arc<Origin>>().cloned().unwrap_or_default();
    let ctx = ctx.from(origin);
    let caller: Caller = SignedInCaller::new(state.clone(), ctx.clone()).caller();
    request.extensions_mut().insert(ctx);
    request.extensions_mut().insert(SessionKey(hash(token).into()));
    request.extensions_mut().insert(caller);
}
