//! The real content of the directory, to compare with a client's data.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ControlError;
use super::tenant;
use crate::directory::kind::Kind;
use crate::directory::property::Property;
use crate::directory::record::{Presence, Record};
use crate::directory::tenant::TenantState;
use crate::state::Simulator;

/// The query: a page, optionally of some users only.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// `next` of the previous page.
    #[serde(default)]
    after: u32,
    #[serde(default = "page")]
    limit: usize,
    kind: Option<Kind>,
    has_mailbox: Option<bool>,
}

fn page() -> usize {
    1000
}

/// `GET /_sim/tenants/{t}/truth`
pub(crate) async fn show(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let state = tenant.read();
    let end = tenant.index_count(&state);
    let (mut index, mut users) = (wanted.after, Vec::new());
    while index < end && users.len() < wanted.limit {
        let record = tenant.record(&state, index);
        index += 1;
        let matches = wanted.kind.is_none_or(|kind| kind == record.kind)
            && wanted.has_mailbox.is_none_or(|has| has == record.has_mailbox());
        if matches {
            users.push(entry(&state, &record));
        }
    }
    let (all, mailboxes) = tenant.counts(&state);
    Ok(Json(json!({
        "users_total": all,
        "mailboxes_total": mailboxes,
        "next": (index < end).then_some(index),
        "users": users,
    })))
}

/// The name as clients show it: the address for the few whose name is null.
fn shown_name(record: &Record) -> &str {
    if record.nulls & Property::DisplayName.bit() == 0 { &record.display_name } else { record.address() }
}

/// One user as JSON, with properties that Graph does not show.
pub(crate) fn entry(state: &TenantState, record: &Record) -> Value {
    json!({
        "id": record.id,
        "address": record.address(),
        "user_principal_name": record.user_principal_name,
        "display_name": shown_name(record),
        "department": record.department,
        "kind": record.kind,
        "enabled": record.account_enabled,
        "has_mailbox": record.has_mailbox(),
        "broken": state.faults.get(&record.index).map(|fault| &fault.code),
        "deleted": match record.presence {
            Presence::Here => None,
            Presence::SoftDeleted => Some("soft"),
            Presence::Gone => Some("permanent"),
        },
    })
}
