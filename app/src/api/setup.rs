//! Setup: see [`crate::ports::Setup`].

use domain::{
    consent::{ApiClientView, AttemptView, Authorization},
    delegation::{DelegationView, LinkFacts},
    ids::{ApiClientId, AttemptId, DelegationId},
    workspace::{Me, SetupFacts},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::{Wire, kept_alive::KeptAlive};
#[cfg(feature = "ssr")]
use crate::ports::caller;

/// Data for the console's frame.
#[server(input = Json, output = Json)]
pub async fn load_me() -> Wire<Me> {
    Ok(async { caller()?.setup.me().await }.await)
}

/// Stored facts about the link to a tenant.
#[server(input = Json, output = Json)]
pub async fn read_link_facts(delegation: DelegationId) -> Wire<LinkFacts> {
    Ok(async { caller()?.setup.link_facts(delegation).await }.await)
}

/// Values that the Setup page shows for copying.
#[server(input = Json, output = Json)]
pub async fn read_setup_facts() -> Wire<SetupFacts> {
    Ok(async { caller()?.setup.facts().await }.await)
}

/// Entries of *User management*.
#[server(input = Json, output = Json)]
pub async fn list_api_clients() -> Wire<Vec<ApiClientView>> {
    Ok(async { caller()?.setup.api_clients().await }.await)
}

/// Adds an API client (*Add new*).
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn add_api_client(client_id: String, scopes: String) -> Wire<ApiClientView> {
    Ok(async { caller()?.setup.add_api_client(&client_id, &scopes).await }.await)
}

/// Starts an authorisation (*Authorize*).
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn authorize_client(client: ApiClientId) -> Wire<Authorization> {
    Ok(async { caller()?.setup.authorize(client).await }.await)
}

/// Creates a link for an administrator who has no account here.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn invite_administrator() -> Wire<Authorization> {
    Ok(async { caller()?.setup.invite().await }.await)
}

/// Revokes such a link.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn revoke_invitation(attempt: AttemptId) -> Wire<AttemptView> {
    Ok(async { caller()?.setup.revoke_invitation(attempt).await }.await)
}

/// The state of an authorisation.
#[server(input = Json, output = Json)]
pub async fn load_attempt(attempt: AttemptId) -> Wire<AttemptView> {
    Ok(async { caller()?.setup.attempt(attempt).await }.await)
}

/// Removes an organisation. Returns how many of its mailboxes were connected.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn remove_delegation(delegation: DelegationId) -> Wire<u32> {
    Ok(async { caller()?.setup.remove_delegation(delegation).await }.await)
}

/// Connects the tenant of an admin email (*Connect*).
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn connect_tenant(admin_email: String) -> Wire<DelegationView> {
    Ok(async { caller()?.setup.connect_tenant(&admin_email).await }.await)
}
