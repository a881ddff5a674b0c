//! Shortens the directory's listings, as a broken index or permission does.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::state::Simulator;

/// The request body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    /// Full delta rounds list only this number of users; all when missing.
    limit: Option<u64>,
}

/// `POST /_sim/tenants/{t}/listing`
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(listing): Input<Listing>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    tenant.write().listed = listing.limit;
    Ok(Json(json!({ "limit": listing.limit })))
}
