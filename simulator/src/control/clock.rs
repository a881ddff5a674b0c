//! The simulation's clock.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use crate::entropy::iso;
use crate::state::Simulator;

/// How far to move the clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance_seconds: i64,
}

/// `GET /_sim/clock`
pub(crate) async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(describe(&simulator))
}

/// `POST /_sim/clock`
pub(crate) async fn advance(
    State(simulator): State<Simulator>,
    Input(advance): Input<Advance>,
) -> Result<Json<Value>, ControlError> {
    simulator.clock.advance(advance.advance_seconds);
    for tenant in simulator.tenants.all() {
        tenant.apply_elapsed_time(simulator.clock.now());
    }
    Ok(Json(describe(&simulator)))
}

fn describe(simulator: &Simulator) -> Value {
    let now = simulator.clock.now();
    json!({ "now": iso(now), "unix": now, "ahead_seconds": simulator.clock.offset_seconds() })
}
