//! The log of the clients' requests.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::state::Simulator;

/// Which requests to list; every condition must hold.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// Tenant id or domain.
    tenant: Option<String>,
    /// Part of the path or query.
    path: Option<String>,
    /// Only entries with a greater `n`.
    #[serde(default)]
    after: u64,
    mailbox: Option<String>,
    method: Option<String>,
    status: Option<u16>,
    early: Option<bool>,
    /// A kind of chaos, or `any`.
    chaos: Option<String>,
    /// The number of newest entries to return; `count` includes all.
    limit: Option<usize>,
}

/// `GET /_sim/requests`
pub(crate) async fn list(State(simulator): State<Simulator>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let tid = wanted.tenant.as_deref().map(|key| {
        simulator.tenants.find(key).map_or_else(|| key.to_owned(), |tenant| tenant.tid.to_string())
    });
    let (last, mut entries) = simulator.log.select(|entry| {
        entry.n > wanted.after
            && tid.as_ref().is_none_or(|tid| entry.tenant.as_ref() == Some(tid))
            && wanted.path.as_ref().is_none_or(|part| entry.path.contains(part.as_str()))
            && wanted.mailbox.as_ref().is_none_or(|wanted| {
                entry.mailbox.as_ref().is_some_and(|mailbox| mailbox.eq_ignore_ascii_case(wanted))
            })
            && wanted.method.as_ref().is_none_or(|method| entry.method.eq_ignore_ascii_case(method))
            && wanted.status.is_none_or(|status| entry.status == status)
            && wanted.early.is_none_or(|early| entry.early == early)
            && wanted
                .chaos
                .as_ref()
                .is_none_or(|kind| entry.chaos.is_some_and(|met| kind == "any" || kind == met))
    });
    let count = entries.len();
    if let Some(limit) = wanted.limit {
        entries.drain(..entries.len().saturating_sub(limit));
    }
    Json(json!({ "last": last, "count": count, "requests": entries }))
}

/// `DELETE /_sim/requests`
pub(crate) async fn clear(State(simulator): State<Simulator>) -> StatusCode {
    simulator.log.clear();
    StatusCode::NO_CONTENT
}
