//! Admission: extractors that refuse a request before its handler runs, and routes that require them.
//!
//! [`Route::host`] and [`Route::session`] take a handler only when its first parameter is [`HostKey`] or
//! [`SessionCaller`]: a handler that does not check its caller does not compile into the router.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    handler::Handler,
    http::{StatusCode, request::Parts},
    routing::{MethodFilter, MethodRouter, on},
};
use axum_extra::{
    TypedHeader,
    headers::{Authorization, authorization::Bearer},
};
use store::WorkspaceCtx;

use crate::state::AppState;

/// Proof that the host's key was sent. 404 when no key is configured, 401 for another or none.
#[derive(Clone, Copy, Debug)]
pub struct HostKey(());

impl FromRequestParts<AppState> for HostKey {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {
        if !state.config.has_host() {
            return Err(StatusCode::NOT_FOUND);
        }
        let sent = TypedHeader::<Authorization<Bearer>>::from_request_parts(parts, state).await;
        let TypedHeader(Authorization(sent)) = sent.map_err(|_| StatusCode::UNAUTHORIZED)?;
        match state.config.host_keys().find(|key| key.is(sent.token())) {
            Some(key) => {
                tracing::info!(key = key.name, method = %parts.method, "a request of the host");
                Ok(Self(()))
            }
            None => {
                tracing::warn!("a request with a wrong key of the host was refused");
                Err(StatusCode::UNAUTHORIZED)
            }
        }
    }
}

/// The hash of the token by which a request is signed in: names the session to what outlives the request.
#[derive(Clone, Debug)]
pub struct SessionKey(pub(super) Arc<str>);

/// The caller of a request that is signed in, by a session or an API key. 401 for others.
#[derive(Clone, Debug)]
pub struct SessionCaller {
    pub(super) ctx: WorkspaceCtx,
    pub(super) session: SessionKey,
}

impl FromRequestParts<AppState> for SessionCaller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, StatusCode> {
        let (ctx, session) = (parts.extensions.get::<WorkspaceCtx>(), parts.extensions.get::<SessionKey>());
        match (ctx, session) {
            (Some(ctx), Some(session)) => Ok(Self { ctx: ctx.clone(), session: session.clone() }),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

/// The callers that a route answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Every request; no session is looked up. The answer is the same for all and needs no database.
    Plain,
    /// Every request; the answer says nothing about a workspace and changes nothing.
    Open,
    /// The holder of a token that is valid for this one purpose.
    Token,
    /// Callers that are signed in, for their workspace.
    Session,
    /// The host's back end, by its key.
    Host,
}

/// A route beside the console's pages and server functions.
#[derive(Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub guard: Guard,
    pub(super) handler: MethodRouter<AppState>,
}

impl Route {
    /// A route of [`Guard::Plain`], [`Guard::Open`] or [`Guard::Token`].
    pub(super) fn without_caller<H, T>(
        (method, path): (&'static str, &'static str),
        guard: Guard,
        handler: H,
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        debug_assert!(!matches!(guard, Guard::Session | Guard::Host), "{path}: use its own constructor");
        let mut handler = on(filter(method), handler);
        if (method, guard) == ("GET", Guard::Token) {
            // A mail scanner that asks for the head of an address must not use up what it holds.
            handler = handler.head(async || StatusCode::OK);
        }
        Self { method, path, guard, handler }
    }

    /// A route for callers that are signed in.
    pub(super) fn session<H, T>((method, path): (&'static str, &'static str), handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: BeginsWith<SessionCaller> + 'static,
    {
        Self { method, path, guard: Guard::Session, handler: on(filter(method), handler) }
    }

    /// A route for the host's back end.
    pub(super) fn host<H, T>((method, path): (&'static str, &'static str), handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: BeginsWith<HostKey> + 'static,
    {
        Self { method, path, guard: Guard::Host, handler: on(filter(method), handler) }
    }
}

fn filter(method: &str) -> MethodFilter {
    match method {
        "GET" => MethodFilter::GET,
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "DELETE" => MethodFilter::DELETE,
        other => unreachable!("no route uses {other}"),
    }
}

/// Parameter lists of handlers whose first parameter is `A`. The first element of axum's list is its own marker.
pub trait BeginsWith<A> {}

macro_rules! begins_with {
    ($($parameter:ident)*) => {
        impl<Marker, A, $($parameter),*> BeginsWith<A> for (Marker, A, $($parameter,)*) {}
    };
}

begins_with!();
begins_with!(B);
begins_with!(B C);
begins_with!(B C D);
begins_with!(B C D E);
