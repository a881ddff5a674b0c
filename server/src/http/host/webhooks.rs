//! `/host/workspaces/{workspace}/webhooks`: the webhooks of a workspace, managed by the host.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::ids::{WebhookId, WebhookMessageId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{refuse, status_of};
use crate::http::admission::HostKey;
use crate::state::AppState;
use store::{StoreError, Topic};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct New {
    url: String,
    /// All topics when empty.
    #[serde(default)]
    topics: Vec<Topic>,
}

type One = Path<(WorkspaceId, WebhookId)>;
type Message = Path<(WorkspaceId, WebhookId, WebhookMessageId)>;

fn answer<T: Serialize>(status: StatusCode, outcome: Result<T, StoreError>) -> Response {
    match outcome {
        Ok(done) => (status, Json(done)).into_response(),
        Err(StoreError::LimitExceeded { limit, .. }) => {
            refuse(&format!("a workspace has {limit} webhooks at most"))
        }
        Err(error) => status_of(&error).into_response(),
    }
}

pub(in crate::http) async fn list(
    _: HostKey,
    State(state): State<AppState>,
    Path(workspace): Path<WorkspaceId>,
) -> Response {
    answer(StatusCode::OK, state.store.webhooks(workspace).await)
}

/// Creates a webhook. The answer contains its secret; no later answer does.
pub(in crate::http) async fn make(
    _: HostKey,
    State(state): State<AppState>,
    Path(workspace): Path<WorkspaceId>,
    Json(new): Json<New>,
) -> Response {
    match state.config.webhook_targets().check(&new.url) {
        Ok(url) => {
            let made = state.store.new_webhook(workspace, url.as_str(), &new.topics).await;
            answer(StatusCode::CREATED, made)
        }
        Err(refusal) => refuse(&refusal.to_string()),
    }
}

pub(in crate::http) async fn remove(
    _: HostKey,
    State(state): State<AppState>,
    Path((workspace, id)): One,
) -> Response {
    answer(StatusCode::OK, state.store.remove_webhook(workspace, id).await)
}

pub(in crate::http) async fn rotate(
    _: HostKey,
    State(state): State<AppState>,
    Path((workspace, id)): One,
) -> Response {
    let secret = state.store.rotate_webhook(workspace, id).await;
    answer(StatusCode::OK, secret.map(|secret| json!({ "secret": secret })))
}

pub(in crate::http) async fn enable(
    _: HostKey,
    State(state): State<AppState>,
    Path((workspace, id)): One,
) -> Response {
    answer(StatusCode::OK, state.store.enable_webhook(workspace, id).await)
}

pub(in crate::http) async fn test(
    _: HostKey,
    State(state): State<AppState>,
    Path((workspace, id)): One,
) -> Response {
    let message = state.store.test_webhook(workspace, id).await;
    answer(StatusCode::ACCEPTED, message.map(|message| json!({ "message": message })))
}

pub(in crate::http) async fn messages(
    _: HostKey,
    State(state): State<AppState>,
    Path((workspace, id)): One,
) -> Response {
    answer(StatusCode::OK, state.store.webhook_messages(workspace, id).await)
}

pub(in crate::http) async fn replay(
    _: HostKey,
    State(state): State<AppState>,
    Path((workspace, id, message)): Message,
) -> Response {
    answer(StatusCode::ACCEPTED, state.store.replay(workspace, id, message).await)
}
