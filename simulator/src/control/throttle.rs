//! Throttles a tenant with 429.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::throttle::Target;
use crate::entropy::instant;
use crate::state::Simulator;

/// A throttle to set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Throttle {
    /// Real seconds, fractions allowed; zero ends the throttle.
    seconds: f64,
    /// Seconds for `Retry-After`, fractions allowed; the remaining time when missing.
    retry_after: Option<f64>,
    #[serde(default = "everything", rename = "for")]
    target: Target,
}

fn everything() -> Target {
    Target::All
}

/// `POST /_sim/tenants/{t}/throttle`
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(throttle): Input<Throttle>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    tenant.write().throttles.set(throttle.target, throttle.seconds, throttle.retry_after, instant());
    Ok(Json(json!({ "for": throttle.target, "seconds": throttle.seconds })))
}
