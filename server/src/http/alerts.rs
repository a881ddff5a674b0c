//! The pages behind the links in alert e-mails: confirm an address, or stop alerts to it, without a sign-in. Opening one
//! changes nothing; mail programs send the POST of the second one themselves when their *Unsubscribe* is pressed
//! (RFC 8058).

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};

use super::pages;
use crate::state::AppState;
use store::StoreError;

/// The question whether alerts may come to an address: who asks, and for which workspace.
pub(super) async fn question(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.alert_request(&token).await {
        Ok(request) if request.confirmed => confirmed(&request.address),
        Ok(request) => Html(pages::confirm_alerts(&request, &token)).into_response(),
        Err(error) => error_page(&error),
    }
}

pub(super) async fn confirm(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.confirm_alerts(&token).await {
        Ok(address) => confirmed(&address),
        Err(error) => error_page(&error),
    }
}

fn confirmed(address: &str) -> Response {
    let text = format!("{address} gets the alerts from now on. Each of them has a link that stops them.");
    Html(pages::page("Confirmed", &text, &[])).into_response()
}

pub(super) async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.alert_request(&token).await {
        Ok(request) => Html(pages::stop_alerts(&request, &token)).into_response(),
        Err(error) => error_page(&error),
    }
}

pub(super) async fn stop(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.stop_alerts(&token).await {
        Ok(address) => {
            let text = format!(
                "{address} gets no more alerts. Members of the workspace can add it again, which asks you first."
            );
            Html(pages::page("Stopped", &text, &[])).into_response()
        }
        Err(error) => error_page(&error),
    }
}

fn error_page(error: &StoreError) -> Response {
    if matches!(error, StoreError::NotFound) {
        let text = "This address does not receive these alerts (any more). There is nothing to do.";
        return pages::link_expired("No alerts come to this address", text);
    }
    tracing::error!(%error, "an alert address cannot be read or changed");
    pages::internal_error("Open the link again in a minute.")
}
