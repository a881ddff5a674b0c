//! Tokens for the application itself.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use axum::http::HeaderMap;
use serde_json::{Value, json};
use uuid::Uuid;

use super::assertion::Endpoint;
use super::client_auth::{self, Proof};
use super::error::StsError;
use super::fields::Fields;
use super::scopes::Scope;
use super::tenant_ref::TenantRef;
use crate::directory::cloud::Cloud;
use crate::directory::consent::PrincipalState;
use crate::directory::tenant::Tenant;
use crate::entropy::random_text;
use crate::state::Simulator;
use crate::web::base::Base;

/// The lifetime of a token, in seconds. The answer contains one less, as Microsoft's does.
const LIFETIME: i64 = 3600;

/// An app-only token for one tenant, with the roles that tenant has granted.
pub(crate) fn issue(
    simulator: &Simulator,
    at: &TenantRef,
    headers: &HeaderMap,
    fields: &Fields,
    base: &Base,
) -> Result<Value, StsError> {
    let tenant = match at {
        TenantRef::One(tenant) => tenant,
        TenantRef::Common => {
            let text = "The grant type is not supported over the /common or /consumers endpoints. Please use the \
                        /organizations or tenant-specific endpoint.";
            return Err(StsError::new("invalid_request", 9_001_023, text));
        }
        TenantRef::Organizations => {
            let text = "No tenant-identifying information found in either the request or implied by any provided \
                        credentials.";
            return Err(StsError::new("invalid_request", 50_059, text));
        }
    };
    check_scope(fields.required("scope")?, base, simulator.options.cloud)?;
    let proof = client_auth::check(Endpoint { simulator, at, base }, headers, fields)?;
    let state = tenant.read().consent.principal_state(simulator.clock.now());
    let token = simulator
        .key
        .sign(&match state {
            PrincipalState::Absent => return Err(absent(simulator, tenant)),
            PrincipalState::Disabled => return Err(disabled(simulator)),
            PrincipalState::Blocked => return Err(blocked()),
            PrincipalState::WithoutObjectId => claims(simulator, tenant, base, proof, None),
            PrincipalState::Ready { object_id, roles } => {
                claims(simulator, tenant, base, proof, Some((object_id, &roles)))
            }
        })
        .map_err(|error| StsError::new("temporarily_unavailable", 90_033, error.to_string()))?;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME - 1,
        "ext_expires_in": LIFETIME - 1,
        "access_token": token,
    }))
}

fn check_scope(scope: &str, base: &Base, cloud: Cloud) -> Result<(), StsError> {
    if scope.split_whitespace().filter(|part| part.ends_with("/.default")).count() > 1 {
        let text = format!(
            "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid: all \
             scopes must belong to one resource."
        );
        return Err(StsError::new("invalid_scope", 70_011, text));
    }
    match Scope::parse(scope, base.as_str(), cloud) {
        Scope::GraphDefault => Ok(()),
        Scope::Foreign(resource) => {
            let text = format!(
                "The resource principal named {resource} was not found in the tenant. This can happen if the \
                 application has not been installed by the administrator of the tenant or consented to by any user \
                 in the tenant. You might have sent your authentication request to the wrong tenant."
            );
            Err(StsError::new("invalid_resource", 500_011, text))
        }
        Scope::Listed(_) | Scope::Malformed(_) => {
            let text = format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
                 with /.default suffixed to the resource identifier (application ID URI)."
            );
            Err(StsError::new("invalid_scope", 1_002_012, text))
        }
    }
}

fn absent(simulator: &Simulator, tenant: &Tenant) -> StsError {
    let text = format!(
        "The client application {} is missing service principal in the tenant {}. See instructions here: \
         https://go.microsoft.com/fwlink/?linkid=2225119",
        simulator.options.client_id, tenant.tid
    );
    StsError::new("invalid_client", 7_000_229, text)
}

fn disabled(simulator: &Simulator) -> StsError {
    let text =
        format!("Application '{}'({}) is disabled.", simulator.options.client_id, simulator.options.app_name);
    StsError::new("unauthorized_client", 7_000_112, text)
}

fn blocked() -> StsError {
    let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.";
    StsError::new("access_denied", 53_003, text)
}

/// The claims of an app-only Graph token, in the v1.0 format. Without a service principal there is no object id, and
/// without consent there are no roles; Graph refuses such tokens.
fn claims(
    simulator: &Simulator,
    tenant: &Tenant,
    base: &Base,
    proof: Proof,
    principal: Option<(Uuid, &[&'static str])>,
) -> Value {
    let now = simulator.clock.now();
    let issuer = format!("{}/{}/", base.as_str(), tenant.tid);
    let mut claims = json!({
        "aud": simulator.options.cloud.resource(),
        "iss": issuer,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "aio": random_text(),
        "app_displayname": simulator.options.app_name,
        "appid": simulator.options.client_id,
        "appidacr": proof.claim(),
        "idp": issuer,
        "idtyp": "app",
        "tenant_region_scope": tenant.cloud.facts().region,
        "tid": tenant.tid,
        "uti": &random_text()[..22],
        "ver": "1.0",
        "wids": ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"],
    });
    if let Some((object_id, roles)) = principal {
        claims["oid"] = json!(object_id);
        claims["sub"] = json!(object_id);
        if !roles.is_empty() {
            claims["roles"] = json!(roles);
        }
    }
    claims
}
