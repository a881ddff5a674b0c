//! 429, on demand.

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
    /// Real seconds, fractions allowed; zero lifts it.
    seconds: f64,
    /// What answers name in `Retry-After`, fractions allowed; what remains when missing.
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
    let tenant = tenant(&simulator, &key)?;
    tenant.write().throttles.set(throttle.target, throttle.seconds, throttle.retry_after, instant());
    Ok(Json(json!({ "for": throttle.target, "seconds": throttle.seconds })))
}
