//! One-time links: the page has a button to press, so that a mail scanner does not use the link up.

use axum::{
    Form,
    extract::{Path, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::people::Method;
use serde::Deserialize;

use super::{client::Client, pages, session};
use crate::state::AppState;
use store::StoreError;

#[derive(Debug, Deserialize)]
pub(super) struct Token {
    token: String,
}

pub(super) async fn page(Path(token): Path<String>) -> Html<String> {
    Html(pages::enter(&token))
}

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    jar: CookieJar,
    Form(form): Form<Token>,
) -> Response {
    match state.store.enter(&form.token, client.arrives(Method::Link)).await {
        Ok(token) => (jar.add(session::cookie(&state, token)), Redirect::to("/")).into_response(),
        Err(StoreError::NotFound) => {
            let text =
                "This link was used already or is too old. Ask for a new one; with the demo, start it again.";
            pages::link_expired("This link does not work any more", text)
        }
        Err(error) => {
            tracing::error!(%error, "one-time link failed");
            pages::internal_error("Try the link again in a minute.")
        }
    }
}
