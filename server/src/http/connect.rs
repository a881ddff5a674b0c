//! The browser tab of an approval: our page that names who asks, Microsoft's sign-in and consent, our page that names
//! it again, and a closing page.
//!
//! Only the two POSTs begin and finish anything. A cookie binds the attempt to the browser that pressed the first
//! button: whoever only gets Microsoft's address from somebody else cannot approve for that person's workspace. The
//! browser need not be signed in to the console.

use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::{StatusCode, header},
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
            uncached(StatusCode::OK, pages::approval(&request, &link, own))
        }
        Err(error) => unreadable(
            &error,
            "It was used already, taken back, or it is too old. Ask the person who sent it for a new one, or press Authorize again in Warmy; nothing was changed.",
        ),
    }
}

/// Starts the sign-in at Microsoft.
pub(super) async fn begin(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(Begin { link }): Form<Begin>,
) -> Response {
    let browser = Cookies::of(&state, &jar).or_new(&state);
    let next = consent::begin(&state, &link, Browser(&browser)).await;
    (jar.add(cookie(&state, browser.clone())), answer(next)).into_response()
}

/// Starts it again, for another account.
pub(super) async fn again(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(Again { attempt }): Form<Again>,
) -> Response {
    let browser = Cookies::of(&state, &jar).0;
    answer(consent::begin_again(&state, attempt, Browser(&browser)).await)
}

pub(super) async fn signed_in(
    State(state): State<AppState>,
    jar: CookieJar,
    Query(query): Pairs,
) -> Response {
    let browser = Cookies::of(&state, &jar).0;
    answer(consent::signed_in(&state, &query, Browser(&browser)).await)
}

pub(super) async fn consented(
    State(state): State<AppState>,
    jar: CookieJar,
    Query(query): Pairs,
) -> Response {
    let browser = Cookies::of(&state, &jar).0;
    answer(consent::consented(&state, &query, Browser(&browser)).await)
}

/// The page after Microsoft's: who asked and what is about to be connected to what. Opening it changes nothing.
pub(super) async fn confirm(
    State(state): State<AppState>,
    caller: Caller,
    jar: CookieJar,
    Path(attempt): Path<AttemptId>,
) -> Response {
    let browser = Cookies::of(&state, &jar).0;
    match state.store.approved_request(attempt, Browser(&browser)).await {
        Ok(request) => {
            let own = is_own(caller, &request);
            uncached(StatusCode::OK, pages::confirm_approval(&request, attempt, own))
        }
        // Finished, perhaps: the result says so.
        Err(StoreError::NotFound) => answer(NextStep::Ended(attempt)),
        Err(error) => unreadable(&error, ""),
    }
}

/// The page with the result, which can be opened again.
pub(super) async fn result(
    State(state): State<AppState>,
    jar: CookieJar,
    Path(attempt): Path<AttemptId>,
) -> Response {
    let browser = Cookies::of(&state, &jar).0;
    match state.store.attempt_here(attempt, Browser(&browser)).await {
        Ok(view) => uncached(StatusCode::OK, pages::approval_result(&view)),
        Err(StoreError::NotFound) => answer(NextStep::InvalidLink),
        Err(error) => unreadable(&error, ""),
    }
}

/// Links the approved organisation to the workspace, or declines that.
pub(super) async fn finish(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(Finish { attempt, decline }): Form<Finish>,
) -> Response {
    let browser = Cookies::of(&state, &jar).0;
    answer(consent::finish(&state, attempt, Browser(&browser), decline).await)
}

/// The token of the browser, or nothing.
struct Cookies(String);

impl Cookies {
    fn of(state: &AppState, jar: &CookieJar) -> Self {
        Self(jar.get(cookie_name(state)).map(|cookie| cookie.value().to_owned()).unwrap_or_default())
    }

    /// A browser keeps its token: a second approval in another tab does not end the first one.
    fn or_new(self, state: &AppState) -> String {
        if self.0.is_empty() { state.store.sources.token() } else { self.0 }
    }
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

fn uncached(status: StatusCode, page: String) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Html(page)).into_response()
}

fn unreadable(error: &StoreError, text: &str) -> Response {
    if matches!(error, StoreError::NotFound) {
        return uncached(StatusCode::GONE, pages::page("This link does not work any more", text, &[]));
    }
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
            "It was used already, it is too old, or the approval was begun in another browser. Open the link that you were sent once more, or go back to the Warmy tab and press Authorize again; nothing was lost.".to_owned(),
        ),
        NextStep::TooLate => (
            "It is finished already",
            "Your answer came after another one from this browser. If the organisation was connected and should not be: an owner of the workspace removes it in Settings, and you withdraw the approval in Microsoft Entra › Enterprise applications › Warmy › Delete.".to_owned(),
        ),
        NextStep::NotStartedHere => (
            "Approval received",
            "It was not started from Warmy, so it linked nothing. Go to Warmy and press Authorize there.".to_owned(),
        ),
        NextStep::Failed => (
            "That did not work",
            "Something went wrong on our side. Go back to the Warmy tab and press Authorize again in a minute.".to_owned(),
        ),
    };
    Html(pages::page(title, &text, &[])).into_response()
}
