//! Who is calling: the session cookie, looked up once a request.

use std::sync::Arc;

use app::{EmbeddedIn, MayOnlyLook, ports::Desk};
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

use super::pages;
use crate::{
    services::Caller,
    sources::hash,
    state::AppState,
    store::{Origin, SignedIn, StoreError, WorkspaceCtx},
};

/// The cookie's name; where it is `Secure`, the browser itself guarantees its origin by the prefix.
pub(super) fn cookie_name(state: &AppState) -> &'static str {
    if is_secure(state) { "__Host-sid" } else { "sid" }
}

/// Behind HTTPS, and inside a host on another site, where browsers take no other kind (they trust their own machine
/// without HTTPS).
fn is_secure(state: &AppState) -> bool {
    state.config.is_https() || state.config.embed_cross_site
}

/// The session's cookie, by the form of deployment and never by what a request says: inside a host on another site it
/// is partitioned, so that it is sent in that host's frame and nowhere else.
pub(super) fn cookie(state: &AppState, token: String) -> Cookie<'static> {
    let cross_site = state.config.embed_cross_site;
    let cookie = Cookie::build((cookie_name(state), token))
        .path("/")
        .http_only(true)
        .secure(is_secure(state))
        .same_site(if cross_site { SameSite::None } else { SameSite::Lax });
    if cross_site { cookie.partitioned(true).build() } else { cookie.build() }
}

/// `POST /sign-out`: this browser's session ends.
pub(super) async fn sign_out(
    State(state): State<AppState>,
    ctx: Option<Extension<WorkspaceCtx>>,
    jar: CookieJar,
) -> Response {
    if let Some(Extension(ctx)) = ctx
        && let Some(session) = ctx.session()
        && let Err(error) = state.store.end_session(&ctx, session).await
        && !matches!(error, StoreError::NotFound)
    {
        tracing::error!(%error, "a session could not be ended");
        let text = "You are still signed in: the database cannot be reached. Try again in a moment.";
        return (StatusCode::SERVICE_UNAVAILABLE, Html(pages::page("Not signed out", text, &[])))
            .into_response();
    }
    let gone = Cookie::build((cookie_name(&state), "")).path("/").secure(is_secure(&state));
    (jar.remove(gone), Redirect::to("/sign-in")).into_response()
}

/// Names the session of a request to whatever outlives the request: the hash of its token.
#[derive(Clone, Debug)]
pub struct SessionKey(pub(crate) Arc<str>);

/// Puts the workspace context and the desk into the request when somebody is signed in.
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
                    request.extensions_mut().insert(MayOnlyLook);
                }
                put(&state, &mut request, ctx, cookie.value());
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

/// Puts a caller into the request: who it is, by which token, and what it can ask for.
fn put(state: &AppState, request: &mut Request, ctx: WorkspaceCtx, token: &str) {
    let origin = request.extensions().get::<Arc<Origin>>().cloned().unwrap_or_default();
    let ctx = ctx.from(origin);
    let desk: Desk = Caller::new(state.clone(), ctx.clone()).desk();
    request.extensions_mut().insert(ctx);
    request.extensions_mut().insert(SessionKey(hash(token).into()));
    request.extensions_mut().insert(desk);
}
