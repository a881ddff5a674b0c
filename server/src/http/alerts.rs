//! `/alerts/stop/{token}`: the recipient of a workspace's alerts stops them, without a sign-in. GET changes nothing;
//! mail programs send the POST themselves when their *Unsubscribe* is pressed (RFC 8058).

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};

use super::pages;
use crate::state::AppState;
use store::StoreError;

pub(super) async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.alert_address_of(&token).await {
        Ok(address) => Html(pages::stop_alerts(&address, &token)).into_response(),
        Err(error) => error_page(&error),
    }
}

pub(super) async fn stop(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.stop_alerts(&token).await {
        Ok(address) => {
            let text = format!("{address} gets no more alerts. Members of the workspace can add it again.");
            Html(pages::page("Done", &text, &[])).into_response()
        }
        Err(error) => error_page(&error),
    }
}

fn error_page(error: &StoreError) -> Response {
    if matches!(error, StoreError::NotFound) {
        let text = "This address does not receive these alerts any more. There is nothing to do.";
        return pages::link_expired("Already stopped", text);
    }
    tracing::error!(%error, "alerts cannot be stopped");
    pages::internal_error("Open the link again in a minute.")
}
