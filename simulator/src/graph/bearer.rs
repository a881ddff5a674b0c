//! Identifies the caller: reads and verifies the access token.

use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::caller::Caller;
use super::chaos_effects;
use super::error::GraphError;
use crate::mix::of_text;
use crate::state::Simulator;

/// The caller of a request with these headers.
///
/// # Errors
/// 401, with Graph's code and text for each reason.
pub(crate) fn caller(simulator: &Simulator, headers: &HeaderMap) -> Result<Caller, GraphError> {
    let invalid = |text: &str| GraphError::new(401, "InvalidAuthenticationToken", text);
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| invalid("Access token is empty."))?;
    if token.split('.').count() != 3 {
        return Err(invalid("IDX14100: JWT is not well formed, there are no dots (.)."));
    }
    let claims = simulator.key.open(token).ok_or_else(|| invalid("Access token validation failure."))?;
    if claims["aud"] != simulator.options.cloud.resource() {
        return Err(invalid("Access token validation failure. Invalid audience."));
    }
    let (now, expires) = (simulator.clock.now(), claims["exp"].as_i64().unwrap_or(0));
    if expires <= now || claims["nbf"].as_i64().unwrap_or(0) > now {
        return Err(invalid("Lifetime validation failed, the token is expired."));
    }
    let tenant = claims["tid"].as_str().and_then(|tid| simulator.tenants.find(tid));
    let tenant = tenant.ok_or_else(|| invalid("Access token validation failure. Invalid tenant."))?;
    if claims["oid"].is_null() {
        let text = "The identity of the calling application could not be established.";
        return Err(GraphError::new(401, "Authorization_IdentityNotFound", text));
    }
    let roles = claims["roles"]
        .as_array()
        .map_or_else(Vec::new, |roles| roles.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    let token = of_text(token);
    if tenant.read().chaos.as_ref().is_some_and(|chaos| chaos.refuses(token)) {
        return Err(chaos_effects::refused_token());
    }
    Ok(Caller { tenant, roles, token })
}
