//! Lists and creates tenants.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::cloud::Cloud;
use crate::directory::people::WELL_KNOWN;
use crate::directory::registry::Blueprint;
use crate::directory::tenant::Tenant;
use crate::entropy::random_bytes;
use crate::state::Simulator;

/// A tenant to create.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    /// A random one when missing.
    domain: Option<String>,
    display_name: Option<String>,
    mailboxes: u32,
    /// Whether there are also users without a mailbox.
    #[serde(default = "yes")]
    extras: bool,
    seed: Option<u64>,
    /// Its cloud; the simulated one when missing.
    cloud: Option<Cloud>,
    /// Whether the tenant has Exchange Online.
    #[serde(default = "yes")]
    exchange: bool,
    /// Whether everybody has a licence with up to three plans, as in small businesses: large directories are then read
    /// several times as fast.
    #[serde(default)]
    few_plans: bool,
}

fn yes() -> bool {
    true
}

/// `GET /_sim/tenants`
pub(crate) async fn list(State(simulator): State<Simulator>) -> Json<Value> {
    let tenants: Vec<_> = simulator.tenants.all().iter().map(|tenant| describe(tenant)).collect();
    Json(json!({ "tenants": tenants }))
}

/// `GET /_sim/tenants/{t}`
pub(crate) async fn show(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(describe(&*tenant::named(&simulator, &key)?)))
}

/// `POST /_sim/tenants`
pub(crate) async fn create(
    State(simulator): State<Simulator>,
    Input(new): Input<New>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let domain =
        new.domain.unwrap_or_else(|| format!("t{:016x}.example", u64::from_be_bytes(random_bytes())));
    let label = domain.split('.').next().unwrap_or(&domain).to_owned();
    if label.is_empty() || !domain.contains('.') || domain.contains(['@', '/', ' ']) {
        return Err(ControlError::invalid(format!("'{domain}' is not a domain")));
    }
    let plan = Blueprint {
        display_name: new.display_name.unwrap_or_else(|| capitalised(&label)),
        mailboxes: if new.exchange { new.mailboxes } else { 0 },
        extras: if new.extras { Blueprint::usual_extras(new.mailboxes) } else { 0 },
        exchange: new.exchange,
        cloud: new.cloud.unwrap_or(simulator.options.cloud),
        seed: new.seed.unwrap_or(simulator.options.seed),
        few_plans: new.few_plans,
        domain: domain.clone(),
    };
    let made = simulator.add_tenant(plan);
    let made = made.ok_or_else(|| ControlError::conflict(format!("there is a tenant '{domain}' already")))?;
    Ok((StatusCode::CREATED, Json(describe(&made))))
}

/// A tenant as JSON for testers: its names, the accounts to sign in with, and its state.
pub(crate) fn describe(tenant: &Tenant) -> Value {
    let state = tenant.read();
    let (users, mailboxes) = tenant.counts(&state);
    let people: Vec<_> = (0..u32::try_from(WELL_KNOWN.len()).unwrap_or(0))
        .map(|index| tenant.record(&state, index))
        .map(|record| {
            json!({
                "id": record.id,
                "name": record.display_name,
                "address": record.address(),
                "role": record.role.title(),
            })
        })
        .collect();
    json!({
        "tid": tenant.tid,
        "domain": tenant.domain,
        "initial_domain": tenant.initial_domain,
        "display_name": tenant.display_name,
        "cloud": tenant.cloud,
        "exchange": tenant.population.exchange,
        "users": users,
        "mailboxes": mailboxes,
        "consent": {
            "granted": state.consent.granted(),
            "roles": state.consent.roles(),
            "disabled": state.consent.disabled(),
            "blocked": state.consent.blocked(),
            "object_id": state.consent.object_id(),
            "propagation_seconds": state.consent.propagation_seconds,
        },
        "broken_mailboxes": state.faults.len(),
        "latency_ms": state.latency.typical_ms(),
        "latency": state.latency.distribution,
        "limits": state.limits.settings(),
        "people": people,
    })
}

fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
