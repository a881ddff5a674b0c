//! Links that end now rather than in days.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::state::Simulator;

/// Which links.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Delta links: the next round answers 410.
    Delta,
    /// Links to later pages, of listings (400) and of delta rounds (410).
    Pages,
}

/// What to end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expiry {
    what: What,
}

/// `POST /_sim/tenants/{t}/expire`: every such link handed out so far.
pub(crate) async fn expire(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(expiry): Input<Expiry>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant(&simulator, &key)?;
    let mut state = tenant.write();
    match expiry.what {
        What::Delta => state.expired.delta += 1,
        What::Pages => state.expired.pages += 1,
    }
    Ok(Json(json!({ "expired": expiry.what })))
}
