//! Sets and removes the faults of many mailboxes at once.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::faults::Broken;
use super::tenant;
use crate::state::Simulator;

/// Faults to set.
#[derive(Debug, Deserialize)]
pub(crate) struct BrokenMany {
    /// Addresses or ids.
    #[serde(default)]
    mailboxes: Vec<String>,
    /// Every user of the tenant.
    #[serde(default)]
    all: bool,
    #[serde(flatten)]
    broken: Flat,
}

/// [`Broken`], which cannot be flattened itself because it refuses unknown fields.
#[derive(Debug, Deserialize)]
struct Flat {
    #[serde(flatten)]
    fields: serde_json::Map<String, Value>,
}

/// `POST /_sim/tenants/{t}/mailboxes/break`
pub(crate) async fn break_many(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(many): Input<BrokenMany>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let broken: Broken = serde_json::from_value(Value::Object(many.broken.fields))
        .map_err(|error| ControlError::invalid(error.to_string()))?;
    let fault = broken.fault(simulator.clock.now())?;
    let mut state = tenant.write();
    let indexes: Vec<u32> = if many.all {
        (0..tenant.index_count(&state)).collect()
    } else {
        let found = many.mailboxes.iter().map(|key| {
            let record = tenant.find_recipient(&state, key);
            record
                .map(|record| record.index)
                .ok_or_else(|| ControlError::missing(format!("no mailbox '{key}'")))
        });
        found.collect::<Result<_, _>>()?
    };
    let count = indexes.len();
    state.faults.extend(indexes.into_iter().map(|index| (index, fault.clone())));
    Ok(Json(json!({ "broken": count })))
}

/// `POST /_sim/tenants/{t}/mailboxes/mend`
pub(crate) async fn mend_all(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mended = std::mem::take(&mut tenant.write().faults).len();
    Ok(Json(json!({ "mended": mended })))
}
