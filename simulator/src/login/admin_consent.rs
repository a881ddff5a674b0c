//! Admin consent for a whole tenant.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent>. The pitfalls of Microsoft's service
//! are simulated: `admin_consent=True` on errors too, no `tenant` on errors, listed scopes that grant nothing, and an
//! error page without a redirect for users who may not consent.

mod request;

use std::sync::Arc;

use axum::Form;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;

use self::request::{CheckedRequest, Request, checked};
use super::error::{ErrorContext, StsError};
use super::reply_address::with_query;
use super::scopes::Scope;
use super::sign_in::{self, Person, Refused};
use super::tenant_ref::TenantRef;
use super::{consent_page, picker};
use crate::state::Simulator;
use crate::web::base::Base;
use crate::web::redirect::found;

/// The form of the pages: an account, or a decision.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    account: Option<String>,
    decision: Option<String>,
    /// "Use another account".
    again: Option<String>,
}

/// `GET /{tenant}/v2.0/adminconsent`
pub(crate) async fn show_v2(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    Query(request): Query<Request>,
    headers: HeaderMap,
    base: Base,
) -> Response {
    show(&simulator, &tenant, &request, &headers, &base, true)
}

/// `GET /{tenant}/adminconsent`
pub(crate) async fn show_v1(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    Query(request): Query<Request>,
    headers: HeaderMap,
    base: Base,
) -> Response {
    show(&simulator, &tenant, &request, &headers, &base, false)
}

/// `POST` of the v2 pages.
pub(crate) async fn decide_v2(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path(tenant): Path<String>,
    Query(request): Query<Request>,
    headers: HeaderMap,
    base: Base,
    Form(choice): Form<Choice>,
) -> Response {
    let target = uri.path_and_query().map_or("", |it| it.as_str()).to_owned();
    decide(&simulator, &tenant, &request, &headers, &base, &choice, (true, &target))
}

/// `POST` of the v1 pages.
pub(crate) async fn decide_v1(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path(tenant): Path<String>,
    Query(request): Query<Request>,
    headers: HeaderMap,
    base: Base,
    Form(choice): Form<Choice>,
) -> Response {
    let target = uri.path_and_query().map_or("", |it| it.as_str()).to_owned();
    decide(&simulator, &tenant, &request, &headers, &base, &choice, (false, &target))
}

fn show(
    simulator: &Simulator,
    tenant: &str,
    request: &Request,
    headers: &HeaderMap,
    base: &Base,
    v2: bool,
) -> Response {
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    let verified = match checked(simulator, tenant, request, context, v2) {
        Ok(verified) => verified,
        Err(refusal) => return *refusal,
    };
    let again = request.prompt.as_deref() == Some("select_account");
    match signed_in(simulator, headers, &verified.at).filter(|_| !again) {
        Some(person) if person.record.role.may_consent() => {
            consent_page::show(simulator, &person, &verified.scope)
        }
        Some(person) => consent_page::need_approval(simulator, &person, context),
        None => picker::show(simulator, &verified.at, request.login_hint.as_deref(), None),
    }
}

fn decide(
    simulator: &Simulator,
    tenant: &str,
    request: &Request,
    headers: &HeaderMap,
    base: &Base,
    choice: &Choice,
    (v2, target): (bool, &str),
) -> Response {
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    let verified = match checked(simulator, tenant, request, context, v2) {
        Ok(verified) => verified,
        Err(refusal) => return *refusal,
    };
    let failed = |error: &StsError| {
        error.redirect_with(context, &verified.reply, request.state.as_deref(), &[("admin_consent", "True")])
    };
    if choice.again.is_some() {
        return picker::show(simulator, &verified.at, None, None);
    }
    if let Some(typed) = &choice.account {
        return match sign_in::identify(simulator, &verified.at, typed) {
            Ok(person) => {
                let mut response = found(&without_prompt(target));
                if let Some(cookie) = simulator.sessions.open(person.account()) {
                    response.headers_mut().insert(header::SET_COOKIE, cookie);
                }
                response
            }
            Err(Refused::TryAgain(error)) => picker::show(simulator, &verified.at, Some(typed), Some(&error)),
            Err(Refused::WrongTenant(error)) => failed(&error),
        };
    }
    match (choice.decision.as_deref(), signed_in(simulator, headers, &verified.at)) {
        (Some("accept"), Some(person)) if person.record.role.may_consent() => {
            accept(simulator, request, &verified, &person)
        }
        (Some("accept"), Some(person)) => consent_page::need_approval(simulator, &person, context),
        (Some("accept"), None) => picker::show(simulator, &verified.at, None, None),
        _ => failed(&StsError::new("access_denied", 65_004, "User declined to consent to access the app.")),
    }
}

fn accept(simulator: &Simulator, request: &Request, verified: &CheckedRequest, person: &Person) -> Response {
    let requested: Vec<&'static str> = simulator.requested().iter().map(|it| it.name).collect();
    let mut state = person.tenant.write();
    let roles = match &verified.scope {
        Scope::GraphDefault => requested,
        // Scopes listed one by one are answered as success, but grant no application permission.
        _ => state.consent.roles().to_vec(),
    };
    state.consent.grant(person.tenant.tid, roles.clone(), simulator.clock.now());
    drop(state);
    let tid = person.tenant.tid.to_string();
    let graph = simulator.options.cloud.resource();
    let scope: Vec<_> = roles.iter().map(|role| format!("{graph}/{role}")).collect();
    let scope = match &verified.scope {
        Scope::Listed(names) => names.join(" "),
        _ => scope.join(" "),
    };
    let mut pairs = vec![("admin_consent", "True"), ("tenant", tid.as_str())];
    if verified.v2 {
        pairs.push(("scope", &scope));
    }
    pairs.extend(request.state.as_deref().map(|state| ("state", state)));
    found(&with_query(&verified.reply, &pairs))
}

/// The address of the page without its `prompt` parameter.
fn without_prompt(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("prompt=")).collect();
    format!("{path}?{}", kept.join("&"))
}

/// The person signed in in this browser, if their tenant is admitted here; others have to sign in again.
fn signed_in(simulator: &Simulator, headers: &HeaderMap, at: &TenantRef) -> Option<Person> {
    let person = sign_in::current(simulator, simulator.sessions.of(headers)?)?;
    at.admits(&person.tenant).then(|| Person { tenant: Arc::clone(&person.tenant), ..person })
}
