//! Lists and applies scenarios.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use crate::scenario::{Call, Scenario};
use crate::state::Simulator;

/// A scenario to apply: a built-in one by name, or a custom one with its calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    name: String,
    explanation: Option<String>,
    calls: Option<Vec<Call>>,
}

/// `GET /_sim/scenarios`
pub(crate) async fn list() -> Json<Value> {
    Json(json!({ "scenarios": Scenario::built_in() }))
}

/// `POST /_sim/scenario`: changes the current state; reset first for a clean start.
pub(crate) async fn apply(
    State(simulator): State<Simulator>,
    Input(wanted): Input<Wanted>,
) -> Result<Json<Value>, ControlError> {
    let scenario = match wanted.calls {
        Some(calls) => {
            Scenario { name: wanted.name, explanation: wanted.explanation.unwrap_or_default(), calls }
        }
        // Only built-in names: callers of this address must not read files.
        None => Scenario::built_in()
            .into_iter()
            .find(|it| it.name == wanted.name)
            .ok_or_else(|| ControlError::missing(format!("no scenario '{}'", wanted.name)))?,
    };
    if scenario.calls.iter().any(|call| call.call.contains("/scenario")) {
        return Err(ControlError::invalid("a scenario does not call another"));
    }
    scenario.apply(&simulator).await.map_err(|error| ControlError::invalid(error.to_string()))?;
    Ok(Json(json!({ "name": scenario.name, "calls": scenario.calls.len() })))
}
