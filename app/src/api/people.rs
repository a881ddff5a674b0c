//! People, sessions, keys: see [`crate::ports::People`].

use domain::{
    Role,
    ids::{ApiKeyId, MemberInvitationId, SessionId, UserId},
    people::{ApiKeyView, NewApiKey, NewInvitation, People, Scope, SessionView},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::desk;

/// Members and open invitations.
#[server(input = Json, output = Json)]
pub async fn load_people() -> Wire<People> {
    Ok(async { desk()?.people.everybody().await }.await)
}

/// *Invite*.
#[server(input = Json, output = Json)]
pub async fn invite_member(name: String, role: Role) -> Wire<NewInvitation> {
    Ok(async { desk()?.people.invite(&name, role).await }.await)
}

/// Takes an invitation back.
#[server(input = Json, output = Json)]
pub async fn revoke_member_invitation(invitation: MemberInvitationId) -> Wire<()> {
    Ok(async { desk()?.people.revoke_invitation(invitation).await }.await)
}

/// Gives a member another role.
#[server(input = Json, output = Json)]
pub async fn change_role(member: UserId, role: Role) -> Wire<()> {
    Ok(async { desk()?.people.change_role(member, role).await }.await)
}

/// Takes a member out.
#[server(input = Json, output = Json)]
pub async fn remove_member(member: UserId) -> Wire<()> {
    Ok(async { desk()?.people.remove(member).await }.await)
}

/// Where the caller is signed in.
#[server(input = Json, output = Json)]
pub async fn load_sessions() -> Wire<Vec<SessionView>> {
    Ok(async { desk()?.people.sessions().await }.await)
}

/// Signs the caller out in one browser.
#[server(input = Json, output = Json)]
pub async fn end_session(session: SessionId) -> Wire<()> {
    Ok(async { desk()?.people.end_session(session).await }.await)
}

/// Signs the caller out everywhere else.
#[server(input = Json, output = Json)]
pub async fn end_other_sessions() -> Wire<()> {
    Ok(async { desk()?.people.end_other_sessions().await }.await)
}

/// Keys of programs.
#[server(input = Json, output = Json)]
pub async fn load_api_keys() -> Wire<Vec<ApiKeyView>> {
    Ok(async { desk()?.people.keys().await }.await)
}

/// Makes a key.
#[server(input = Json, output = Json)]
pub async fn make_api_key(name: String, scopes: Vec<Scope>) -> Wire<NewApiKey> {
    Ok(async { desk()?.people.new_key(&name, &scopes).await }.await)
}

/// Revokes a key.
#[server(input = Json, output = Json)]
pub async fn revoke_api_key(key: ApiKeyId) -> Wire<()> {
    Ok(async { desk()?.people.revoke_key(key).await }.await)
}
