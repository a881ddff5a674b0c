//! `/join/{token}`: an invitation to become a member. Looking at it changes nothing; accepting it takes a sign-in at
//! Microsoft, so that the way back in is an account and not the link.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};

use super::pages;
use crate::{state::AppState, store::StoreError};

pub(super) async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    match state.store.asked_to_join(&token).await {
        Ok(asked) => Html(pages::join(&asked, &token)).into_response(),
        Err(StoreError::NotFound) => {
            let text = "It was used already, taken back, or it is too old. Ask the person who sent it for a new one.";
            pages::gone("This invitation does not work any more", text)
        }
        Err(error) => {
            tracing::error!(%error, "an invitation cannot be read");
            pages::our_side("Open the link again in a minute.")
        }
    }
}
