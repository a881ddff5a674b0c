//! Health checks: whether the process runs, and whether it is ready for requests.

use axum::{extract::State, http::StatusCode};

use crate::state::AppState;

pub(super) async fn live() -> &'static str {
    "ok"
}

pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.shutdown.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match state.store.check_ready().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(%error, "database does not answer or cannot write");
            (StatusCode::SERVICE_UNAVAILABLE, "database does not answer or cannot write")
        }
    }
}
