//! Alerts by e-mail: see [`crate::ports::Alerts`].

use domain::{alerts::Alerts, ids::AlertAddressId};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::desk;

/// Addresses that alerts go to.
#[server(input = Json, output = Json)]
pub async fn load_alerts() -> Wire<Alerts> {
    Ok(async { desk()?.alerts.alerts().await }.await)
}

/// *Add*.
#[server(input = Json, output = Json)]
pub async fn add_alert_address(address: String) -> Wire<()> {
    Ok(async { desk()?.alerts.add(&address).await }.await)
}

/// *Remove*.
#[server(input = Json, output = Json)]
pub async fn remove_alert_address(address: AlertAddressId) -> Wire<()> {
    Ok(async { desk()?.alerts.remove(address).await }.await)
}
