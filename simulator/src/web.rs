//! The HTTP router of the whole simulator.

pub(crate) mod base;
mod broken_answer;
pub(crate) mod html;
mod index;
pub(crate) mod observe;
pub(crate) mod redirect;
pub(crate) mod request_details;
pub(crate) mod waiting;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use crate::state::Simulator;
use crate::{control, graph, login};

/// The simulator as a router, for tests that need no socket.
pub fn router(simulator: Simulator) -> Router {
    // Control requests are outside of this part: they are neither logged nor delayed.
    let observed = Router::new()
        .merge(login::routes(simulator.clone()))
        .merge(graph::routes())
        .layer(from_fn_with_state(simulator.clone(), observe::observe))
        // Applied after logging: the log contains the answer as sent, not as received.
        .layer(from_fn(broken_answer::damage));
    Router::new()
        .route("/", get(index::show))
        .nest("/_sim", control::routes())
        .merge(observed)
        .with_state(simulator)
}
