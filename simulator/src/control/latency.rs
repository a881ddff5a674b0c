//! Sets the latency of a tenant.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::latency::{Distribution, Latency};
use crate::state::Simulator;

/// A latency to set: one of `ms`, `uniform`, or `median` with `p99`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    ms: Option<u64>,
    uniform: Option<[f64; 2]>,
    median: Option<f64>,
    p99: Option<f64>,
    /// Determines the waits; the simulator's own seed when missing.
    seed: Option<u64>,
}

/// `POST /_sim/tenants/{t}/latency`: added to every answer for this tenant; a batch waits once per four mailboxes.
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(wanted): Input<Wanted>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let distribution = match (wanted.ms, wanted.uniform, wanted.median, wanted.p99) {
        (Some(ms), None, None, None) => Distribution::Fixed { ms },
        (None, Some(uniform), None, None) => Distribution::Uniform { uniform },
        (None, None, Some(median), Some(p99)) => Distribution::LogNormal { median, p99 },
        _ => return Err(ControlError::invalid("takes ms, or uniform, or median and p99")),
    };
    if let Some(problem) = distribution.problem() {
        return Err(ControlError::invalid(problem));
    }
    let seed = wanted.seed.unwrap_or(simulator.options.seed);
    tenant.write().latency = Latency::new(distribution, seed);
    Ok(Json(json!(distribution)))
}
