//! `/sign-in`: sign-in at Microsoft, with the authorization code flow and PKCE. The account is looked up by tenant and
//! object id, never by its address.

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::{ids::SessionId, people::Method, text::clean};
use microsoft::{Authority, Class, SignInAnswer, SignedIn as Person, read_sign_in_answer};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::{client::Client, pages, return_to, session};
use crate::{redirects, state::AppState};
use store::clock::hash;
use store::{Account, Browser, Membership, SignInSecrets, StoreError, WorkspaceCtx};

/// The cookie that binds a sign-in to the browser that started it.
const BROWSER: &str = "signing-in";

#[derive(Debug, Default, Deserialize)]
pub(super) struct Begin {
    /// The token of an invitation that this sign-in accepts.
    invitation: Option<String>,
    /// Whether to attach the account to the signed-in member, for later sign-ins.
    #[serde(default)]
    attach: bool,
    /// The page to return to afterwards: path and query.
    to: Option<String>,
}

pub(super) async fn page() -> Html<String> {
    Html(pages::sign_in())
}

/// Starts a sign-in and redirects to Microsoft.
pub(super) async fn begin(
    State(state): State<AppState>,
    caller: Option<Extension<WorkspaceCtx>>,
    jar: CookieJar,
    Form(begin): Form<Begin>,
) -> Response {
    let me = caller.and_then(|Extension(ctx)| Some((ctx.workspace(), ctx.member()?)));
    if begin.attach && me.is_none() {
        return stale();
    }
    let Some(redirect) = redirects::url(&state.config, redirects::SIGN_IN_BACK) else {
        return unreachable_microsoft();
    };
    let start = state.microsoft.start_sign_in(Authority::Organizations, &redirect, None);
    let browser = state.store.sources.token();
    let secrets = SignInSecrets {
        nonce: start.nonce.clone().into(),
        pkce_verifier: start.pkce_verifier.clone().into(),
        invitation: begin.invitation.as_deref().map(hash),
        attach: me.filter(|_| begin.attach),
    };
    match state.store.store_attempt(&start.state, Browser(&browser), &secrets).await {
        Ok(()) => {
            // Lax: Microsoft's page returns by navigation from another site.
            let cookie = Cookie::build((BROWSER, browser))
                .path("/sign-in")
                .http_only(true)
                .secure(state.config.is_https())
                .same_site(SameSite::Lax)
                .build();
            let jar = return_to::remember(&state, jar.add(cookie), begin.to.as_deref());
            (jar, Redirect::to(start.url.as_str())).into_response()
        }
        Err(error) => failed(&error),
    }
}

/// Handles the return from Microsoft.
pub(super) async fn back(
    State(state): State<AppState>,
    client: Client,
    caller: Option<Extension<WorkspaceCtx>>,
    jar: CookieJar,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let browser = jar.get(BROWSER).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let jar = jar.remove(Cookie::build(BROWSER).path("/sign-in"));
    let answer = match read_sign_in_answer(&query) {
        Ok(SignInAnswer::Code { code, state: Some(token) }) => {
            let caller = caller.map(|Extension(ctx)| ctx);
            finish(&state, (&client, caller), (&code, &token), &browser).await
        }
        Ok(SignInAnswer::Refused { state: Some(token), .. }) => {
            // The attempt is used up in this case too.
            _ = state.store.take_attempt(&token, Browser(&browser)).await;
            Err(refused(
                StatusCode::OK,
                "Not signed in",
                "Microsoft did not sign you in. Nothing was changed.",
            ))
        }
        Ok(_) | Err(_) => Err(stale()),
    };
    match answer {
        Ok(Entry::Session(token)) => {
            let (jar, page) = return_to::take(jar);
            (jar.add(session::cookie(&state, token)), Redirect::to(&page)).into_response()
        }
        Ok(Entry::Attached) => (jar, Redirect::to("/settings")).into_response(),
        Ok(Entry::Choice(page)) => (jar, Html(page)).into_response(),
        Err(refusal) => (jar, refusal).into_response(),
    }
}

/// A successful sign-in.
enum Entry {
    Session(String),
    /// A page to choose one of several workspaces.
    Choice(String),
    /// The account was attached to the signed-in member.
    Attached,
}

