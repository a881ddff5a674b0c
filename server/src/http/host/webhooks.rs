//! Webhooks of a workspace: where its news is sent. The host makes them and looks after them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::ids::{WebhookId, WebhookMessageId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Key, allow, trouble};
use crate::{
    state::AppState,
    store::{StoreError, Topic},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct New {
    url: String,
    /// All of them when left out.
    #[serde(default)]
    topics: Vec<Topic>,
}

type One = Path<(WorkspaceId, WebhookId)>;
type Message = Path<(WorkspaceId, WebhookId, WebhookMessageId)>;

/// The answer to whoever has the key.
fn answer<T: Serialize>(status: StatusCode, outcome: Result<T, StoreError>) -> Response {
    match outcome {
        Ok(done) => (status, Json(done)).into_response(),
        Err(StoreError::TooMany { limit, .. }) => {
            refuse(&format!("a workspace has {limit} webhooks at most"))
        }
        Err(error) => trouble(&error).into_response(),
    }
}

fn refuse(why: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": why }))).into_response()
}

pub(in crate::http) async fn list(
    State(state): State<AppState>,
    key: Key,
    Path(workspace): Path<WorkspaceId>,
) -> Response {
    match allow(&state, key) {
        Ok(()) => answer(StatusCode::OK, state.store.webhooks(workspace).await),
        Err(refusal) => refusal.into_response(),
    }
}

/// The secret is in the answer, and in no other one.
pub(in crate::http) async fn make(
    State(state): State<AppState>,
    key: Key,
    Path(workspace): Path<WorkspaceId>,
    Json(new): Json<New>,
) -> Response {
    if let Err(refusal) = allow(&state, key) {
        return refusal.into_response();
    }
    match state.config.webhook_targets().check(&new.url) {
        Ok(url) => {
            let made = state.store.new_webhook(workspace, url.as_str(), &new.topics).await;
            answer(StatusCode::CREATED, made)
        }
        Err(refusal) => refuse(&refusal.to_string()),
    }
}

pub(in crate::http) async fn remove(
    State(state): State<AppState>,
    key: Key,
    Path((workspace, id)): One,
) -> Response {
    match allow(&state, key) {
        Ok(()) => answer(StatusCode::OK, state.store.remove_webhook(workspace, id).await),
        Err(refusal) => refusal.into_response(),
    }
}

pub(in crate::http) async fn rotate(
    State(state): State<AppState>,
    key: Key,
    Path((workspace, id)): One,
) -> Response {
    if let Err(refusal) = allow(&state, key) {
        return refusal.into_response();
    }
    let secret = state.store.rotate_webhook(workspace, id).await;
    answer(StatusCode::OK, secret.map(|secret| json!({ "secret": secret })))
}

pub(in crate::http) async fn enable(
    State(state): State<AppState>,
    key: Key,
    Path((workspace, id)): One,
) -> Response {
    match allow(&state, key) {
        Ok(()) => answer(StatusCode::OK, state.store.enable_webhook(workspace, id).await),
        Err(refusal) => refusal.into_response(),
    }
}

pub(in crate::http) async fn test(
    State(state): State<AppState>,
    key: Key,
    Path((workspace, id)): One,
) -> Response {
    if let Err(refusal) = allow(&state, key) {
        return refusal.into_response();
    }
    let message = state.store.test_webhook(workspace, id).await;
    answer(StatusCode::ACCEPTED, message.map(|message| json!({ "message": message })))
}

pub(in crate::http) async fn messages(
    State(state): State<AppState>,
    key: Key,
    Path((workspace, id)): One,
) -> Response {
    match allow(&state, key) {
        Ok(()) => answer(StatusCode::OK, state.store.webhook_messages(workspace, id).await),
        Err(refusal) => refusal.into_response(),
    }
}

pub(in crate::http) async fn replay(
    State(state): State<AppState>,
    key: Key,
    Path((workspace, id, message)): Message,
) -> Response {
    match allow(&state, key) {
        Ok(()) => answer(StatusCode::ACCEPTED, state.store.replay(workspace, id, message).await),
        Err(refusal) => refusal.into_response(),
    }
}
