//! The browser tab of an approval: our page that names who asks, Microsoft's sign-in and consent, our page that names
//! it again, and a closing page.
//!
//! Only the two POSTs begin and finish anything. A cookie binds the attempt to the browser that pressed the first
//! button: whoever only gets Microsoft's address from somebody else cannot approve for that person's workspace. The
//! browser need not be signed in to the console.

use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::ids::AttemptId;
use serde::Deserialize;

use super::pages;
use crate::{
    services::consent::{self, NextStep},
    state::AppState,
};
use store::{ApprovalRequest, Browser, StoreError, WorkspaceCtx};

type Pairs = Query<Vec<(String, String)>>;

#[derive(Debug, Deserialize)]
pub(super) struct Begin {
    link: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Again {
    attempt: AttemptId,
}

#[derive(Debug, Deserialize)]
pub(super) struct Finish {
    attempt: AttemptId,
    #[serde(default)]
    decline: bool,
}

type Caller = Option<Extension<WorkspaceCtx>>;

/// Whether the person at this browser is the one who asks.
fn is_own(caller: Caller, request: &ApprovalRequest) -> bool {
    caller.is_some_and(|Extension(ctx)| {
        ctx.workspace() == request.workspace_id && ctx.member().is_some() && ctx.member() == request.member
    })
}

/// The page behind a link: who asks, what for, and one button. Opening it changes nothing.
pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    Path(link): Path<String>,
) -> Response {
    match state.store.approval_request(&link).await {
        Ok(request) => {
            let own = is_own(caller, &request);
            Html(pages::approval(&request, &link, own)).into_response()
        }
        Err(StoreError::NotFound) => pages::link_expired(
            "This link does not work any more",
            "It was used already, taken back, or it is too old. Ask the person who sent it for a new one, or press Authorize again in Warmy; nothing was changed.",
        ),
        Err(error) => unreadable(&error),
    }
}

/// Starts the sign-in at Microsoft.
pub(super) async fn begin(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(Begin { link }): Form<Begin>,
) -> Response {
    // A browser keeps its token: a second approval in another tab does not end the first one.
    let mut browser = token_of(&state, &jar);
    if browser.is_empty() {
        browser = state.store.sources.token();
    }
    let next = consent::begin(&state, &link, Browser(&browser)).await;
    (jar.add(cookie(&state, browser)), answer(next)).into_response()
}

/// Starts it again, for another account.
pub(super) async fn again(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(Again { attempt }): Form<Again>,
) -> Response {
    let browser = token_of(&state, &jar);
    answer(consent::begin_again(&state, attempt, Browser(&browser)).await)
}

pub(super) async fn signed_in(
    State(state): State<AppState>,
    jar: CookieJar,
    Query(query): Pairs,
) -> Response {
    let browser = token_of(&state, &jar);
    answer(consent::signed_in(&state, &query, Browser(&browser)).await)
}

pub(super) async fn consented(
    State(state): State<AppState>,
    jar: CookieJar,
    Query(query): Pairs,
) -> Response {
    let browser = token_of(&state, &jar);
    answer(consent::consented(&state, &query, Browser(&browser)).await)
}

/// The page after Microsoft's: who asked and what is about to be connected to what. Opening it changes nothing.
pub(super) async fn confirm(
    State(state): State<AppState>,
    caller: Caller,
    jar: CookieJar,
    Path(attempt): Path<AttemptId>,
) -> Response {
    let browser = token_of(&state, &jar);
    match state.store.approved_request(attempt, Browser(&browser)).await {
        Ok(request) => {
            let own = is_own(caller, &request);
            Html(pages::confirm_approval(&request, attempt, own)).into_response()
        }
        // Finished, perhaps: the result says so.
        Err(StoreError::NotFound) => answer(NextStep::Ended(attempt)),
        Err(error) => unreadable(&error),
    }
}

/// The page with the result, which can be opened again.
pub(super) async fn result(
    State(state): State<AppState>,
    jar: CookieJar,
    Path(attempt): Path<AttemptId>,
) -> Response {
    let browser = token_of(&state, &jar);
    match state.store.attempt_here(attempt, Browser(&browser)).await {
        Ok(view) => Html(pages::approval_result(&view)).into_response(),
        Err(StoreError::NotFound) => answer(NextStep::InvalidLink),
        Err(error) => unreadable(&error),
    }
}

/// Links the approved organisation to the workspace, or declines that.
pub(super) async fn finish(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(Finish { attempt, decline }): Form<Finish>,
) -> Response {
    let browser = token_of(&state, &jar);
    answer(consent::finish(&state, attempt, Browser(&browser), decline).await)
}

/// The token in the browser's cookie, or nothing.
fn token_of(state: &AppState, jar: &CookieJar) -> String {
    jar.get(cookie_name(state)).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

fn cookie_name(state: &AppState) -> &'static str {
    if state.config.is_https() { "__Host-approving" } else { "approving" }
}

/// Lax: Microsoft's page returns by navigation from another site.
fn cookie(state: &AppState, browser: String) -> Cookie<'static> {
    Cookie::build((cookie_name(state), browser))
        .path("/")
        .http_only(true)
        .secure(state.config.is_https())
        .same_site(SameSite::Lax)
        .build()
}

fn unreadable(error: &StoreError) -> Response {
    tracing::error!(%error, "an approval cannot be read");
    pages::internal_error("Open the page again in a minute.")
}

fn answer(next: NextStep) -> Response {
    let (title, text) = match next {
        NextStep::Redirect(url) => return Redirect::to(url.as_str()).into_response(),
        NextStep::Confirm(attempt) => {
            return Redirect::to(&format!("/connect/microsoft/finish/{attempt}")).into_response();
        }
        NextStep::Ended(attempt) => {
            return Redirect::to(&format!("/connect/microsoft/result/{attempt}")).into_response();
        }
        NextStep::InvalidLink => (
            "This link does not work any more",
            "It was used already, it is too old, or the approval was begun in another browser. Open the link that you were sent once more, or go back to the Warmy tab and press Authorize again; nothing was lost.",
        ),
        NextStep::TooLate => (
            "It is finished already",
            "Your answer came after another one from this browser. If the organisation was connected and should not be: an owner of the workspace removes it in Settings, and you withdraw the approval in Microsoft Entra › Enterprise applications › Warmy › Delete.",
        ),
        NextStep::NotStartedHere => (
            "Approval received",
            "It was not started from Warmy, so it linked nothing. Go to Warmy and press Authorize there.",
        ),
        NextStep::Failed => (
            "That did not work",
            "Something went wrong on our side. Go back to the Warmy tab and press Authorize again in a minute.",
        ),
    };
    Html(pages::page(title, text, &[])).into_response()
}
