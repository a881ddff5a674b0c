//! The host's interface, server to server: the Warmy back end creates workspaces and sets their slots. Slot limits
//! never come from a browser.

pub(super) mod webhooks;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::ids::WorkspaceId;
use serde::{Deserialize, Serialize};

use super::admission::HostKey;
use crate::state::AppState;
use store::{NewPool, SlotPush, StoreError};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWorkspace {
    name: String,
    owner_name: String,
    pools: Vec<NewPool>,
}

#[derive(Debug, Serialize)]
struct MadeWorkspace {
    workspace_id: WorkspaceId,
    /// Signs the owner in, once.
    enter_url: String,
}

pub(super) async fn create_workspace(
    _: HostKey,
    State(state): State<AppState>,
    Json(new): Json<NewWorkspace>,
) -> Response {
    let made = async {
        let (workspace, owner) = state.store.create_workspace(&new.name, &new.owner_name, &new.pools).await?;
        let link = state.store.create_enter_link(workspace, owner).await?;
        Ok::<_, StoreError>(MadeWorkspace {
            workspace_id: workspace,
            enter_url: format!("{}/enter/{link}", state.config.public()),
        })
    };
    match made.await {
        Ok(made) => (StatusCode::CREATED, Json(made)).into_response(),
        Err(error) => status_of(&error).into_response(),
    }
}

pub(super) async fn push_slots(
    _: HostKey,
    State(state): State<AppState>,
    Path(workspace): Path<WorkspaceId>,
    Json(push): Json<SlotPush>,
) -> Response {
    match state.store.push_slots(workspace, &push).await {
        Ok(taken) => Json(serde_json::json!({ "taken": taken })).into_response(),
        Err(error) => status_of(&error).into_response(),
    }
}

fn status_of(error: &StoreError) -> StatusCode {
    match error {
        StoreError::NotFound => StatusCode::NOT_FOUND,
        error if error.is_outage() => {
            tracing::error!(%error, "host request failed");
            StatusCode::SERVICE_UNAVAILABLE
        }
        error => {
            tracing::error!(%error, "host request failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
