//! The host's interface, server to server: the Warmy back end creates workspaces and sets their slots. Slot limits
//! never come from a browser.

pub(super) mod webhooks;

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    ids::WorkspaceId,
    schedule::DAY,
    text::{self, NAME, clean},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::admission::HostKey;
use crate::state::AppState;
use store::{NewPool, SlotPush, StoreError};

/// Pools of one workspace at most.
const MAX_POOLS: usize = 50;

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
    let NewWorkspace { name, owner_name, pools } = match checked(new) {
        Ok(new) => new,
        Err(why) => return refuse(&why),
    };
    let made = async {
        let (workspace, owner) = state.store.create_workspace(&name, &owner_name, &pools).await?;
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

/// Checks and cleans the host's statement about a workspace.
///
/// # Errors
/// A sentence for the host's log.
fn checked(new: NewWorkspace) -> Result<NewWorkspace, String> {
    let named = |field: &'static str, text: &str| {
        text::name(field, text).map_err(|_| format!("{field} has one to {NAME} characters"))
    };
    if new.pools.len() > MAX_POOLS {
        return Err(format!("a workspace has {MAX_POOLS} pools at most"));
    }
    let mut known = HashSet::new();
    let mut pools = Vec::with_capacity(new.pools.len());
    for pool in new.pools {
        let id = named("plan_type_id", &pool.plan_type_id)?;
        if id != pool.plan_type_id {
            return Err("a plan_type_id has characters that cannot be seen".to_owned());
        }
        if !known.insert(id) {
            return Err(format!("two pools have the plan_type_id {}", pool.plan_type_id));
        }
        pools.push(NewPool { name: named("a pool's name", &pool.name)?, ..pool });
    }
    let (name, owner_name) = (named("name", &new.name)?, named("owner_name", &new.owner_name)?);
    Ok(NewWorkspace { name, owner_name, pools })
}

pub(super) async fn push_slots(
    _: HostKey,
    State(state): State<AppState>,
    Path(workspace): Path<WorkspaceId>,
    Json(push): Json<SlotPush>,
) -> Response {
    // A version may be a counter or a time down to microseconds. One far in the future would lock the pool for good.
    let newest = (state.store.now() + DAY).saturating_mul(1_000);
    if !(0..=newest).contains(&push.version) {
        return refuse(&format!("version is from 0 to {newest}: a counter, or a time"));
    }
    if clean(&push.plan_type_id) != push.plan_type_id {
        return StatusCode::NOT_FOUND.into_response();
    }
    match state.store.push_slots(workspace, &push).await {
        Ok(taken) => Json(json!({ "taken": taken })).into_response(),
        Err(error) => status_of(&error).into_response(),
    }
}

/// Refuses a statement that the host can correct.
fn refuse(why: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": why }))).into_response()
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
