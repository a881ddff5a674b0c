//! The audit log: see [`crate::ports::Activity`].

use domain::activity::{ActivityPage, ActivityQuery};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::desk;

/// A page of who did what.
#[server(input = Json, output = Json)]
pub async fn list_activity(query: ActivityQuery) -> Wire<ActivityPage> {
    Ok(async { desk()?.activity.page(&query).await }.await)
}
