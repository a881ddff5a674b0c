//! The host's interface, server to server: the Warmy back end makes workspaces and states their slots. Slot limits
//! never come from a browser.

pub(super) mod webhooks;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::{
    TypedHeader,
    headers::{Authorization, authorization::Bearer},
};
use domain::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{
    state::AppState,
    store::{NewPool, SlotPush, StoreError},
};

type Key = Option<TypedHeader<Authorization<Bearer>>>;

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
    State(state): State<AppState>,
    key: Key,
    Json(new): Json<NewWorkspace>,
) -> Response {
    if let Err(refusal) = allow(&state, key) {
        return refusal.into_response();
    }
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
        Err(error) => trouble(&error).into_response(),
    }
}

pub(super) async fn push_slots(
    State(state): State<AppState>,
    key: Key,
    Path(workspace): Path<WorkspaceId>,
    Json(push): Json<SlotPush>,
) -> Response {
    if let Err(refusal) = allow(&state, key) {
        return refusal.into_response();
    }
    match state.store.push_slots(workspace, &push).await {
        Ok(taken) => Json(serde_json::json!({ "taken": taken })).into_response(),
        Err(error) => trouble(&error).into_response(),
    }
}

/// Without a configured key nobody is the host.
fn allow(state: &AppState, key: Key) -> Result<(), StatusCode> {
    let known =
        state.config.host_api_key.as_deref().filter(|key| !key.is_empty()).ok_or(StatusCode::NOT_FOUND)?;
    let TypedHeader(Authorization(sent)) = key.ok_or(StatusCode::UNAUTHORIZED)?;
    if bool::from(known.as_bytes().ct_eq(sent.token().as_bytes())) {
        Ok(())
    } else {
        Err(StatusCode::UNAUTHORIZED)
    }
}

fn trouble(error: &StoreError) -> StatusCode {
    match error {
        StoreError::NotFound => StatusCode::NOT_FOUND,
        error => {
            tracing::error!(%error, "host request failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
