//! `/alerts/stop/{token}`: whoever gets a workspace's alerts ends them, without a sign-in. Looking changes nothing; mail
//! programs post by themselves when somebody presses their *Unsubscribe* (RFC 8058).

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};

use super::pages;
use crate::{state::AppState, store::StoreError};

pub(super) async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.alerted(&token).await {
        Ok(address) => Html(pages::stop_alerts(&address, &token)).into_response(),
        Err(error) => trouble(&error),
    }
}

pub(super) async fn stop(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.stop_alerts(&token).await {
        Ok(address) => {
            let text =
                format!("{address} gets no more alerts. Whoever is in the workspace can add it again.");
            Html(pages::page("Done", &text, &[])).into_response()
        }
        Err(error) => trouble(&error),
    }
}

fn trouble(error: &StoreError) -> Response {
    if matches!(error, StoreError::NotFound) {
        let text = "Alerts do not go to this address (any more). There is nothing to do.";
        return pages::gone("Already stopped", text);
    }
    tracing::error!(%error, "alerts cannot be stopped");
    pages::our_side("Open the link again in a minute.")
}
