//! OpenID Connect discovery, from which clients also get a tenant's id and cloud.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::error::{ErrorContext, StsError};
use super::tenant_ref::TenantRef;
use crate::directory::cloud::Facts;
use crate::state::Simulator;
use crate::web::base::Base;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub(crate) async fn v2(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    base: Base,
) -> Response {
    answer(&simulator, &tenant, &base, document_v2)
}

/// `GET /{tenant}/.well-known/openid-configuration`: the older document, whose issuer is that of access tokens.
pub(crate) async fn v1(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    base: Base,
) -> Response {
    answer(&simulator, &tenant, &base, document_v1)
}

fn answer(
    simulator: &Simulator,
    tenant: &str,
    base: &Base,
    document: fn(&TenantRef, &Hosts) -> Value,
) -> Response {
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    match TenantRef::parse(simulator, tenant) {
        Ok(tenant) => {
            let cors = [("access-control-allow-origin", "*"), ("cache-control", "max-age=86400, private")];
            (cors, Json(document(&tenant, &Hosts::of(simulator, &tenant, base)))).into_response()
        }
        Err(error) => StsError { error: "invalid_tenant", ..error }.json(context),
    }
}

/// The hosts of a tenant's cloud: the simulated cloud has the simulator's own address, the others have Microsoft's.
struct Hosts {
    login: String,
    graph: String,
    graph_host: String,
    facts: &'static Facts,
}

impl Hosts {
    fn of(simulator: &Simulator, tenant: &TenantRef, base: &Base) -> Self {
        match tenant {
            TenantRef::One(tenant) if tenant.foreign => {
                let facts = tenant.cloud.facts();
                Self {
                    login: format!("https://{}", facts.login_host),
                    graph: tenant.cloud.resource(),
                    graph_host: facts.graph_host.to_owned(),
                    facts,
                }
            }
            _ => Self {
                login: base.as_str().to_owned(),
                graph: base.as_str().to_owned(),
                graph_host: base.host().to_owned(),
                facts: simulator.options.cloud.facts(),
            },
        }
    }
}

/// Path segment of the endpoints, and of the issuer (if several tenants share a document, the issuer contains the
/// literal `{tenantid}`).
fn segments(tenant: &TenantRef) -> (String, String) {
    match tenant {
        TenantRef::One(tenant) => (tenant.tid.to_string(), tenant.tid.to_string()),
        TenantRef::Organizations => ("organizations".to_owned(), "{tenantid}".to_owned()),
        TenantRef::Common => ("common".to_owned(), "{tenantid}".to_owned()),
    }
}

fn document_v2(tenant: &TenantRef, hosts: &Hosts) -> Value {
    let ((segment, issuer), login) = (segments(tenant), &hosts.login);
    let mut document = json!({
        "token_endpoint": format!("{login}/{segment}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{login}/{segment}/discovery/v2.0/keys"),
        "response_modes_supported": ["query"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{login}/{issuer}/v2.0"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{}/oidc/userinfo", hosts.graph),
        "authorization_endpoint": format!("{login}/{segment}/oauth2/v2.0/authorize"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{login}/{segment}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
    });
    add_cloud(&mut document, tenant, hosts);
    document
}

fn document_v1(tenant: &TenantRef, hosts: &Hosts) -> Value {
    let issuer = segments(tenant).1;
    let mut document = document_v2(tenant, hosts);
    // Of the fields that clients use, only the issuer differs; the endpoints accept both forms.
    document["issuer"] = json!(format!("{}/{issuer}/", hosts.login));
    document["microsoft_multi_refresh_token"] = json!(true);
    document
}

fn add_cloud(document: &mut Value, tenant: &TenantRef, hosts: &Hosts) {
    let facts = hosts.facts;
    let one = matches!(tenant, TenantRef::One(_));
    document["tenant_region_scope"] = if one { json!(facts.region) } else { Value::Null };
    if let Some(sub_scope) = facts.sub_scope.filter(|_| one) {
        document["tenant_region_sub_scope"] = json!(sub_scope);
    }
    document["cloud_instance_name"] = json!(facts.instance);
    document["cloud_graph_host_name"] = json!(facts.legacy_graph_host);
    document["msgraph_host"] = json!(hosts.graph_host);
    document["rbac_url"] = json!(facts.rbac_url);
}
