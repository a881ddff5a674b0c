//! Slowness, on demand.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::state::Simulator;

/// A latency to set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Latency {
    ms: u64,
}

/// `POST /_sim/tenants/{t}/latency`: added to every answer for this tenant; a batch waits once per four mailboxes.
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(latency): Input<Latency>,
) -> Result<Json<Value>, ControlError> {
    tenant(&simulator, &key)?.write().latency_ms = latency.ms;
    Ok(Json(json!({ "ms": latency.ms })))
}
