//! `/join/{token}`: an invitation to become a member. Opening it changes nothing; accepting it requires a sign-in at
//! Microsoft, so that later sign-ins use the account and not the link.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};

use super::pages;
use crate::state::AppState;
use store::StoreError;

pub(super) async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.join_request(&token).await {
        Ok(request) => Html(pages::join(&request, &token)).into_response(),
        Err(StoreError::NotFound) => {
            let text = "It was used already, taken back, or it is too old. Ask the person who sent it for a new one.";
            pages::link_expired("This invitation does not work any more", text)
        }
        Err(error) => {
            tracing::error!(%error, "an invitation cannot be read");
            pages::internal_error("Open the link again in a minute.")
        }
    }
}
