//! Sets and removes the fault of one mailbox.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::fault::Fault;
use crate::state::Simulator;

/// A fault to set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Broken {
    /// Graph's error code, optionally with a variant: `ErrorAccessDenied:RAOP`.
    code: String,
    status: Option<u16>,
    message: Option<String>,
    /// Seconds for `Retry-After`.
    retry_after: Option<f64>,
    /// The number of answers after which the fault ends.
    times: Option<u32>,
    /// Virtual seconds after which the fault ends.
    for_seconds: Option<i64>,
    /// In a batch, the answer has null instead of headers.
    #[serde(default)]
    null_headers: bool,
}

impl Broken {
    /// The fault, beginning now (virtual Unix seconds).
    pub(crate) fn fault(&self, now: i64) -> Result<Fault, ControlError> {
        let known = Fault::named(&self.code);
        if known.message.is_empty() && self.status.is_none() && !Fault::known().any(|name| name == self.code)
        {
            let names: Vec<_> = Fault::known().collect();
            let text =
                format!("'{}' is unknown, so it needs a status; known: {}", self.code, names.join(", "));
            return Err(ControlError::invalid(text));
        }
        Ok(Fault {
            status: self.status.unwrap_or(known.status),
            message: self.message.clone().unwrap_or(known.message),
            retry_after: self.retry_after.or(known.retry_after),
            remaining: self.times,
            null_headers: self.null_headers,
            until: self.for_seconds.map(|seconds| now + seconds),
            ..known
        })
    }
}

/// `POST /_sim/tenants/{t}/mailboxes/{m}/break`
pub(crate) async fn break_one(
    State(simulator): State<Simulator>,
    Path((key, mailbox)): Path<(String, String)>,
    Input(broken): Input<Broken>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let fault = broken.fault(simulator.clock.now())?;
    let mut state = tenant.write();
    let record = tenant.find_recipient(&state, &mailbox);
    let record = record.ok_or_else(|| ControlError::missing(format!("no mailbox '{mailbox}'")))?;
    let answer = json!({
        "id": record.id,
        "address": record.address(),
        "broken": { "code": fault.code, "status": fault.status, "message": fault.message },
    });
    state.faults.insert(record.index, fault);
    Ok(Json(answer))
}

/// `POST /_sim/tenants/{t}/mailboxes/{m}/mend`
pub(crate) async fn mend(
    State(simulator): State<Simulator>,
    Path((key, mailbox)): Path<(String, String)>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let record = tenant.find_recipient(&state, &mailbox);
    let record = record.ok_or_else(|| ControlError::missing(format!("no mailbox '{mailbox}'")))?;
    let was_broken = state.faults.remove(&record.index).is_some();
    Ok(Json(json!({ "id": record.id, "address": record.address(), "was_broken": was_broken })))
}
