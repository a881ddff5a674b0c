//! Setting up: see [`crate::ports::Setup`].

use domain::{
    consent::{ApiClientView, AttemptView, Authorization},
    delegation::{DelegationView, LinkFacts},
    ids::{ApiClientId, AttemptId, DelegationId},
    workspace::{Me, SetupFacts},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::desk;

/// The frame of the console.
#[server(input = Json, output = Json)]
pub async fn load_me() -> Wire<Me> {
    Ok(async { desk()?.setup.me().await }.await)
}

/// What is on record about the link to a tenant.
#[server(input = Json, output = Json)]
pub async fn read_link_facts(delegation: DelegationId) -> Wire<LinkFacts> {
    Ok(async { desk()?.setup.link_facts(delegation).await }.await)
}

/// What the Setup page shows for copying.
#[server(input = Json, output = Json)]
pub async fn read_setup_facts() -> Wire<SetupFacts> {
    Ok(async { desk()?.setup.facts().await }.await)
}

/// Entries of *User management*.
#[server(input = Json, output = Json)]
pub async fn list_api_clients() -> Wire<Vec<ApiClientView>> {
    Ok(async { desk()?.setup.api_clients().await }.await)
}

/// *Add new*.
#[server(input = Json, output = Json)]
pub async fn add_api_client(client_id: String, scopes: String) -> Wire<ApiClientView> {
    Ok(async { desk()?.setup.add_api_client(&client_id, &scopes).await }.await)
}

/// *Authorize*.
#[server(input = Json, output = Json)]
pub async fn authorize_client(client: ApiClientId) -> Wire<Authorization> {
    Ok(async { desk()?.setup.authorize(client).await }.await)
}

/// A link for an administrator.
#[server(input = Json, output = Json)]
pub async fn invite_administrator() -> Wire<Authorization> {
    Ok(async { desk()?.setup.invite().await }.await)
}

/// Takes it back.
#[server(input = Json, output = Json)]
pub async fn revoke_invitation(attempt: AttemptId) -> Wire<AttemptView> {
    Ok(async { desk()?.setup.revoke_invitation(attempt).await }.await)
}

/// How an authorisation stands.
#[server(input = Json, output = Json)]
pub async fn load_attempt(attempt: AttemptId) -> Wire<AttemptView> {
    Ok(async { desk()?.setup.attempt(attempt).await }.await)
}

/// *Remove* an organisation. Returns how many of its mailboxes were connected.
#[server(input = Json, output = Json)]
pub async fn remove_delegation(delegation: DelegationId) -> Wire<u32> {
    Ok(async { desk()?.setup.remove_delegation(delegation).await }.await)
}

/// *Admin email* + *Connect*.
#[server(input = Json, output = Json)]
pub async fn connect_tenant(admin_email: String) -> Wire<DelegationView> {
    Ok(async { desk()?.setup.connect_tenant(&admin_email).await }.await)
}
