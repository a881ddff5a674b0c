//! Changes the directory's listings: shorter, as with a broken index or permission, or with Microsoft's own links.

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
    /// Whether links name Microsoft's own host, as they do behind a forwarder that does not rewrite answers.
    #[serde(default)]
    microsofts_links: bool,
}

/// `POST /_sim/tenants/{t}/listing`
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(listing): Input<Listing>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    state.listed = listing.limit;
    state.microsofts_links = listing.microsofts_links;
    Ok(Json(json!({ "limit": listing.limit, "microsofts_links": listing.microsofts_links })))
}
