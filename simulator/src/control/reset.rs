//! Back to the first moment.

use axum::extract::State;
use axum::http::StatusCode;

use crate::state::Simulator;

/// `POST /_sim/reset`
pub(crate) async fn reset(State(simulator): State<Simulator>) -> StatusCode {
    simulator.reset();
    StatusCode::NO_CONTENT
}
