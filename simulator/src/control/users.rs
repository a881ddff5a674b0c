//! Creates, changes, deletes and restores users. Delta queries report all of it.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::{ControlError, Input};
use super::tenant;
use super::truth::entry;
use crate::directory::changes::EVERYTHING;
use crate::directory::oddity::Oddity;
use crate::directory::record::Presence;
use crate::state::Simulator;

/// `POST /_sim/tenants/{t}/users`
pub(crate) async fn hire(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(patch): Input<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let hired = tenant.hire(&mut state, patch, simulator.clock.now());
    let record = hired.map_err(|error| ControlError::invalid(error.to_string()))?;
    Ok((StatusCode::CREATED, Json(entry(&state, &record))))
}

/// `POST /_sim/tenants/{t}/users/{u}`
pub(crate) async fn change(
    State(simulator): State<Simulator>,
    Path((key, user)): Path<(String, String)>,
    Input(patch): Input<Map<String, Value>>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let record = tenant.find_recipient(&state, &user).ok_or_else(|| unknown(&user))?;
    let changed = tenant.patch(&mut state, record, &patch, simulator.clock.now());
    let record = changed.map_err(|error| ControlError::invalid(error.to_string()))?;
    Ok(Json(entry(&state, &record)))
}

/// An oddity; an empty one ends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Odd {
    /// Properties that every answer about the user has with these values.
    #[serde(default)]
    set: Map<String, Value>,
    /// Properties that are missing.
    #[serde(default)]
    omit: Vec<String>,
}

/// `POST /_sim/tenants/{t}/users/{u}/odd`: answers about the user differ from the documented form. Delta reports it.
pub(crate) async fn make_odd(
    State(simulator): State<Simulator>,
    Path((key, user)): Path<(String, String)>,
    Input(odd): Input<Odd>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let mut record = tenant.find_recipient(&state, &user).ok_or_else(|| unknown(&user))?;
    let plain = odd.set.is_empty() && odd.omit.is_empty();
    record.oddity = (!plain).then(|| Box::new(Oddity { set: odd.set, omit: odd.omit }));
    tenant.store(&mut state, record.clone(), EVERYTHING);
    Ok(Json(entry(&state, &record)))
}

/// The query of a deletion.
#[derive(Debug, Deserialize)]
pub(crate) struct Deletion {
    /// Deletes permanently; delta then reports `deleted`.
    #[serde(default)]
    permanent: bool,
}

/// `DELETE /_sim/tenants/{t}/users/{u}`
pub(crate) async fn delete(
    State(simulator): State<Simulator>,
    Path((key, user)): Path<(String, String)>,
    Query(deletion): Query<Deletion>,
) -> Result<Json<Value>, ControlError> {
    let presence = if deletion.permanent { Presence::Gone } else { Presence::SoftDeleted };
    move_to(&simulator, &key, &user, presence)
}

/// `POST /_sim/tenants/{t}/users/{u}/restore`
pub(crate) async fn restore(
    State(simulator): State<Simulator>,
    Path((key, user)): Path<(String, String)>,
) -> Result<Json<Value>, ControlError> {
    move_to(&simulator, &key, &user, Presence::Here)
}

fn move_to(simulator: &Simulator, key: &str, user: &str, to: Presence) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(simulator, key)?;
    let mut state = tenant.write();
    let record = tenant.find_recipient(&state, user).ok_or_else(|| unknown(user))?;
    if !tenant.set_presence(&mut state, record.index, to, simulator.clock.now()) {
        return Err(ControlError::conflict(format!("'{user}' is not in a state that allows this")));
    }
    let record = tenant.record(&state, record.index);
    Ok(Json(entry(&state, &record)))
}

fn unknown(user: &str) -> ControlError {
    ControlError::missing(format!("no user '{user}'"))
}
