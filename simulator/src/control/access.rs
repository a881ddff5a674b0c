//! Settings of the tenant's Exchange administrator: RBAC for Applications, and application access policies.

use std::collections::HashSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::mailbox_access::Scope;
use crate::directory::tenant::{Tenant, TenantState};
use crate::login::permissions;
use crate::state::Simulator;

/// Permissions for some mailboxes; `null` removes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scoped {
    roles: Vec<String>,
    mailboxes: Vec<String>,
}

/// `POST /_sim/tenants/{t}/scope`
pub(crate) async fn set_scope(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(scoped): Input<Option<Scoped>>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    state.mailbox_access.scope = match scoped {
        None => None,
        Some(scoped) => Some(Scope {
            roles: scoped.roles.iter().map(|name| role(name)).collect::<Result<_, _>>()?,
            mailboxes: indexes(&tenant, &state, &scoped.mailboxes)?,
        }),
    };
    Ok(Json(describe(&state)))
}

/// The only mailboxes that permissions of Entra reach; `null` removes the policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    only: Option<Vec<String>>,
}

/// `POST /_sim/tenants/{t}/policy`
pub(crate) async fn set_policy(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(policy): Input<Option<Policy>>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let only = policy.and_then(|policy| policy.only);
    state.mailbox_access.only = only.map(|only| indexes(&tenant, &state, &only)).transpose()?;
    Ok(Json(describe(&state)))
}

/// A role of Exchange by name; there are only roles for mail and mailbox settings.
fn role(name: &str) -> Result<&'static str, ControlError> {
    let known = permissions::named(name).map(|permission| permission.name);
    known
        .filter(|name| name.starts_with("Mail"))
        .ok_or_else(|| ControlError::invalid(format!("Exchange has no role for '{name}'")))
}

fn indexes(tenant: &Tenant, state: &TenantState, keys: &[String]) -> Result<HashSet<u32>, ControlError> {
    keys.iter()
        .map(|key| {
            let record = tenant.find_recipient(state, key);
            record.map(|it| it.index).ok_or_else(|| ControlError::missing(format!("no mailbox '{key}'")))
        })
        .collect()
}

fn describe(state: &TenantState) -> Value {
    let access = &state.mailbox_access;
    json!({
        "scope": access.scope.as_ref().map(|it| json!({ "roles": it.roles, "mailboxes": it.mailboxes.len() })),
        "policy": access.only.as_ref().map(|only| json!({ "mailboxes": only.len() })),
    })
}
