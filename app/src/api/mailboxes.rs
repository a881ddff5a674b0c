//! The list of mailboxes: see [`crate::ports::Mailboxes`].

use domain::{
    addresses::Found,
    attention_group::AttentionGroup,
    ids::{DelegationId, ExclusionId, MailboxId, RowNumber, Seq},
    list::{ListOrder, ListQuery},
    mailbox::{History, MailboxDetail, MailboxRow},
    purpose::Purpose,
    undo::{Exclusion, ExclusionTarget},
    workspace::Snapshot,
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::{Wire, kept_alive::KeptAlive};
#[cfg(feature = "ssr")]
use crate::ports::caller;

/// The delegation with its counts, slots and runs.
#[server(input = Json, output = Json)]
pub async fn load_snapshot(delegation: DelegationId) -> Wire<Snapshot> {
    Ok(async { caller()?.mailboxes.snapshot(delegation).await }.await)
}

/// Mailboxes that need attention or could not be connected, by reason.
#[server(input = Json, output = Json)]
pub async fn load_attention_groups(delegation: DelegationId) -> Wire<Vec<AttentionGroup>> {
    Ok(async { caller()?.mailboxes.attention_groups(delegation).await }.await)
}

/// The row numbers of the whole filtered list, in order.
#[server(input = Json, output = Json)]
pub async fn load_list_order(delegation: DelegationId, query: ListQuery) -> Wire<ListOrder> {
    Ok(async { caller()?.mailboxes.list_order(delegation, &query).await }.await)
}

/// Rows by number.
#[server(input = Json, output = Json)]
pub async fn load_rows(delegation: DelegationId, rows: Vec<RowNumber>) -> Wire<Vec<MailboxRow>> {
    Ok(async { caller()?.mailboxes.rows(delegation, &rows).await }.await)
}

/// One mailbox with its newest history.
#[server(input = Json, output = Json)]
pub async fn load_mailbox(delegation: DelegationId, id: MailboxId) -> Wire<MailboxDetail> {
    Ok(async { caller()?.mailboxes.detail(delegation, id).await }.await)
}

/// Older history of a mailbox.
#[server(input = Json, output = Json)]
pub async fn load_history(delegation: DelegationId, id: MailboxId, before: Seq) -> Wire<History> {
    Ok(async { caller()?.mailboxes.history(delegation, id, before).await }.await)
}

/// Finds the mailboxes of a list of addresses.
#[server(input = Json, output = Json)]
pub async fn find_mailboxes(
    delegation: DelegationId,
    addresses: Vec<String>,
    purpose: Purpose,
) -> Wire<Found> {
    Ok(async { caller()?.mailboxes.find(delegation, &addresses, purpose).await }.await)
}

/// Excludes mailboxes.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn exclude_mailboxes(
    delegation: DelegationId,
    id: ExclusionId,
    target: ExclusionTarget,
) -> Wire<Exclusion> {
    Ok(async { caller()?.mailboxes.exclude(delegation, id, &target).await }.await)
}

/// Restores all mailboxes of an exclusion to their previous state.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn undo_exclusion(delegation: DelegationId, id: ExclusionId) -> Wire<u32> {
    Ok(async { caller()?.mailboxes.undo_exclusion(delegation, id).await }.await)
}

/// Includes excluded mailboxes again.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn include_mailboxes(delegation: DelegationId, target: ExclusionTarget) -> Wire<u32> {
    Ok(async { caller()?.mailboxes.include(delegation, &target).await }.await)
}
