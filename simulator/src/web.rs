//! The one origin that serves everything.

pub(crate) mod base;
pub(crate) mod broken_answer;
pub(crate) mod html;
mod index;
pub(crate) mod observe;
pub(crate) mod waiting;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use crate::state::Simulator;
use crate::{control, graph, login};

/// The simulator as a router, for tests that need no socket.
pub fn router(simulator: Simulator) -> Router {
    // Outside the observed part: control requests are neither logged nor slowed down.
    let observed = Router::new()
        .merge(login::routes(simulator.clone()))
        .merge(graph::routes())
        .layer(from_fn_with_state(simulator.clone(), observe::observe))
        // Outside of it: the log tells what was sent, not what arrived.
        .layer(from_fn(broken_answer::damage));
    Router::new()
        .route("/", get(index::show))
        .nest("/_sim", control::routes())
        .merge(observed)
        .with_state(simulator)
}
