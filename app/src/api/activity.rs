//! The audit log: see [`crate::ports::Activity`].

use domain::activity::{ActivityPage, ActivityQuery};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::caller;

/// A page of the audit log.
#[server(input = Json, output = Json)]
pub async fn list_activity(query: ActivityQuery) -> Wire<ActivityPage> {
    Ok(async { caller()?.activity.page(&query).await }.await)
}
