//! Control calls for the changes that a tenant's administrator makes in *Enterprise applications*.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::Value;

use super::error::{ControlError, Input};
use super::{tenant, tenants};
use crate::login::permissions;
use crate::state::Simulator;

/// A consent to set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// `true` grants, `false` deletes the service principal; unchanged when missing.
    granted: Option<bool>,
    /// The roles to grant; all requested ones when missing.
    roles: Option<Vec<String>>,
    /// Whether sign-in of the application is disabled.
    disabled: Option<bool>,
    /// Whether a Conditional Access policy blocks the application.
    blocked: Option<bool>,
}

/// `POST /_sim/tenants/{t}/consent`
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(change): Input<Change>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let roles = match change.roles {
        None => simulator.requested().iter().map(|permission| permission.name).collect(),
        Some(names) => names
            .iter()
            .map(|name| permissions::named(name).map(|permission| permission.name).ok_or(name))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|name| ControlError::invalid(format!("no permission '{name}'")))?,
    };
    let mut state = tenant.write();
    match change.granted {
        Some(true) => state.consent.grant(tenant.tid, roles, simulator.clock.now()),
        Some(false) => state.consent.revoke(),
        None => {}
    }
    if let Some(disabled) = change.disabled {
        state.consent.set_disabled(disabled);
    }
    if let Some(blocked) = change.blocked {
        state.consent.set_blocked(blocked);
    }
    drop(state);
    Ok(Json(tenants::describe(&tenant)))
}

/// The time that a consent takes to propagate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Propagation {
    seconds: i64,
}

/// `POST /_sim/tenants/{t}/propagation`: for `seconds` virtual seconds after a consent, tokens are refused (first
/// half) or hold no roles (second half); after a change of roles, they hold the old roles.
pub(crate) async fn set_propagation(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(propagation): Input<Propagation>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    tenant.write().consent.propagation_seconds = propagation.seconds;
    Ok(Json(tenants::describe(&tenant)))
}
