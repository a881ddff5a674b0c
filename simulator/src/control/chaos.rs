//! Seeded failures.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::chaos::kind::Kind;
use crate::chaos::{Chaos, Setup};
use crate::directory::tenant::Tenant;
use crate::state::Simulator;

/// `GET /_sim/chaos`: every kind of chaos.
pub(crate) async fn kinds() -> Json<Value> {
    let kinds: Vec<_> = Kind::all()
        .into_iter()
        .map(|kind| json!({ "name": kind.name(), "explanation": kind.explanation() }))
        .collect();
    Json(json!({ "kinds": kinds }))
}

/// `GET /_sim/tenants/{t}/chaos`
pub(crate) async fn show(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(describe(&*tenant::named(&simulator, &key)?)))
}

/// `POST /_sim/tenants/{t}/chaos`: restarts chaos, or ends it with `rate: 0`.
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(setup): Input<Setup>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    if !(0.0..=1.0).contains(&setup.rate) {
        return Err(ControlError::invalid("rate is from 0 to 1"));
    }
    if setup.kinds.is_empty() {
        return Err(ControlError::invalid("kinds must not be empty; leave it out for all of them"));
    }
    tenant.write().chaos = (setup.rate > 0.0).then(|| Chaos::new(setup));
    Ok(Json(describe(&tenant)))
}

fn describe(tenant: &Tenant) -> Value {
    let state = tenant.read();
    let Some(chaos) = &state.chaos else { return json!({ "rate": 0 }) };
    let mut description = json!(chaos.setup());
    description["struck"] = json!(chaos.injected());
    description
}
