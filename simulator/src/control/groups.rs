//! Creates groups and changes their members.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::group::Group;
use crate::directory::tenant::{Tenant, TenantState};
use crate::entropy::random_guid;
use crate::state::Simulator;

/// A group to create.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct New {
    display_name: String,
    /// Object ids or addresses.
    #[serde(default)]
    members: Vec<String>,
}

/// `POST /_sim/tenants/{t}/groups`. As at Microsoft, several may have the same name.
pub(crate) async fn make(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(new): Input<New>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let members = indexes(&tenant, &state, &new.members)?;
    let group = Group { id: random_guid(), display_name: new.display_name, members };
    let answer = described(&group);
    state.groups.push(group);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Members to add to and remove from a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Members {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// `POST /_sim/tenants/{t}/groups/{g}`: by id or name.
pub(crate) async fn change(
    State(simulator): State<Simulator>,
    Path((key, group)): Path<(String, String)>,
    Input(members): Input<Members>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let (add, remove) = (indexes(&tenant, &state, &members.add)?, indexes(&tenant, &state, &members.remove)?);
    let found = state.groups.iter_mut().find(|it| it.id.to_string() == group || it.display_name == group);
    let found = found.ok_or_else(|| ControlError::missing(format!("no group '{group}'")))?;
    found.members.retain(|index| !remove.contains(index) && !add.contains(index));
    found.members.extend(add);
    Ok(Json(described(found)))
}

fn indexes(tenant: &Tenant, state: &TenantState, users: &[String]) -> Result<Vec<u32>, ControlError> {
    users
        .iter()
        .map(|user| {
            let record = tenant.find_recipient(state, user);
            record.map(|it| it.index).ok_or_else(|| ControlError::missing(format!("no user '{user}'")))
        })
        .collect()
}

fn described(group: &Group) -> Value {
    json!({ "id": group.id, "display_name": group.display_name, "members": group.members.len() })
}
