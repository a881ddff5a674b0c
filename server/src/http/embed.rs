//! The console inside the host's web app.
//!
//! The host's page contains `<warmy-domain-delegation>` from `/embed.js`. It frames `/embed?host=…`, which requests a
//! launch token from the page by `postMessage`, exchanges it at `/embed/session` for a session in a partitioned cookie,
//! and opens the console. Origins are exact on both sides, and only configured hosts are accepted.

mod token;

use axum::{
    Json,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use domain::people::Method;
use serde::Deserialize;

use super::{client::Client, pages, session};
use crate::state::AppState;
use store::{EMBEDDED_LIFE, StoreError};

#[derive(Debug, Deserialize)]
pub(super) struct Host {
    #[serde(default)]
    host: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ticket {
    token: String,
}

/// The first page in the frame; 403 for an origin that is not configured.
pub(super) async fn page(State(state): State<AppState>, Query(Host { host }): Query<Host>) -> Response {
    if !state.config.embed_origins.contains(&host) {
        let text = "The page around this one may not show the console. The operator of the server can add its origin to DWD_EMBED_ORIGINS.";
        return (StatusCode::FORBIDDEN, Html(pages::page("Not allowed here", text, &[]))).into_response();
    }
    let policy = super::security::frame_policy(&state);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(pages::embed(&host))).into_response()
}

/// Exchanges a launch token for a session.
pub(super) async fn launch(
    State(state): State<AppState>,
    client: Client,
    jar: CookieJar,
    Json(Ticket { token }): Json<Ticket>,
) -> Response {
    let keys = &state.host_keys;
    let launch = match token::read(keys, &token, &state.config, state.store.now()).await {
        Ok(launch) => launch,
        Err(why) => {
            tracing::info!(why, "a launch token was refused");
            return refused();
        }
    };
    let expires_at = state.store.now() + EMBEDDED_LIFE;
    match state.store.launch(&launch, client.arrives(Method::Host)).await {
        Ok(token) => {
            let answer = Json(serde_json::json!({ "expires_at": expires_at }));
            (jar.add(session::cookie(&state, token)), answer).into_response()
        }
        Err(StoreError::NotFound) => refused(),
        Err(StoreError::LastOwner) => {
            tracing::warn!(
                workspace.id = %launch.workspace,
                "a launch was refused: its role would leave the workspace without an owner. Launch another owner first."
            );
            refused()
        }
        Err(error) => {
            tracing::error!(%error, "a launch could not be recorded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The same answer for every invalid token: the reason is only in the log.
fn refused() -> Response {
    (StatusCode::UNAUTHORIZED, Json(serde_json::json!({ "error": "launch_refused" }))).into_response()
}
