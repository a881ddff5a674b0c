//! The parameters of an admin-consent request, and their checks.

use axum::response::Response;
use serde::Deserialize;

use crate::login::error::{ErrorContext, StsError};
use crate::login::reply_address;
use crate::login::scopes::Scope;
use crate::login::tenant_ref::TenantRef;
use crate::state::Simulator;

/// The query of `/adminconsent`.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    pub(super) client_id: Option<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) state: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) login_hint: Option<String>,
}

/// A checked request.
pub(super) struct CheckedRequest {
    pub(super) at: TenantRef,
    pub(super) reply: String,
    pub(super) scope: Scope,
    pub(super) v2: bool,
}

/// Checks the parameters that do not depend on the signed-in user. Errors about the client or its reply address are
/// shown on a page; errors about the scope are sent back to the client.
pub(super) fn checked(
    simulator: &Simulator,
    tenant: &str,
    request: &Request,
    context: ErrorContext<'_>,
    v2: bool,
) -> Result<CheckedRequest, Box<Response>> {
    let page = |error: &StsError| {
        Box::new(error.page(context, "Sorry, but we’re having trouble signing you in.", ""))
    };
    let at = TenantRef::parse_here(simulator, tenant).map_err(|error| page(&error))?;
    let client_id = request.client_id.as_deref().ok_or_else(|| page(&StsError::missing("client_id")))?;
    if !client_id.eq_ignore_ascii_case(&simulator.options.client_id.to_string()) {
        return Err(page(&StsError::unknown_client(client_id, at.title())));
    }
    let reply =
        reply_address::check(simulator, request.redirect_uri.as_deref()).map_err(|error| page(&error))?;
    let back = |error: &StsError| {
        let more = [("admin_consent", "True")];
        Box::new(error.redirect_with(context, &reply, request.state.as_deref(), &more))
    };
    if v2 && matches!(at, TenantRef::Common) {
        let text = "The provided request must include a 'response_type' input parameter.";
        return Err(back(&StsError::new("invalid_request", 900_144, text)));
    }
    let scope = match request.scope.as_deref() {
        Some(scope) if v2 => Scope::parse(scope, context.base, simulator.options.cloud),
        None if v2 => return Err(page(&StsError::missing("scope"))),
        _ => Scope::GraphDefault,
    };
    match &scope {
        Scope::Foreign(resource) => {
            let text = format!(
                "Invalid resource. The client has requested access to a resource ({resource}) which is not listed \
                 in the requested permissions in the client's application registration."
            );
            Err(back(&StsError::new("invalid_resource", 650_057, text)))
        }
        Scope::Malformed(part) => {
            let text = format!("The provided value for the input parameter 'scope' is not valid: {part}.");
            Err(back(&StsError::new("invalid_scope", 70_011, text)))
        }
        Scope::GraphDefault | Scope::Listed(_) => Ok(CheckedRequest { at, reply, scope, v2 }),
    }
}
