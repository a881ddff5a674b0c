//! `/support` and `/privacy`: one address each, so that every page can link to them. They lead to what the configuration
//! names, else say what there is to say.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};

use super::pages;
use crate::state::AppState;

pub(super) async fn support(State(state): State<AppState>) -> Response {
    let contacts = &state.config.support;
    if let Some(address) = &contacts.support_url {
        return Redirect::to(address).into_response();
    }
    if let Some(number) = &contacts.whatsapp {
        return Redirect::to(&format!("https://wa.me/{number}")).into_response();
    }
    let text = "This installation names no support. Ask the person who gave you the link to this console.";
    Html(pages::page("Support", text, &[])).into_response()
}

pub(super) async fn privacy(State(state): State<AppState>) -> Response {
    if let Some(address) = &state.config.support.privacy_url {
        return Redirect::to(address).into_response();
    }
    let text = "This console stores the names, addresses and job details of the people in organisations whose \
                administrator approved Warmy, which of their mailboxes are connected, and who did what here and when. \
                It stores no e-mails and no passwords. Whoever runs this installation can tell you more.";
    Html(pages::page("Privacy", text, &[])).into_response()
}
