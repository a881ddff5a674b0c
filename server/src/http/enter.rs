//! One-time links: the page names whom they sign in, and has a button to press, so that a mail scanner does not use the
//! link up and nobody works in a workspace that they did not choose.

use axum::{
    Extension, Form,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{ids::SessionId, people::Method};
use serde::Deserialize;

use super::{client::Client, pages, return_to, session};
use crate::state::AppState;
use store::{EnterRequest, StoreError, WorkspaceCtx};

#[derive(Debug, Deserialize)]
pub(super) struct Entering {
    token: String,
    /// The session that the page has announced to end.
    instead_of: Option<SessionId>,
}

type Caller = Option<Extension<WorkspaceCtx>>;

pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    Path(token): Path<String>,
) -> Response {
    match state.store.enter_request(&token).await {
        Ok(request) => {
            let instead_of = caller.and_then(|Extension(ctx)| replaced(ctx, &request));
            Html(pages::enter(&request, &token, instead_of.as_ref())).into_response()
        }
        Err(error) => refusal(&error),
    }
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    caller: Caller,
    jar: CookieJar,
    Form(Entering { token, instead_of }): Form<Entering>,
) -> Response {
    let request = match state.store.enter_request(&token).await {
        Ok(request) => request,
        Err(error) => return refusal(&error),
    };
    if let Some(ctx) = caller.and_then(|Extension(ctx)| replaced(ctx, &request))
        && ctx.session() != instead_of
    {
        // Signed in as somebody else since the page was opened: said before it ends.
        return (StatusCode::CONFLICT, Html(pages::enter(&request, &token, Some(&ctx)))).into_response();
    }
    match state.store.enter(&token, client.arrives(Method::Link)).await {
        Ok(token) => {
            let (jar, page) = return_to::take(jar);
            (jar.add(session::cookie(&state, token)), Redirect::to(&page)).into_response()
        }
        Err(error) => refusal(&error),
    }
}

/// The caller whose session ends when the link is used, unless it signs in the same member.
fn replaced(ctx: WorkspaceCtx, request: &EnterRequest) -> Option<WorkspaceCtx> {
    let same = ctx.workspace() == request.workspace && ctx.member() == Some(request.member);
    (ctx.session().is_some() && !same).then_some(ctx)
}

fn refusal(error: &StoreError) -> Response {
    if matches!(error, StoreError::NotFound) {
        let text = "It works once, and only for a short time. Ask whoever gave it to you for a new one. If you have used it yourself, the console is open to you.";
        let links = [("/", "Go to the console")];
        let page = pages::page("This link does not work any more", text, &links);
        return (StatusCode::GONE, Html(page)).into_response();
    }
    tracing::error!(%error, "one-time link failed");
    pages::internal_error("Try the link again in a minute.")
}
