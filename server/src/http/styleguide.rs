//! `/styleguide`, if the configuration switches it on.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::security;
use crate::state::AppState;

pub(super) async fn page(State(state): State<AppState>) -> Response {
    let sprite = std::path::Path::new(state.leptos.site_root.as_ref()).join("icons.svg");
    let Ok(sprite) = tokio::fs::read_to_string(sprite).await else {
        return (StatusCode::NOT_FOUND, "no icons.svg among the site's files").into_response();
    };
    let policy = security::guide_policy(&state.config);
    let page = Html(app::styleguide(state.leptos.clone(), &icons(&sprite)));
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

/// The names of the sprite's symbols, in its order.
fn icons(sprite: &str) -> Vec<String> {
    let names = sprite.split("<symbol id=\"").skip(1);
    names.filter_map(|rest| rest.split_once('"').map(|(name, _)| name.to_owned())).collect()
}
