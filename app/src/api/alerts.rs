//! Alerts by e-mail: see [`crate::ports::Alerts`].

use domain::{alerts::Alerts, ids::AlertAddressId};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::{Wire, kept_alive::KeptAlive};
#[cfg(feature = "ssr")]
use crate::ports::caller;

/// Addresses that receive alerts.
#[server(input = Json, output = Json)]
pub async fn load_alerts() -> Wire<Alerts> {
    Ok(async { caller()?.alerts.alerts().await }.await)
}

/// Adds an address.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn add_alert_address(address: String) -> Wire<()> {
    Ok(async { caller()?.alerts.add(&address).await }.await)
}

/// Removes an address.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn remove_alert_address(address: AlertAddressId) -> Wire<()> {
    Ok(async { caller()?.alerts.remove(address).await }.await)
}
