//! The token endpoint.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use uuid::Uuid;

use super::error::{ErrorContext, StsError};
use super::fields::Fields;
use super::tenant_ref::TenantRef;
use super::{grant_client_credentials, grant_code};
use crate::directory::throttle::Target;
use crate::entropy::instant;
use crate::state::Simulator;
use crate::web::base::Base;

/// `POST /{tenant}/oauth2/v2.0/token`. Unknown query parameters (clients send telemetry there) are ignored.
pub(crate) async fn issue(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    base: Base,
    body: Bytes,
) -> Response {
    let fields = Fields::parse(&body);
    let correlation_id = correlation_id(&headers, query.as_deref());
    let context = ErrorContext { now: simulator.clock.now(), correlation_id, base: base.as_str() };
    if let Some(limited) = throttled(&simulator, &tenant) {
        return limited;
    }
    match answer(&simulator, &tenant, &headers, &fields, &base) {
        Ok(body) => {
            let headers = [("cache-control", "no-store, no-cache"), ("pragma", "no-cache")];
            (headers, Json(body)).into_response()
        }
        Err(error) => error.json(context),
    }
}

fn answer(
    simulator: &Simulator,
    tenant: &str,
    headers: &HeaderMap,
    fields: &Fields,
    base: &Base,
) -> Result<Value, StsError> {
    let at = match TenantRef::parse(simulator, tenant) {
        // Unlike in discovery, this error is an `invalid_request` here.
        Err(error) => return Err(StsError { error: "invalid_request", ..error }),
        Ok(TenantRef::One(tenant)) if tenant.foreign => {
            let text = "Confidential Client is not supported in Cross Cloud request.";
            return Err(StsError::new("invalid_request", 900_382, text));
        }
        Ok(at) => at,
    };
    match fields.required("grant_type")? {
        "client_credentials" => grant_client_credentials::issue(simulator, &at, headers, fields, base),
        "authorization_code" => grant_code::issue(simulator, &at, headers, fields, base),
        other => {
            let text = format!("The app requested an unsupported grant type '{other}'.");
            Err(StsError::new("unsupported_grant_type", 70_003, text))
        }
    }
}

/// The answer to a throttled request, in plain text like the sign-in service's.
fn throttled(simulator: &Simulator, tenant: &str) -> Option<Response> {
    let tenant = simulator.tenants.find(tenant)?;
    let seconds = tenant.read().throttles.retry_after(Target::Token, instant())?;
    let headers = [("retry-after", seconds.to_string()), ("content-type", "text/plain".to_owned())];
    Some((StatusCode::TOO_MANY_REQUESTS, headers, "Too Many Requests").into_response())
}

fn correlation_id(headers: &HeaderMap, query: Option<&str>) -> Option<Uuid> {
    let header =
        headers.get("client-request-id").and_then(|value| Uuid::parse_str(value.to_str().ok()?).ok());
    header.or_else(|| {
        url::form_urlencoded::parse(query?.as_bytes())
            .find(|(name, _)| name == "client-request-id")
            .and_then(|(_, value)| Uuid::parse_str(&value).ok())
    })
}
