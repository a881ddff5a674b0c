//! The browser tab of the authorisation: our link, Microsoft's sign-in, Microsoft's consent, and a closing page.
//!
//! The browser need not be signed in to the console: the tokens of the attempt identify it.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::consent::AttemptState;

use super::pages;
use crate::{
    services::consent::{self, NextStep},
    state::AppState,
};
use store::StoreError;

/// Cookie with the link, for *Use another account*.
const LINK: &str = "connect_link";

type Pairs = Query<Vec<(String, String)>>;

pub(super) async fn begin(
    State(state): State<AppState>,
    jar: CookieJar,
    Path(link): Path<String>,
) -> Response {
    let next = consent::begin(&state, &link).await;
    let cookie = Cookie::build((LINK, link))
        .path("/connect/microsoft")
        .http_only(true)
        .secure(state.config.is_https())
        .same_site(SameSite::Lax)
        .build();
    (jar.add(cookie), answer(next)).into_response()
}

/// The page behind a link for an administrator: the sender, the permissions, and one button. Opening it changes
/// nothing.
pub(super) async fn invitation(State(state): State<AppState>, Path(link): Path<String>) -> Response {
    let page = match state.store.invitation(&link).await {
        Ok(invitation) => (StatusCode::OK, pages::invitation(&invitation, &link)),
        Err(StoreError::NotFound) => {
            let text = "It was used already, taken back, or it is too old. Ask the person who sent it for a new one; nothing was changed.";
            (StatusCode::GONE, pages::page("This link does not work any more", text, &[]))
        }
        Err(error) => {
            tracing::error!(%error, "an invitation cannot be read");
            let text = "Something went wrong on our side. Open the link again in a minute.";
            (StatusCode::INTERNAL_SERVER_ERROR, pages::page("That did not work", text, &[]))
        }
    };
    (page.0, [(header::CACHE_CONTROL, "no-store")], Html(page.1)).into_response()
}

pub(super) async fn again(State(state): State<AppState>, jar: CookieJar) -> Response {
    match jar.get(LINK) {
        Some(cookie) => answer(consent::begin(&state, cookie.value()).await),
        None => answer(NextStep::InvalidLink),
    }
}

pub(super) async fn signed_in(State(state): State<AppState>, Query(query): Pairs) -> Response {
    answer(consent::signed_in(&state, &query).await)
}

pub(super) async fn consented(State(state): State<AppState>, Query(query): Pairs) -> Response {
    answer(consent::consented(&state, &query).await)
}

fn answer(next: NextStep) -> Response {
    let (title, text, again) = match next {
        NextStep::Redirect(url) => return Redirect::to(url.as_str()).into_response(),
        NextStep::Ended(view) if view.state == AttemptState::Granted && view.invited => {
            ("Approved", "Thank you, that is all. The person who sent you the link sees it already. You can close this page.".to_owned(), false)
        }
        NextStep::Ended(view) if view.state == AttemptState::Granted => {
            ("Approved", "Thank you. Go back to the Warmy tab to continue. You can close this one.".to_owned(), false)
        }
        NextStep::Ended(view) => {
            let help = view.reason.map(domain::Reason::help);
            let title = view.reason.map_or("Not approved", domain::Reason::title);
            let who = view.signed_in_as.map(|name| format!("Signed in as {name}. ")).unwrap_or_default();
            (title, format!("{who}{} Nothing was changed.", help.map_or("", |h| h.meaning)), true)
        }
        NextStep::InvalidLink => (
            "This link does not work any more",
            "It was used already, or it is too old. Go back to the Warmy tab and press Authorize again; nothing was lost.".to_owned(),
            false,
        ),
        NextStep::NotStartedHere => (
            "Approval received",
            "It was not started from Warmy, so it linked nothing. Go to Warmy and press Authorize there.".to_owned(),
            false,
        ),
        NextStep::Failed => (
            "That did not work",
            "Something went wrong on our side. Go back to the Warmy tab and press Authorize again in a minute.".to_owned(),
            false,
        ),
    };
    let links: &[(&str, &str)] =
        if again { &[("/connect/microsoft/again", "Use another account")] } else { &[] };
    Html(pages::page(title, &text, links)).into_response()
}
