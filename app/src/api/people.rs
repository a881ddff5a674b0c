//! Members, sessions, API keys: see [`crate::ports::People`].

use domain::{
    Role,
    ids::{ApiKeyId, MemberInvitationId, SessionId, UserId},
    people::{ApiKeyView, NewApiKey, NewInvitation, People, Scope, SessionView},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::{Wire, kept_alive::KeptAlive};
#[cfg(feature = "ssr")]
use crate::ports::caller;

/// Members and open invitations.
#[server(input = Json, output = Json)]
pub async fn load_people() -> Wire<People> {
    Ok(async { caller()?.people.everybody().await }.await)
}

/// Invites a member.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn invite_member(name: String, role: Role) -> Wire<NewInvitation> {
    Ok(async { caller()?.people.invite(&name, role).await }.await)
}

/// Revokes an invitation.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn revoke_member_invitation(invitation: MemberInvitationId) -> Wire<()> {
    Ok(async { caller()?.people.revoke_invitation(invitation).await }.await)
}

/// Gives a member another role.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn change_role(member: UserId, role: Role) -> Wire<()> {
    Ok(async { caller()?.people.change_role(member, role).await }.await)
}

/// Removes a member.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn remove_member(member: UserId) -> Wire<()> {
    Ok(async { caller()?.people.remove(member).await }.await)
}

/// The caller's sessions.
#[server(input = Json, output = Json)]
pub async fn load_sessions() -> Wire<Vec<SessionView>> {
    Ok(async { caller()?.people.sessions().await }.await)
}

/// Signs the caller out in one browser.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn end_session(session: SessionId) -> Wire<()> {
    Ok(async { caller()?.people.end_session(session).await }.await)
}

/// Signs the caller out everywhere else.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn end_other_sessions() -> Wire<()> {
    Ok(async { caller()?.people.end_other_sessions().await }.await)
}

/// The workspace's API keys.
#[server(input = Json, output = Json)]
pub async fn load_api_keys() -> Wire<Vec<ApiKeyView>> {
    Ok(async { caller()?.people.keys().await }.await)
}

/// Creates an API key.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn make_api_key(name: String, scopes: Vec<Scope>) -> Wire<NewApiKey> {
    Ok(async { caller()?.people.new_key(&name, &scopes).await }.await)
}

/// Revokes an API key.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn revoke_api_key(key: ApiKeyId) -> Wire<()> {
    Ok(async { caller()?.people.revoke_key(key).await }.await)
}

/// Lets an API key that was restored from a backup work again.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn confirm_api_key(key: ApiKeyId) -> Wire<()> {
    Ok(async { caller()?.people.confirm_key(key).await }.await)
}
