//! The throttling limits of a tenant.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::error::{ControlError, Input};
use super::tenant;
use crate::directory::limits::settings::Settings;
use crate::state::Simulator;

/// Changes to the limits: missing fields stay unchanged, `null` removes a limit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// Restores Microsoft's numbers before the other changes.
    #[serde(default)]
    usual: bool,
    #[serde(default, deserialize_with = "given")]
    identity_units: Option<Option<u32>>,
    identity_seconds: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    mailbox_requests: Option<Option<u32>>,
    mailbox_seconds: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    mailbox_concurrency: Option<Option<u32>>,
    #[serde(default, deserialize_with = "given")]
    exchange_per_second: Option<Option<f64>>,
    #[serde(default, deserialize_with = "given")]
    exchange_burst: Option<Option<f64>>,
}

/// Deserialises `null` as `Some(None)`, to distinguish it from a missing member.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// `GET /_sim/tenants/{t}/limits`
pub(crate) async fn show(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(json!(tenant::named(&simulator, &key)?.read().limits.settings())))
}

/// `POST /_sim/tenants/{t}/limits`
pub(crate) async fn set(
    State(simulator): State<Simulator>,
    Path(key): Path<String>,
    Input(change): Input<Change>,
) -> Result<Json<Value>, ControlError> {
    let tenant = tenant::named(&simulator, &key)?;
    let mut state = tenant.write();
    let known =
        if change.usual { Settings::of_directory(tenant.counts(&state).0) } else { state.limits.settings() };
    let settings = Settings {
        identity_units: change.identity_units.unwrap_or(known.identity_units),
        identity_seconds: change.identity_seconds.unwrap_or(known.identity_seconds),
        mailbox_requests: change.mailbox_requests.unwrap_or(known.mailbox_requests),
        mailbox_seconds: change.mailbox_seconds.unwrap_or(known.mailbox_seconds),
        mailbox_concurrency: change.mailbox_concurrency.unwrap_or(known.mailbox_concurrency),
        exchange_per_second: change.exchange_per_second.unwrap_or(known.exchange_per_second),
        exchange_burst: change.exchange_burst.unwrap_or(known.exchange_burst),
    };
    let positive = [
        Some(settings.identity_seconds),
        Some(settings.mailbox_seconds),
        settings.exchange_per_second,
        settings.exchange_burst,
    ];
    if positive.into_iter().flatten().any(|number| number <= 0.0) {
        return Err(ControlError::invalid("seconds, rates and bursts must be above 0"));
    }
    state.limits.set(settings);
    Ok(Json(json!(settings)))
}