async fn finish(
    state: &AppState,
    (client, caller): (&Client, Option<WorkspaceCtx>),
    (code, token): (&str, &str),
    browser: &str,
) -> Result<Entry, Response> {
    let secrets = match state.store.take_attempt(token, Browser(browser)).await {
        Ok(secrets) => secrets,
        Err(StoreError::NotFound) => return Err(stale()),
        Err(error) => return Err(failed(&error)),
    };
    let redirect =
        redirects::url(&state.config, redirects::SIGN_IN_BACK).ok_or_else(unreachable_microsoft)?;
    let mut person = state
        .microsoft
        .finish_sign_in(
            code,
            secrets.pkce_verifier.expose_secret(),
            secrets.nonce.expose_secret(),
            &redirect,
            &Authority::Organizations,
        )
        .await
        .map_err(|failure| {
            tracing::warn!(%failure, "sign-in could not be finished");
            if failure.class == Class::Unknown { stale() } else { unreachable_microsoft() }
        })?;
    // Names come from a directory.
    for text in [&mut person.name, &mut person.username] {
        *text = clean(text).into_owned();
    }
    match (secrets.attach, caller) {
        (None, caller) => {
            let instead_of = caller.and_then(|ctx| ctx.session());
            enter(state, (client, instead_of), &secrets, &person).await
        }
        // The same member as at the start, in the same browser: no account is attached that the member did not request.
        (Some(me), Some(ctx)) if Some(me.1) == ctx.member() && me.0 == ctx.workspace() => {
            attach(state, &ctx, &person).await
        }
        (Some(_), _) => Err(stale()),
    }
}

async fn attach(state: &AppState, ctx: &WorkspaceCtx, person: &Person) -> Result<Entry, Response> {
    match state.store.people(ctx).attach_account(account(person)).await {
        Ok(()) => Ok(Entry::Attached),
        Err(StoreError::Forbidden) => Err(refused(
            StatusCode::CONFLICT,
            "That account is taken",
            "It belongs to another member of the workspace, or you have an account already. Nothing was changed.",
        )),
        Err(error) => Err(failed(&error)),
    }
}

fn account(person: &Person) -> Account<'_> {
    let name = if person.name.is_empty() { &person.username } else { &person.name };
    Account { tid: person.tid.as_str(), oid: &person.oid, name }
}

async fn enter(
    state: &AppState,
    (client, instead_of): (&Client, Option<SessionId>),
    secrets: &SignInSecrets,
    person: &Person,
) -> Result<Entry, Response> {
    let account = account(person);
    let name = account.name;
    let arrival = client.arrives(Method::Microsoft);
    if let Some(invitation) = &secrets.invitation {
        return match state.store.accept_invitation(invitation, account, arrival).await {
            Ok(token) => Ok(Entry::Session(token)),
            Err(StoreError::NotFound) => Err(refused(
                StatusCode::GONE,
                "This invitation does not work any more",
                "It was used already, taken back, or is too old. Ask for a new one.",
            )),
            Err(StoreError::LastOwner) => Err(refused(
                StatusCode::CONFLICT,
                "You are the only owner",
                "This invitation would take that role from you, and the workspace would have no owner. Make another member an owner first; the invitation still works. Nothing was changed.",
            )),
            Err(error) => Err(failed(&error)),
        };
    }
    let memberships = state.store.memberships(account).await.map_err(|error| failed(&error))?;
    match memberships.as_slice() {
        [] => Err(refused(
            StatusCode::FORBIDDEN,
            "No workspace",
            &format!(
                "{name} is signed in at Microsoft and belongs to no workspace here. Ask an owner of the workspace for an invitation."
            ),
        )),
        [only] => {
            let token = state.store.sign_in(only, arrival).await.map_err(|error| failed(&error))?;
            Ok(Entry::Session(token))
        }
        several => Ok(Entry::Choice(choice(state, several, instead_of).await?)),
    }
}

/// The page with a one-time link for each workspace.
async fn choice(
    state: &AppState,
    several: &[Membership],
    instead_of: Option<SessionId>,
) -> Result<String, Response> {
    let mut choices = Vec::new();
    for membership in several {
        let link = state.store.create_enter_link(membership.workspace, membership.member).await;
        choices.push((membership.workspace_name.as_str(), link.map_err(|error| failed(&error))?));
    }
    Ok(pages::choose(&choices, instead_of))
}

fn refused(status: StatusCode, title: &str, text: &str) -> Response {
    (status, Html(pages::page(title, text, &[("/sign-in", "Sign in again")]))).into_response()
}

fn stale() -> Response {
    let text = "This sign-in was finished already, took too long, or was started in another browser.";
    refused(StatusCode::GONE, "Sign in again", text)
}

fn unreachable_microsoft() -> Response {
    let text = "Microsoft could not be reached just now. Try again in a minute; nothing was changed.";
    refused(StatusCode::BAD_GATEWAY, "That did not work", text)
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "a sign-in could not be recorded");
    let text = "Something went wrong on our side. Try again in a minute; nothing was changed.";
    refused(StatusCode::INTERNAL_SERVER_ERROR, "That did not work", text)
}
