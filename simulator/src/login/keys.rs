//! The public keys that verify tokens.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::error::ErrorContext;
use super::tenant_ref::TenantRef;
use crate::state::Simulator;
use crate::web::base::Base;

/// `GET /{tenant}/discovery/v2.0/keys`
pub(crate) async fn show(
    State(simulator): State<Simulator>,
    Path(tenant): Path<String>,
    base: Base,
) -> Response {
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    match TenantRef::parse(&simulator, &tenant) {
        Ok(TenantRef::One(tenant)) => {
            Json(simulator.key.key_set(&format!("{}/{}/v2.0", base.as_str(), tenant.tid))).into_response()
        }
        Ok(_) => Json(simulator.key.key_set(&format!("{}/{{tenantid}}/v2.0", base.as_str()))).into_response(),
        Err(error) => error.json(context),
    }
}
