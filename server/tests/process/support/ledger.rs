//! Checks of the database that must hold after any failure of the processes.

use std::collections::HashMap;

use domain::{
    ids::{DelegationId, MailboxId, RunId},
    live::Change,
    run::{RunKind, RunState, RunView},
};

use super::{database::Database, server::slots_check};

/// The head of the delegation's log.
pub(crate) async fn head(database: &Database, delegation: DelegationId) -> i64 {
    database.number("SELECT event_seq FROM delegation WHERE id = $1", [delegation.0.into()]).await
}

/// How many mailboxes of a run are settled.
pub(crate) async fn settled(database: &Database, run: RunId) -> i64 {
    let sql = "SELECT COUNT(*) FROM run_item WHERE run_id = $1 AND state <> 'pending'";
    database.number(sql, [run.0.into()]).await
}

/// How often a run was claimed.
pub(crate) async fn claims(database: &Database, run: RunId) -> i64 {
    database.number("SELECT epoch FROM run WHERE id = $1", [run.0.into()]).await
}

pub(crate) async fn owner(database: &Database, run: RunId) -> Option<String> {
    database.text("SELECT lease_owner FROM run WHERE id = $1", [run.0.into()]).await
}

/// Checks that a run over `total` mailboxes has succeeded, with each mailbox settled once. `since` is the head of the
/// log before the run was accepted.
pub(crate) async fn assert_done_once(database: &Database, run: &RunView, total: usize, since: i64) {
    let count = u32::try_from(total).unwrap();
    assert_eq!(
        (run.state, run.counts.total, run.counts.succeeded),
        (RunState::Completed, count, count),
        "{run:?}"
    );
    let items = database.texts("SELECT state FROM run_item WHERE run_id = $1", [run.id.0.into()]).await;
    assert_eq!(items.len(), total);
    assert!(items.iter().all(|state| state == "succeeded"), "an item is not settled");
    let sql =
        "SELECT payload FROM event WHERE delegation_id = $1 AND seq > $2 AND kind = 'mailbox' ORDER BY seq";
    let events = database.texts(sql, [run.delegation.0.into(), since.into()]).await;
    let mut results: HashMap<MailboxId, u32> = HashMap::new();
    for event in &events {
        let Change::Mailbox(row) = serde_json::from_str(event).unwrap() else { panic!("{event}") };
        if !row.busy {
            *results.entry(row.id).or_default() += 1;
        }
    }
    assert!(results.values().all(|times| *times == 1), "a result has more than one event");
    // A check without changes writes no events.
    let expected = if run.kind == RunKind::Verify { 0 } else { total };
    assert_eq!(results.len(), expected);
}

/// Checks that the event log has no gap and ends at its head. In one statement: a server may be writing.
pub(crate) async fn assert_gap_free(database: &Database, delegation: DelegationId) {
    let sql = "SELECT MIN(e.seq) || ' to ' || MAX(e.seq) || ', ' || COUNT(*) || ' events, head ' || MAX(d.event_seq) \
               FROM delegation d JOIN event e ON e.delegation_id = d.id WHERE d.id = $1";
    let log = database.text(sql, [delegation.0.into()]).await.expect("the delegation has events");
    let head = log.rsplit(' ').next().unwrap_or_default();
    assert_eq!(log, format!("1 to {head}, {head} events, head {head}"));
}

/// Checks that the slot account and the mailboxes agree on `used` slots.
pub(crate) async fn assert_slots(database: &Database, workspace: &str, used: usize) {
    let (exact, output) = slots_check(&database.url).await;
    let line = output.lines().find(|line| line.starts_with(workspace)).unwrap_or_default();
    let expected = format!("account {used} used 0 reserved, mailboxes {used} used 0 reserved: exact");
    assert!(exact && line.ends_with(&expected), "expected {expected:?}: {output}");
}

/// Returns how many requests were repeated; checks that each of `total` mailboxes was requested.
pub(crate) fn repeated(requested: &[String], total: usize) -> usize {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for mailbox in requested {
        *times.entry(mailbox).or_default() += 1;
    }
    assert_eq!(times.len(), total, "not every mailbox was requested");
    requested.len() - total
}
