//! The token endpoint.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use uuid::Uuid;

use super::error::{Occasion, StsError};
use super::tenant_ref::TenantRef;
use super::{grant_client_credentials, grant_code};
use crate::directory::throttle::Target;
use crate::entropy::instant;
use crate::state::Simulator;
use crate::web::base::Base;

/// The form fields of a token request; of repeated ones, the first.
#[derive(Debug)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(body: &[u8]) -> Self {
        Self(
            url::form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, StsError> {
        self.get(name).ok_or_else(|| StsError::missing(name))
    }
}

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
    let occasion = Occasion { now: simulator.clock.now(), correlation_id, base: base.as_str() };
    if let Some(limited) = throttled(&simulator, &tenant) {
        return limited;
    }
    match answer(&simulator, &tenant, &headers, &fields, &base) {
        Ok(body) => {
            let headers = [("cache-control", "no-store, no-cache"), ("pragma", "no-cache")];
            (headers, Json(body)).into_response()
        }
        Err(error) => error.json(occasion),
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
        // Here, unlike in discovery, the same fact is an invalid_request.
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

/// The sign-in service answers too many requests with plain text.
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
