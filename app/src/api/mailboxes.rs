//! The list of mailboxes: see [`crate::ports::Mailboxes`].

use domain::{
    addresses::Found,
    cause::Cause,
    ids::{DelegationId, ExclusionId, MailboxId, RowNo, Seq},
    list::{ListQuery, Spine},
    mailbox::{History, MailboxDetail, MailboxRow},
    purpose::Purpose,
    undo::{Exclusion, Whom},
    workspace::Snapshot,
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::Wire;
#[cfg(feature = "ssr")]
use crate::ports::desk;

/// The delegation with its counts, slots and runs.
#[server(input = Json, output = Json)]
pub async fn load_snapshot(delegation: DelegationId) -> Wire<Snapshot> {
    Ok(async { desk()?.mailboxes.snapshot(delegation).await }.await)
}

/// What stands in the way of whom.
#[server(input = Json, output = Json)]
pub async fn load_causes(delegation: DelegationId) -> Wire<Vec<Cause>> {
    Ok(async { desk()?.mailboxes.causes(delegation).await }.await)
}

/// The row numbers of the whole filtered list, in order.
#[server(input = Json, output = Json)]
pub async fn list_spine(delegation: DelegationId, query: ListQuery) -> Wire<Spine> {
    Ok(async { desk()?.mailboxes.spine(delegation, &query).await }.await)
}

/// Rows by number.
#[server(input = Json, output = Json)]
pub async fn load_rows(delegation: DelegationId, rows: Vec<RowNo>) -> Wire<Vec<MailboxRow>> {
    Ok(async { desk()?.mailboxes.rows(delegation, &rows).await }.await)
}

/// One mailbox with its newest history.
#[server(input = Json, output = Json)]
pub async fn load_mailbox(delegation: DelegationId, id: MailboxId) -> Wire<MailboxDetail> {
    Ok(async { desk()?.mailboxes.detail(delegation, id).await }.await)
}

/// Older history of a mailbox.
#[server(input = Json, output = Json)]
pub async fn load_history(delegation: DelegationId, id: MailboxId, before: Seq) -> Wire<History> {
    Ok(async { desk()?.mailboxes.history(delegation, id, before).await }.await)
}

/// Whose the addresses of a list are.
#[server(input = Json, output = Json)]
pub async fn find_mailboxes(
    delegation: DelegationId,
    addresses: Vec<String>,
    purpose: Purpose,
) -> Wire<Found> {
    Ok(async { desk()?.mailboxes.find(delegation, &addresses, purpose).await }.await)
}

/// Keeps mailboxes out.
#[server(input = Json, output = Json)]
pub async fn exclude_mailboxes(delegation: DelegationId, id: ExclusionId, whom: Whom) -> Wire<Exclusion> {
    Ok(async { desk()?.mailboxes.exclude(delegation, id, &whom).await }.await)
}

/// Puts everybody of an exclusion back where they were.
#[server(input = Json, output = Json)]
pub async fn undo_exclusion(delegation: DelegationId, id: ExclusionId) -> Wire<u32> {
    Ok(async { desk()?.mailboxes.undo_exclusion(delegation, id).await }.await)
}

/// Takes back in who is kept out.
#[server(input = Json, output = Json)]
pub async fn include_mailboxes(delegation: DelegationId, whom: Whom) -> Wire<u32> {
    Ok(async { desk()?.mailboxes.include(delegation, &whom).await }.await)
}
