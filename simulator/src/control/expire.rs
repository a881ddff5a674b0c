//! Expires links immediately.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::state::Simulator;

/// The links to expire.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Delta links: the next round answers 410.
    Delta,
    /// Links to later pages, of listings (400) and of delta rounds (410).
    Pages,
}

/// The request body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expiry {
    what: What,
}

/// `POST /_sim/tenants/{t}/expire`: expires all links of this kind that were issued so far.
pub(crate) async fn expire(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(expiry): Input<Expiry>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    match expiry.what {
        What::Delta => state.expired.delta += 1,
        What::Pages => state.expired.pages += 1,
    }
    Ok(Json(json!({ "expired": expiry.what })))
}
