//! Resets the simulation.

use axum::extract::State;
use axum::http::StatusCode;

use super::error::ControlError;
use crate::state::Simulator;

/// `POST /_sim/reset`: restores the initial state, including the scenarios of the options.
pub(crate) async fn reset(State(simulator): State<Simulator>) -> Result<StatusCode, ControlError> {
    simulator.reset();
    simulator.set_the_scene().await.map_err(|error| ControlError::invalid(error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}
