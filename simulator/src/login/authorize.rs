//! Sign-in with an authorization code.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;

use super::codes::Grant;
use super::error::{ErrorContext, StsError};
use super::picker;
use super::reply_address::{self, with_query};
use super::scopes::Scope;
use super::sign_in::{self, Person, Refused};
use super::tenant_ref::TenantRef;
use crate::directory::cloud::Cloud;
use crate::state::Simulator;
use crate::web::base::Base;
use crate::web::redirect::found;

/// The query of `/authorize`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Request {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    response_mode: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// The form of the sign-in page.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    account: String,
}

/// `GET /{tenant}/oauth2/v2.0/authorize`: shows the account picker, unless the browser is already signed in.
pub(crate) async fn show(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    Query(request): Query<Request>,
    headers: HeaderMap,
    base: Base,
) -> Response {
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    let (at, reply) = match checked(&simulator, &tenant, &request, context) {
        Ok(checked) => checked,
        Err(refusal) => return *refusal,
    };
    let forces_picker = matches!(request.prompt.as_deref(), Some("select_account" | "login"));
    let account = simulator.sessions.of(&headers).filter(|_| !forces_picker);
    let person = account.and_then(|account| sign_in::current(&simulator, account));
    match person.filter(|person| at.admits(&person.tenant)) {
        Some(person) => finish(&simulator, &request, &reply, &person),
        None if request.prompt.as_deref() == Some("none") => {
            let text = "A silent sign-in request was sent but no user is signed in.";
            StsError::new("login_required", 50_058, text).redirect(context, &reply, request.state.as_deref())
        }
        None => picker::show(&simulator, &at, request.login_hint.as_deref(), None),
    }
}

/// `POST` of the same page: signs in the picked account.
pub(crate) async fn choose(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    Query(request): Query<Request>,
    base: Base,
    Form(choice): Form<Choice>,
) -> Response {
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    let (at, reply) = match checked(&simulator, &tenant, &request, context) {
        Ok(checked) => checked,
        Err(refusal) => return *refusal,
    };
    match sign_in::identify(&simulator, &at, &choice.account) {
        Ok(person) => {
            let mut response = finish(&simulator, &request, &reply, &person);
            if let Some(cookie) = simulator.sessions.open(person.account()) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(Refused::TryAgain(error)) => picker::show(&simulator, &at, Some(&choice.account), Some(&error)),
        Err(Refused::WrongTenant(error)) => {
            error.page(context, "Sign in", "<p><a href=\"\">Use another account</a></p>")
        }
    }
}

fn finish(simulator: &Simulator, request: &Request, reply: &str, person: &Person) -> Response {
    let scope = request.scope.clone().unwrap_or_default();
    let mut grant = Grant::new(person.account(), reply.to_owned(), scope);
    grant.nonce.clone_from(&request.nonce);
    grant.challenge.clone_from(&request.code_challenge);
    let code = simulator.codes.issue(grant);
    let session = crate::entropy::random_guid().to_string();
    let mut pairs = vec![("code", code.as_str())];
    pairs.extend(request.state.as_deref().map(|state| ("state", state)));
    pairs.push(("session_state", &session));
    found(&with_query(reply, &pairs))
}

/// Checks the parameters that do not depend on the signed-in user. Errors about the client or its reply address are
/// shown on a page; other errors are sent back to the client.
fn checked(
    simulator: &Simulator,
    tenant: &str,
    request: &Request,
    context: ErrorContext<'_>,
) -> Result<(TenantRef, String), Box<Response>> {
    let page = |error: &StsError| {
        Box::new(error.page(context, "Sorry, but we’re having trouble signing you in.", ""))
    };
    let at = TenantRef::parse_here(simulator, tenant).map_err(|error| page(&error))?;
    let client_id = request.client_id.as_deref().ok_or_else(|| page(&StsError::missing("client_id")))?;
    if !client_id.eq_ignore_ascii_case(&simulator.options.client_id.to_string()) {
        return Err(page(&StsError::unknown_client(client_id, at.title())));
    }
    if simulator.registration.is_single_tenant() && !matches!(at, TenantRef::One(_)) {
        let text = format!(
            "Application '{client_id}' is not configured as a multi-tenant application. Usage of the /common endpoint \
             is not supported for such apps."
        );
        return Err(page(&StsError::new("invalid_request", 50_194, text)));
    }
    let reply =
        reply_address::check(simulator, request.redirect_uri.as_deref()).map_err(|error| page(&error))?;
    match malformed(request, context.base, simulator.options.cloud) {
        Some(error) => Err(Box::new(error.redirect(context, &reply, request.state.as_deref()))),
        None => Ok((at, reply)),
    }
}

fn malformed(request: &Request, base: &str, cloud: Cloud) -> Option<StsError> {
    let invalid = |code, text: &str| Some(StsError::new("invalid_request", code, text));
    match request.response_type.as_deref() {
        Some("code") => {}
        None => return Some(StsError::missing("response_type")),
        Some(_) => {
            let text = "The simulator supports the response_type 'code' only.";
            return Some(StsError::new("unsupported_response_type", 700_051, text));
        }
    }
    if !matches!(request.response_mode.as_deref(), None | Some("query")) {
        return invalid(900_561, "The simulator supports the response_mode 'query' only.");
    }
    match (request.code_challenge.as_deref(), request.code_challenge_method.as_deref()) {
        (None, _) => {}
        (Some(challenge), Some("S256")) if challenge.len() == 43 => {}
        (Some(_), Some("S256")) => return invalid(501_491, "Invalid size of Code_Challenge parameter."),
        (Some(_), _) => return invalid(501_471, "The Code_Challenge_Method parameter must be 'S256'."),
    }
    match request.scope.as_deref() {
        None | Some("") => Some(StsError::missing("scope")),
        Some(scope) => match Scope::parse(scope, base, cloud) {
            Scope::Malformed(part) => {
                let text =
                    format!("The provided value for the input parameter 'scope' is not valid: {part}.");
                Some(StsError::new("invalid_scope", 70_011, text))
            }
            _ => None,
        },
    }
}
