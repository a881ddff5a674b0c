//! `/welcome/{token}`: creates the first workspace of a new installation. The server prints the one-time token for it,
//! so that only its operator can use it.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{people::Method, text};
use serde::Deserialize;

use super::{client::Client, pages, session};
use crate::state::AppState;
use store::StoreError;

#[derive(Debug, Deserialize)]
pub(super) struct First {
    token: String,
    workspace: String,
    name: String,
}

pub(super) async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.is_setup_token(&token).await {
        Ok(true) => Html(pages::welcome(&token, None, ("", ""))).into_response(),
        Ok(false) => dead(),
        Err(error) => failed(&error),
    }
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    jar: CookieJar,
    Form(First { token, workspace, name }): Form<First>,
) -> Response {
    let (Ok(workspace), Ok(name)) = (text::name("workspace", &workspace), text::name("name", &name)) else {
        let text = "Both names are needed, each with at most 100 characters.";
        let page = pages::welcome(&token, Some(text), (&workspace, &name));
        return (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response();
    };
    match state.store.set_up(&token, (&workspace, &name), client.arrives(Method::SetUp)).await {
        Ok(token) => (jar.add(session::cookie(&state, token)), Redirect::to("/")).into_response(),
        Err(StoreError::NotFound) => dead(),
        Err(error) => failed(&error),
    }
}

fn dead() -> Response {
    let text = "The set-up token works once, and only the newest one. Start the server again: while there is no workspace, it prints a new one.";
    let page = pages::page("This link does not work any more", text, &[("/sign-in", "Sign in")]);
    (StatusCode::GONE, Html(page)).into_response()
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "the first workspace could not be created");
    let text = "Something went wrong on our side. Open the link again in a minute; nothing was changed.";
    (StatusCode::INTERNAL_SERVER_ERROR, Html(pages::page("That did not work", text, &[]))).into_response()
}
